//! The one thread that turns recorded spans into exported ones.

use super::report::LastFailure;
use super::worker::{Flusher, Stopping, Work, Worker};
use crate::config::Batch;
use crate::export::{SpanBatch, SpanSink, catch_panic};
use hyperion_runtime::backend::{Recorder, Records, clock, diagnostics, lock};
use opentelemetry::{InstrumentationScope, KeyValue};
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// The running collector.
#[derive(Debug)]
pub(crate) struct Collector {
    recorder: &'static Recorder,
    worker: Worker,
    progress: Arc<Mutex<Progress>>,
}

/// The account of spans that left the queues. Each is in hand until it is exported or lost, and moves in one step.
#[derive(Debug, Default)]
struct Progress {
    exported: u64,
    in_hand: u64,
    /// Nobody waits for the thread any more, and what it holds was counted as lost.
    abandoned: bool,
}

impl Collector {
    /// Starts the thread.
    ///
    /// # Errors
    ///
    /// Fails if the operating system gives no thread.
    pub(crate) fn start(
        recorder: &'static Recorder,
        sink: Box<dyn SpanSink>,
        scope: InstrumentationScope,
        common: Vec<KeyValue>,
        batch: Batch,
        last_failure: LastFailure,
    ) -> std::io::Result<Self> {
        let progress = Arc::default();
        let batches = Batches {
            recorder,
            sink,
            scope,
            common,
            batch,
            pending: Records::default(),
            progress: Arc::clone(&progress),
            last_failure,
        };
        let worker = Worker::start("hyperion-spans", batch.schedule_delay, batches)?;
        recorder.on_work(worker.waker());
        Ok(Self {
            recorder,
            worker,
            progress,
        })
    }

    /// Exports what has ended until now, and returns true if that was done within `timeout`.
    pub(crate) fn flush(&self, timeout: Duration) -> bool {
        self.worker.flush(timeout)
    }

    /// Returns what exports everything from another thread.
    pub(crate) fn flusher(&self) -> Flusher {
        self.worker.flusher()
    }

    /// Has everything that has ended until now exported and the thread end.
    pub(crate) fn begin_shutdown(&self, deadline: Instant) -> Stopping {
        self.recorder.close();
        self.worker.begin_shutdown(deadline)
    }

    /// Settles the account, after the shutdown.
    ///
    /// A thread that is not done is left alone, and what it and the queues hold is lost. Otherwise the queues hold what ended
    /// after the last export.
    pub(crate) fn finish(&self, is_done: bool) {
        let mut progress = lock(&self.progress);
        let losses = &self.recorder.losses;
        let left = self.recorder.drain(usize::MAX, &mut Records::default()) as u64;
        if is_done {
            losses.after_shutdown.fetch_add(left, Ordering::Relaxed);
        } else {
            progress.abandoned = true;
            let lost = left + std::mem::take(&mut progress.in_hand);
            losses.export_failed.fetch_add(lost, Ordering::Relaxed);
        }
    }

    /// The number of spans that the exporter accepted.
    pub(crate) fn exported(&self) -> u64 {
        lock(&self.progress).exported
    }
}

/// The spans on their way to the sink.
struct Batches {
    recorder: &'static Recorder,
    sink: Box<dyn SpanSink>,
    scope: InstrumentationScope,
    common: Vec<KeyValue>,
    batch: Batch,
    /// Taken from the queues, and not yet with the sink.
    pending: Records,
    progress: Arc<Mutex<Progress>>,
    last_failure: LastFailure,
}

impl Work for Batches {
    fn export_full_batches(&mut self) {
        while self.fill() {
            self.export();
        }
    }

    fn export_everything(&mut self) {
        clock::refine();
        self.export_full_batches();
        self.export();
    }

    fn shutdown(&mut self, timeout: Duration) {
        self.sink.shutdown(timeout);
    }
}

impl Batches {
    /// Takes spans from the queues until there is a full batch, and returns true if there is one.
    fn fill(&mut self) -> bool {
        let most = self.batch.max_export_batch_size as usize;
        let room = most.saturating_sub(self.pending.len());
        let mut progress = lock(&self.progress);
        if progress.abandoned {
            self.pending.clear();
            return false;
        }
        let taken = self.recorder.drain(room, &mut self.pending);
        progress.in_hand += taken as u64;
        self.pending.len() >= most
    }

    fn export(&mut self) {
        if self.pending.is_empty() {
            return;
        }
        let count = self.pending.len() as u64;
        let result = catch_panic(|| {
            let most = self.recorder.limits.attributes as usize;
            let batch = SpanBatch::new(&self.pending, &self.scope, &self.common, most);
            self.sink.export(batch)
        });
        self.pending.clear();
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
        let losses = &self.recorder.losses;
        losses.export_failed.fetch_add(lost, Ordering::Relaxed);
        drop(progress);
        if let Err(error) = result {
            self.last_failure.set(format!("spans: {error}"));
            diagnostics::warn_once(
                "spans.export",
                format_args!(
                    "spans cannot be exported: {error}; the program goes on, what is lost is counted"
                ),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::SpanLimits;
    use crate::export::ExportError;
    use crate::export::batch::tests::{recorder, start};
    use opentelemetry_sdk::trace::SpanData;
    use std::sync::mpsc;

    type Export = Box<dyn FnMut(Vec<SpanData>) -> Result<(), ExportError> + Send>;
    struct Sink(Export);

    impl SpanSink for Sink {
        fn export(&mut self, batch: SpanBatch<'_>) -> Result<(), ExportError> {
            (self.0)(batch.to_span_data())
        }
    }

    fn collector(export: Export) -> Collector {
        let recorder = recorder(SpanLimits::default(), 2048);
        let batch = Batch {
            max_export_batch_size: 100,
            schedule_delay: Duration::from_secs(3600),
            ..Batch::default()
        };
        let scope = InstrumentationScope::builder("test").build();
        let failure = LastFailure::default();
        let sink = Box::new(Sink(export));
        Collector::start(recorder, sink, scope, Vec::new(), batch, failure).unwrap()
    }

    fn end_spans(collector: &Collector, count: usize) {
        for _ in 0..count {
            drop(start(collector.recorder));
        }
    }

    fn lost(collector: &Collector) -> u64 {
        collector
            .recorder
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
        assert!(collector.flush(Duration::from_secs(10)));
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
            assert!(collector.flush(Duration::from_secs(10)));
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
            assert!(collector.flush(Duration::from_secs(10)));
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
        assert!(collector.flush(Duration::from_secs(10)));
        assert_eq!((collector.exported(), lost(&collector)), (0, 10));
    }
}
