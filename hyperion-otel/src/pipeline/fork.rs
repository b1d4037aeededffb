//! Children that a program makes by `fork`.
//!
//! A child has one thread. Nobody collects in it what its calls record, locks may be held by threads that it does not have,
//! and its generators of ids are those of its parent. So nothing is recorded in it unless it installs telemetry of its own.

use std::sync::Once;

use super::logs;
use hyperion_runtime::backend::switch;

/// Has recording be off in children of this process.
#[cfg(unix)]
pub(super) fn turn_off_in_children() {
    extern "C" fn in_child() {
        switch::abandon();
        logs::close_in_child();
    }

    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // SAFETY: the handler is a function of this program that lasts as long as it, takes no lock and does not allocate.
        // Only the C library knows when a process forks.
        unsafe { libc::pthread_atfork(None, None, Some(in_child)) };
    });
}

/// Nothing: no process of this system forks.
#[cfg(not(unix))]
pub(super) fn turn_off_in_children() {}
