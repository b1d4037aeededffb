//! What telemetry takes of memory it gives back when it ends.

#[path = "support/allocations.rs"]
mod allocations;
mod support;

use allocations::live_bytes;
use hyperion::config::Config;
use hyperion::observe;
use std::time::{Duration, Instant};

#[observe(component = "Memory", fields(id = id))]
fn call(id: u64) -> u64 {
    id
}

/// Installs telemetry, records more spans than the queue holds, and ends it.
fn installation() {
    let kept = support::install(Config::default());
    for id in 0..4000 {
        assert_eq!(call(id), id);
    }
    kept.telemetry.shutdown(support::PATIENCE);
}

#[test]
fn an_installation_that_ends_leaves_little_behind() {
    // The first ones make what the process keeps: call sites, clocks, the queue of this thread.
    (0..2).for_each(|_| installation());
    let before = live_bytes();
    let count = 10;
    (0..count).for_each(|_| installation());
    let each = || live_bytes().saturating_sub(before) / count;
    // A recorder is never freed, as a span may end long after the shutdown, nor are the 32 spans that a thread has room for.
    let is_little = || each() < 16 * 1024;
    // The threads of the last one answer before they let go of what they held.
    let started = Instant::now();
    while !is_little() && started.elapsed() < support::PATIENCE {
        std::thread::sleep(Duration::from_millis(1));
    }
    assert!(
        is_little(),
        "{} bytes are kept of each installation",
        each()
    );
}
