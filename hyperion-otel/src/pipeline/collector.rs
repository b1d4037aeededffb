//! The one thread that turns recorded spans, or log records, into exported ones.

use super::delivery::{Delivery, Queue};
use super::report::LastFailure;
use super::worker::{Finishing, Flusher, Work, Worker};
use crate::config::Batch;
use crate::export::catch_panic;
use hyperion_runtime::backend::{diagnostics, lock};
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// The running collector of a queue.
#[derive(Debug)]
pub(crate) struct Collector<Q> {
    queue: Q,
    worker: Worker,
    progress: Arc<Mutex<Progress>>,
}

/// The account of records that left the queue. Each is in hand until it is exported or lost, and moves in one step.
#[derive(Debug, Default)]
struct Progress {
    exported: u64,
    in_hand: u64,
    /// Nobody waits for the thread any more, and what it holds was counted as lost.
    abandoned: bool,
}

impl<Q: Queue> Collector<Q> {
    /// Starts the thread.
    ///
    /// # Errors
    ///
    /// Fails if the operating system gives no thread.
    pub(crate) fn start(
        queue: Q,
        delivery: impl Delivery<Q::Records>,
        batch: Batch,
        last_failure: LastFailure,
    ) -> std::io::Result<Self> {
        let progress = Arc::default();
        let batches = Batches {
            queue,
            delivery,
            batch,
            pending: Q::Records::default(),
            progress: Arc::clone(&progress),
            last_failure,
        };
        let name = format!("hyperion-{}", Q::SIGNAL);
        let worker = Worker::start(&name, batch.schedule_delay, batches)?;
        queue.on_work(worker.waker());
        Ok(Self {
            queue,
            worker,
            progress,
        })
    }

    /// Returns what has everything exported that has been recorded by then.
    pub(crate) fn flusher(&self) -> Flusher {
        self.worker.flusher()
    }

    /// Has everything that has been recorded until now exported and the thread end.
    pub(crate) fn begin_shutdown(&self, deadline: Instant) -> Finishing {
        self.queue.close();
        self.worker.begin_shutdown(deadline)
    }

    /// Settles the account, after the shutdown.
    ///
    /// A thread that is not done is left alone, and what it and the queue hold is lost. Otherwise the queue holds what was
    /// recorded after the last export.
    pub(crate) fn finish(&self, is_done: bool) {
        let mut progress = lock(&self.progress);
        let losses = self.queue.losses();
        let left = self.queue.abandon() as u64;
        if is_done {
            losses.after_shutdown.fetch_add(left, Ordering::Relaxed);
        } else {
            progress.abandoned = true;
            let lost = left + std::mem::take(&mut progress.in_hand);
            losses.export_failed.fetch_add(lost, Ordering::Relaxed);
        }
    }

    /// The number of records that the exporter accepted.
    pub(crate) fn exported(&self) -> u64 {
        lock(&self.progress).exported
    }
}

/// The records on their way to the sink.
struct Batches<Q: Queue, D> {
    queue: Q,
    delivery: D,
    batch: Batch,
    /// Taken from the queue, and not yet with the sink.
    pending: Q::Records,
    progress: Arc<Mutex<Progress>>,
    last_failure: LastFailure,
}

impl<Q: Queue, D: Delivery<Q::Records>> Work for Batches<Q, D> {
    fn export_full_batches(&mut self) {
        while self.fill() {
            self.export();
        }
    }

    fn export_everything(&mut self) {
        self.delivery.prepare();
        self.export_full_batches();
        self.export();
    }

    fn shutdown(&mut self, timeout: Duration) {
        self.delivery.shutdown(timeout);
    }
}

impl<Q: Queue, D: Delivery<Q::Records>> Batches<Q, D> {
    /// Takes records from the queue until there is a full batch, and returns true if there is one.
    fn fill(&mut self) -> bool {
        let most = self.batch.max_export_batch_size as usize;
        let room = most.saturating_sub(Q::count(&self.pending));
        let mut progress = lock(&self.progress);
        if progress.abandoned {
            Q::clear(&mut self.pending);
            return false;
        }
        let taken = self.queue.drain(room, &mut self.pending);
        progress.in_hand += taken as u64;
        Q::count(&self.pending) >= most || Q::is_large(&self.pending)
    }

