//! The least that recording a span can cost on a machine, written by hand.

use super::{Parent, Peer};
use crate::instruments::floor_histogram;
use crate::work::look_up;
use fastant::Instant;
use std::cell::RefCell;
use std::sync::atomic::{AtomicBool, Ordering};

/// Two readings of the clock, a span id, and a record of 96 bytes in a buffer that is there already.
///
/// With spans off, it is the one word that has to be read to know.
#[derive(Debug)]
pub struct Floor;

static RECORDS: AtomicBool = AtomicBool::new(false);

impl Peer for Floor {
    const NAME: &'static str = "floor";
    type Session = ();

    fn install() {
        RECORDS.store(true, Ordering::Relaxed);
    }

    fn in_parent<T>(parent: Parent, run: impl FnOnce() -> T) -> T {
        THREAD.with_borrow_mut(|thread| thread.sampled = !matches!(parent, Parent::Unsampled));
        run()
    }

    fn call(tier: &'static str, id: u64) -> u64 {
        call(tier, id)
    }
}

/// The same, whose clock readings make a duration for a histogram, too.
#[derive(Debug)]
pub struct FloorWithMetrics;

impl Peer for FloorWithMetrics {
    const NAME: &'static str = "floor";
    type Session = ();

    fn install() {
        Floor::install();
    }

    fn in_parent<T>(parent: Parent, run: impl FnOnce() -> T) -> T {
        Floor::in_parent(parent, run)
    }

    fn call(tier: &'static str, id: u64) -> u64 {
        call_with_metrics(tier, id)
    }
}

/// The number of records a buffer holds: as many as are recorded between two flushes of the libraries.
const CAPACITY: usize = 512;

struct Thread {
    buffer: Vec<Record>,
    trace_id: u128,
    parent_id: u64,
    random: u64,
    sampled: bool,
}

#[expect(dead_code, reason = "records are written and thrown away")]
struct Record {
    trace_id: u128,
    span_id: u64,
    parent_id: u64,
    name: &'static str,
    start: Instant,
    end: Instant,
    tier: (&'static str, u8),
    id: u64,
}

thread_local! {
    static THREAD: RefCell<Thread> = RefCell::new(Thread {
        buffer: Vec::with_capacity(CAPACITY),
        trace_id: 7,
        parent_id: 7,
        random: 0x9e37_79b9_7f4a_7c15,
        sampled: true,
    });
}

#[inline(never)]
fn call(tier: &'static str, id: u64) -> u64 {
    if !RECORDS.load(Ordering::Relaxed) || !THREAD.with_borrow(|thread| thread.sampled) {
        return look_up(tier, id);
    }
    let start = Instant::now();
    let output = look_up(tier, id);
    record(start, Instant::now(), tier, id);
    output
}

#[inline(never)]
fn call_with_metrics(tier: &'static str, id: u64) -> u64 {
    let start = Instant::now();
    let output = look_up(tier, id);
    let end = Instant::now();
    record(start, end, tier, id);
    floor_histogram(end.duration_since(start).as_secs_f64());
    output
}

#[inline]
fn record(start: Instant, end: Instant, tier: &'static str, id: u64) {
    THREAD.with_borrow_mut(|thread| {
        if thread.buffer.len() == CAPACITY {
            thread.buffer.clear();
        }
        thread.random ^= thread.random << 13;
        thread.random ^= thread.random >> 7;
        thread.random ^= thread.random << 17;
        thread.buffer.push(Record {
            trace_id: thread.trace_id,
            span_id: thread.random,
            parent_id: thread.parent_id,
            name: "Users.call",
            start,
            end,
            tier: (tier, 0),
            id,
        });
    });
}
