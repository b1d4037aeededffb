//! The timing of calls.
//!
//! A loop that records as fast as it can outruns every exporter. The queues fill, the rest is dropped, and a library
//! looks the faster the more it loses. So calls are timed in chunks that fit every queue, and between chunks, while no
//! clock runs, what was recorded is flushed. What did not arrive in the end is told.

use crate::discard;
use crate::peers::{Parent, Peer, Session};
use criterion::Criterion;
use std::pin::pin;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::task::{Context, Poll, Waker};
use std::thread;
use std::time::{Duration, Instant};

/// The number of spans between two flushes: a quarter of the smallest queue, so that two threads are below half.
const CHUNK: u64 = 512;

/// Settings that keep the benchmarks of one row close together; arguments of the command line go over them.
pub fn settings() -> Criterion {
    Criterion::default()
        .sample_size(50)
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(2))
}

static RECORDED: AtomicU64 = AtomicU64::new(0);

/// The time that so many operations take, each of which records a span under an active parent.
pub fn under_parent<P: Peer>(
    session: &P::Session,
    iterations: u64,
    operation: impl Fn(u64),
) -> Duration {
    in_chunks(iterations, 1, |chunk| {
        RECORDED.fetch_add(1, Ordering::Relaxed);
        let took = time_chunk::<P>(chunk, &operation);
        session.flush();
        took
    })
}

/// The time that so many operations take, each of which records a trace of so many spans.
pub fn as_roots<P: Peer>(
    session: &P::Session,
    iterations: u64,
    spans: u64,
    operation: impl Fn(u64),
) -> Duration {
    in_chunks(iterations, spans, |chunk| {
        let start = Instant::now();
        (0..chunk).for_each(&operation);
        let took = start.elapsed();
        session.flush();
        took
    })
}

/// The time that so many operations take on each of two threads at once, each with a parent of its own.
pub fn on_two_threads<P: Peer>(
    session: &P::Session,
    iterations: u64,
    operation: impl Fn(u64) + Sync,
) -> Duration {
    let gate = Gate::default();
    let work = |flushes: bool| {
        in_chunks(iterations, 1, |chunk| {
            RECORDED.fetch_add(1, Ordering::Relaxed);
            gate.pass();
            let took = time_chunk::<P>(chunk, &operation);
            gate.pass();
            if flushes {
                session.flush();
            }
            took
        })
    };
    both(work)
}

/// The time that so many operations that record no span take on each of two threads at once.
pub fn plainly_on_two_threads(iterations: u64, operation: impl Fn(u64) + Sync) -> Duration {
    let gate = Gate::default();
    both(|_| {
        gate.pass();
        let start = Instant::now();
        (0..iterations).for_each(&operation);
        start.elapsed()
    })
}

/// Opening and leaving the parent is inside the clock, because leaving it is when some libraries hand over; it is one
/// part in five hundred.
fn time_chunk<P: Peer>(chunk: u64, operation: impl Fn(u64)) -> Duration {
    let start = Instant::now();
    P::in_parent(Parent::Sampled, || (0..chunk).for_each(&operation));
    start.elapsed()
}

fn in_chunks(iterations: u64, spans: u64, mut time: impl FnMut(u64) -> Duration) -> Duration {
    RECORDED.fetch_add(iterations * spans, Ordering::Relaxed);
    let whole = (CHUNK / spans).max(1);
    let mut left = iterations;
    let mut took = Duration::ZERO;
    while left > 0 {
        let chunk = left.min(whole);
        took += time(chunk);
        left -= chunk;
    }
    took
}

/// The mean of what two threads took.
fn both(work: impl Fn(bool) -> Duration + Sync) -> Duration {
    thread::scope(|scope| {
        let other = scope.spawn(|| work(false));
        let own = work(true);
        let other = other.join().expect("a benchmark's thread does not panic");
        (own + other) / 2
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

/// Reports on standard error how many of the spans recorded by `measure` were lost, if any were.
///
/// # Panics
///
/// Panics if spans were recorded and none arrived: then the benchmark does not measure what it says.
pub fn account_for_losses<P: Peer>(session: &P::Session, measure: impl FnOnce()) {
    let (recorded, arrived) = (RECORDED.load(Ordering::Relaxed), discard::arrived());
    measure();
    session.flush();
    let recorded = RECORDED.load(Ordering::Relaxed) - recorded;
    let arrived = discard::arrived() - arrived;
    if !session.exports() || recorded == arrived {
        return;
    }
    let name = P::NAME;
    assert!(
        arrived > 0,
        "{name} recorded {recorded} spans and none arrived"
    );
    eprintln!("{name}: of {recorded} spans recorded {arrived} arrived");
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
