//! A flush that asynchronous code waits for, on any runtime.

use super::metrics::Metrics;
use super::telemetry::Telemetry;
use hyperion_runtime::backend::{diagnostics, lock};
use std::future::{Future, poll_fn};
use std::sync::{Arc, Mutex};
use std::task::{Poll, Waker};
use std::time::{Duration, Instant};

/// The outcome of a flush, once there is one, and whoever waits for it.
#[derive(Default)]
struct Outcome {
    is_done: Option<bool>,
    waiting: Option<Waker>,
}

impl Telemetry {
    /// Delivers everything recorded until now without holding the thread. The future is true if that was done within `timeout`,
    /// and needs no runtime.
    ///
    /// It begins at once and goes on if the future is dropped, on a thread of its own that lives as long as it takes. It is what a
    /// function that is frozen between two invocations awaits before it answers:
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// # async fn answer(telemetry: &hyperion::Telemetry) {
    /// if !telemetry.flush_async(Duration::from_secs(2)).await {
    ///     tracing::warn!("telemetry was not delivered in time; the next flush has it");
    /// }
    /// # }
    /// ```
    pub fn flush_async(&self, timeout: Duration) -> impl Future<Output = bool> + Send + 'static {
        let is_here = self.claim.is_here();
        let traces = self.traces.as_ref().filter(|_| is_here);
        let metrics = self.metrics.as_ref().filter(|_| is_here);
        let spans = traces.map(|traces| traces.collector.flusher());
        let metrics = metrics.and_then(Metrics::flusher);
        // Spans first, as by `flush`.
        let flushers: Vec<_> = spans.into_iter().chain(metrics).collect();
        let deadline = Instant::now() + timeout;
        on_a_thread(move || {
            let mut is_done = true;
            for flusher in flushers {
                is_done &= flusher.flush(deadline.saturating_duration_since(Instant::now()));
            }
            is_done
        })
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
