//! The lines that a shape writes while it runs.

use std::cell::RefCell;
use std::fmt::{self, Display};
use std::future::poll_fn;
use std::panic;
use std::task::Poll;

use super::run::describe;

thread_local!(static SAID: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) });

/// Writes a line.
pub(crate) fn say(line: impl Display) {
    let line = line.to_string();
    SAID.with_borrow_mut(|said| said.push(line));
}

/// Takes the lines that were written since the last time.
pub(super) fn taken() -> Vec<String> {
    SAID.take()
}

/// Runs `body`, in which panics say where they are and what they mean, and do not print it.
pub(super) fn with_panics_said<T>(body: impl FnOnce() -> T) -> T {
    panic::set_hook(Box::new(|info| {
        let location = info.location().map(ToString::to_string);
        say(format_args!(
            "panic at {}: {}",
            location.as_deref().unwrap_or("nowhere"),
            describe(info.payload())
        ));
    }));
    let output = body();
    drop(panic::take_hook());
    output
}

/// Says its name when it is dropped.
pub(crate) struct Noisy(&'static str);

/// Something to be dropped.
pub(crate) fn noisy(name: &'static str) -> Noisy {
    Noisy(name)
}

impl Noisy {
    /// Says its name, and how long it is.
    pub(crate) fn speak(&self) -> usize {
        say(self.0);
        self.0.len()
    }
}

impl fmt::Debug for Noisy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl Drop for Noisy {
    fn drop(&mut self) {
        say(format_args!("drop {}", self.0));
    }
}

/// Pending once: an await point.
pub(crate) async fn pause() {
    let mut paused = false;
    poll_fn(|cx| {
        if std::mem::replace(&mut paused, true) {
            return Poll::Ready(());
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}
