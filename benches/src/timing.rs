//! The timing of calls.
//!
//! A loop that records as fast as it can outruns every exporter. The queues fill, the rest is dropped, and a library
//! looks the faster the more it loses. So calls are timed in chunks that fit every queue, and between chunks, while no
//! clock runs, what was recorded is flushed. What did not arrive in the end is told.

use crate::allocator::{self, Allocations};
use crate::peers::{Parent, Peer, Session};
use std::ops::AddAssign;
use std::pin::pin;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::task::{Context, Poll, Waker};
use std::thread;
use std::time::{Duration, Instant};

/// The number of spans between two flushes: a quarter of the smallest queue, so that two threads are below half.
const CHUNK: u64 = 512;

/// The price of some operations.
#[derive(Clone, Copy, Debug, Default)]
pub struct Cost {
    /// The time they took; of two threads the mean.
    pub time: Duration,
    /// The memory that the calling thread asked for, where the process counts it.
    pub allocations: Allocations,
}

impl AddAssign for Cost {
    fn add_assign(&mut self, other: Self) {
        self.time += other.time;
        self.allocations.count += other.allocations.count;
        self.allocations.bytes += other.allocations.bytes;
    }
}

/// Measures what `run` costs.
pub fn cost_of(run: impl FnOnce()) -> Cost {
    let mut time = Duration::ZERO;
    let timed = || {
        let start = Instant::now();
        run();
        time = start.elapsed();
    };
    let allocations = if allocator::counts() {
        allocator::during(timed)
    } else {
        timed();
        Allocations::default()
    };
    Cost { time, allocations }
}

static RECORDED: AtomicU64 = AtomicU64::new(0);

/// Returns the number of spans that the measured operations have recorded.
pub fn recorded() -> u64 {
    RECORDED.load(Ordering::Relaxed)
}

/// Measures so many operations, each of which records a span under an active parent.
pub fn under_parent<P: Peer>(
    session: &P::Session,
    iterations: u64,
    operation: impl Fn(u64),
) -> Cost {
    in_chunks(iterations, 1, |chunk| {
        let cost = chunk_under_parent::<P>(chunk, &operation);
        session.flush();
        cost
    })
}

/// Measures so many operations, each of which records a trace of so many spans.
pub fn as_roots<P: Peer>(
    session: &P::Session,
    iterations: u64,
    spans: u64,
    operation: impl Fn(u64),
) -> Cost {
    in_chunks(iterations, spans, |chunk| {
        let cost = cost_of(|| (0..chunk).for_each(&operation));
        session.flush();
        cost
    })
}

/// Measures so many operations on each of two threads at once, each with a parent of its own.
pub fn on_two_threads<P: Peer>(
    session: &P::Session,
    iterations: u64,
    operation: impl Fn(u64) + Sync,
) -> Cost {
    let gate = Gate::default();
    both(|flushes| {
        in_chunks(iterations, 1, |chunk| {
            gate.pass();
            let cost = chunk_under_parent::<P>(chunk, &operation);
            gate.pass();
            if flushes {
                session.flush();
            }
            cost
        })
    })
}

/// Measures so many operations that record no span, on each of two threads at once.
pub fn plainly_on_two_threads(iterations: u64, operation: impl Fn(u64) + Sync) -> Cost {
    let gate = Gate::default();
    both(|_| {
        gate.pass();
        cost_of(|| (0..iterations).for_each(&operation))
    })
}

/// Opening and leaving the parent is measured too, because leaving it is when some libraries hand over; it is one part in
/// five hundred.
fn chunk_under_parent<P: Peer>(chunk: u64, operation: impl Fn(u64)) -> Cost {
    RECORDED.fetch_add(1, Ordering::Relaxed);
    cost_of(|| P::in_parent(Parent::Sampled, || (0..chunk).for_each(&operation)))
}

fn in_chunks(iterations: u64, spans: u64, mut measure: impl FnMut(u64) -> Cost) -> Cost {
    RECORDED.fetch_add(iterations * spans, Ordering::Relaxed);
    let whole = (CHUNK / spans).max(1);
    let mut left = iterations;
    let mut cost = Cost::default();
    while left > 0 {
        let chunk = left.min(whole);
        cost += measure(chunk);
        left -= chunk;
    }
    cost
}

/// The mean of what two threads took.
fn both(work: impl Fn(bool) -> Cost + Sync) -> Cost {
    thread::scope(|scope| {
        let other = scope.spawn(|| work(false));
        let mut cost = work(true);
        cost += other.join().expect("a measured thread does not panic");
        Cost {
            time: cost.time / 2,
            allocations: Allocations {
                count: cost.allocations.count / 2,
                bytes: cost.allocations.bytes / 2,
            },
        }
    })
}

/// Lets two threads through when both are there. It spins, because waking a thread takes longer than a chunk.
#[derive(Debug, Default)]
struct Gate(AtomicUsize);

impl Gate {
    fn pass(&self) {
        let arrival = self.0.fetch_add(1, Ordering::AcqRel);
        let both_there = (arrival / 2 + 1) * 2;
        while self.0.load(Ordering::Acquire) < both_there {
            // On a machine with fewer free processors than threads the other one may need this one's.
            thread::yield_now();
        }
    }
}

/// Polls a future until it is ready.
pub fn poll_to_end<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut context) {
            return output;
        }
    }
}