    fn export(&mut self) {
        let count = Q::count(&self.pending) as u64;
        if count == 0 {
            return;
        }
        let result = catch_panic(|| self.delivery.export(&self.pending));
        Q::clear(&mut self.pending);
        let lost = match &result {
            Ok(()) => 0,
            Err(error) => error
                .rejected()
                .map_or(count, |rejected| rejected.min(count)),
        };
        let mut progress = lock(&self.progress);
        if progress.abandoned {
            return;
        }
        progress.in_hand -= count;
        progress.exported += count - lost;
        let losses = self.queue.losses();
        losses.export_failed.fetch_add(lost, Ordering::Relaxed);
        drop(progress);
        if let Err(error) = result {
            let signal = Q::SIGNAL;
            self.last_failure.set(format!("{signal}: {error}"));
            diagnostics::warn_once(
                Q::WARNING,
                format_args!(
                    "{signal} cannot be exported: {error}; the program goes on, what is lost is counted"
                ),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::SpanLimits;
    use crate::export::batch::tests::{recorder, start};
    use crate::export::{ExportError, SpanBatch, SpanSink};
    use crate::pipeline::traces::Spans;
    use hyperion_runtime::backend::Recorder;
    use opentelemetry::InstrumentationScope;
    use opentelemetry_sdk::trace::SpanData;
    use std::sync::mpsc;

    type Export = Box<dyn FnMut(Vec<SpanData>) -> Result<(), ExportError> + Send>;
    struct Sink(Export);

    impl SpanSink for Sink {
        fn export(&mut self, batch: SpanBatch<'_>) -> Result<(), ExportError> {
            (self.0)(batch.to_span_data())
        }
    }

    fn collector(export: Export) -> Collector<&'static Recorder> {
        let recorder = recorder(SpanLimits::default(), 2048);
        let batch = Batch {
            max_export_batch_size: 100,
            schedule_delay: Duration::from_secs(3600),
            ..Batch::default()
        };
        let scope = InstrumentationScope::builder("test").build();
        let failure = LastFailure::default();
        let spans = Spans {
            sink: Box::new(Sink(export)),
            scope,
            common: Vec::new(),
            most_of_site: recorder.limits.attributes as usize,
        };
        Collector::start(recorder, spans, batch, failure).unwrap()
    }

    fn end_spans(collector: &Collector<&'static Recorder>, count: usize) {
        for _ in 0..count {
            drop(start(collector.queue));
        }
    }

    fn lost(collector: &Collector<&'static Recorder>) -> u64 {
        collector
            .queue
            .losses
            .by_reason()
            .iter()
            .map(|(_, count)| count)
            .sum()
    }

    #[test]
    fn a_flush_exports_everything_in_batches() {
        let sizes = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&sizes);
        let collector = collector(Box::new(move |batch| {
            seen.lock().unwrap().push(batch.len());
            Ok(())
        }));
        end_spans(&collector, 250);
        assert!(collector.flusher().begin().wait(Duration::from_secs(10)));
        assert_eq!(sizes.lock().unwrap().iter().sum::<usize>(), 250);
        assert!(sizes.lock().unwrap().iter().all(|size| *size <= 100));
        assert_eq!((collector.exported(), lost(&collector)), (250, 0));
    }

    #[test]
    fn what_the_exporter_refuses_is_counted() {
        let mut answers = vec![
            Ok(()),
            Err(ExportError::partial(3, "bad ids")),
            Err(ExportError::permanent("no")),
        ];
        let collector = collector(Box::new(move |_| answers.pop().unwrap_or(Ok(()))));
        for _ in 0..3 {
            end_spans(&collector, 10);
            assert!(collector.flusher().begin().wait(Duration::from_secs(10)));
        }
        assert_eq!((collector.exported(), lost(&collector)), (17, 13));
    }

    #[test]
    fn an_exporter_that_panics_loses_its_batch_and_goes_on() {
        let mut panics = true;
        let collector = collector(Box::new(move |_| {
            assert!(!std::mem::take(&mut panics), "in the exporter");
            Ok(())
        }));
        for _ in 0..2 {
            end_spans(&collector, 10);
            assert!(collector.flusher().begin().wait(Duration::from_secs(10)));
        }
        assert_eq!((collector.exported(), lost(&collector)), (10, 10));
    }

    #[test]
    fn an_exporter_that_hangs_does_not_hold_the_shutdown() {
        let (release, hang) = mpsc::channel::<()>();
        let collector = collector(Box::new(move |_| {
            let _ = hang.recv();
            Ok(())
        }));
        end_spans(&collector, 250);
        let started = Instant::now();
        let wait = Duration::from_millis(50);
        assert!(!collector.begin_shutdown(started + wait).wait(wait));
        collector.finish(false);
        assert!(started.elapsed() < Duration::from_secs(5));
        assert_eq!((collector.exported(), lost(&collector)), (0, 250));
        drop(release);
    }

    #[test]
    fn every_span_is_exported_or_lost_whatever_the_deadline() {
        for round in 0..300u32 {
            let collector = collector(Box::new(move |_| {
                std::thread::sleep(Duration::from_micros((round % 7 * 20).into()));
                Ok(())
            }));
            let made: u64 = std::thread::scope(|threads| {
                let pushing: Vec<_> = (0..2)
                    .map(|_| threads.spawn(|| end_spans(&collector, 400)))
                    .collect();
                std::thread::sleep(Duration::from_micros((round % 11 * 30).into()));
                let wait = Duration::from_micros((round % 13 * 20).into());
                let stopping = collector.begin_shutdown(Instant::now() + wait);
                collector.finish(stopping.wait(wait));
                for thread in pushing {
                    thread.join().unwrap();
                }
                800
            });
            // What was under way is over, and what ended too late is told.
            std::thread::sleep(Duration::from_millis(1));
            collector.finish(true);
            assert_eq!(
                collector.exported() + lost(&collector),
                made,
                "round {round}"
            );
        }
    }

    #[test]
    fn a_server_cannot_refuse_more_than_it_was_sent() {
        let mut answers = vec![Err(ExportError::partial(u64::MAX, "all of them and more"))];
        let collector = collector(Box::new(move |_| answers.pop().unwrap_or(Ok(()))));
        end_spans(&collector, 10);
        assert!(collector.flusher().begin().wait(Duration::from_secs(10)));
        assert_eq!((collector.exported(), lost(&collector)), (0, 10));
    }
}
