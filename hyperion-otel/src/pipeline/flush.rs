//! A flush of all signals, which asynchronous code can wait for on any runtime.

use super::worker::{Finishing, Flusher};
use hyperion_runtime::backend::{diagnostics, lock};
use std::future::{Future, poll_fn};
use std::sync::{Arc, Mutex};
use std::task::{Poll, Waker};
use std::time::Instant;

/// The outcome of a flush, once there is one, and whoever waits for it.
#[derive(Default)]
struct Outcome {
    is_done: Option<bool>,
    waiting: Option<Waker>,
}

/// A flush of the signals that run.
#[derive(Default)]
pub(super) struct Flush {
    pub(super) spans: Option<Flusher>,
    pub(super) logs: Option<Flusher>,
    pub(super) metrics: Option<Flusher>,
}

impl Flush {
    /// Delivers everything, and returns true if that was done by the deadline.
    pub(super) fn run(&self, deadline: Instant) -> bool {
        let left = || deadline.saturating_duration_since(Instant::now());
        let is_done = |begun: Option<Finishing>| begun.is_none_or(|begun| begun.wait(left()));
        let begin = |flusher: &Option<Flusher>| flusher.as_ref().map(Flusher::begin);
        let (spans, logs) = (begin(&self.spans), begin(&self.logs));
        // Metrics tell of the losses of the others.
        let spans = is_done(spans);
        let metrics = begin(&self.metrics);
        let (metrics, logs) = (is_done(metrics), is_done(logs));
        spans && metrics && logs
    }

    /// The same, on a thread of its own.
    pub(super) fn run_elsewhere(
        self,
        deadline: Instant,
    ) -> impl Future<Output = bool> + Send + 'static {
        on_a_thread(move || self.run(deadline))
    }
}

/// Runs `work`, which blocks, and gives its answer to whoever waits.
fn on_a_thread(
    work: impl FnOnce() -> bool + Send + 'static,
) -> impl Future<Output = bool> + Send + 'static {
    let outcome = Arc::new(Mutex::new(Outcome::default()));
    let told = Arc::clone(&outcome);
    let thread = std::thread::Builder::new().name("hyperion-flush".into());
    let started = thread.spawn(move || {
        let is_done = work();
        let waiting = {
            let mut outcome = lock(&told);
            outcome.is_done = Some(is_done);
            outcome.waiting.take()
        };
        if let Some(waiting) = waiting {
            waiting.wake();
        }
    });
    if let Err(error) = started {
        diagnostics::warn(format_args!(
            "telemetry cannot be flushed: there is no thread for it: {error}"
        ));
        lock(&outcome).is_done = Some(false);
    }
    poll_fn(move |context| {
        let mut outcome = lock(&outcome);
        if let Some(is_done) = outcome.is_done {
            return Poll::Ready(is_done);
        }
        outcome.waiting = Some(context.waker().clone());
        Poll::Pending
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_executor::block_on;
    use std::sync::mpsc::channel;

    #[test]
    fn whoever_waits_is_woken() {
        for answer in [true, false] {
            let (go_on, wait) = channel();
            let flushed = on_a_thread(move || {
                let _ = wait.recv();
                answer
            });
            std::thread::spawn(move || go_on.send(()));
            assert_eq!(block_on(flushed), answer);
        }
    }

    #[test]
    fn it_goes_on_without_anybody_who_waits() {
        let (done, is_done) = channel();
        drop(on_a_thread(move || done.send(()).is_ok()));
        assert!(is_done.recv().is_ok());
    }
}
