//! Logs as a build with `logs` and `otlp` sends them.

use crate::config::Logs as Config;
#[cfg(not(feature = "otlp-grpc"))]
use crate::config::Protocol;
use crate::export::{ExportError, LogBatch, LogSink, otlp};
use crate::logs::LogQueue;
use crate::pipeline::Error;
use crate::pipeline::collector::Collector;
use crate::pipeline::delivery::{Delivery, Queue};
use crate::pipeline::report::{LastFailure, RecordCounts};
#[cfg(not(feature = "otlp-grpc"))]
use crate::pipeline::sinks::missing;
use crate::pipeline::worker::{Finishing, Flusher};
use hyperion_runtime::backend::Losses;
use opentelemetry_sdk::Resource;
use std::time::{Duration, Instant};

/// The queue of log records and its collector.
#[derive(Debug)]
pub(in crate::pipeline) struct Logs {
    queue: &'static LogQueue,
    collector: Collector<&'static LogQueue>,
}

impl Logs {
    /// Prepares to send logs, if they are to be sent.
    pub(in crate::pipeline) fn start(
        config: &Config,
        resource: &Resource,
        last_failure: LastFailure,
    ) -> Result<Option<Self>, Error> {
        if !config.sends_otlp() {
            return Ok(None);
        }
        refuse_grpc(config)?;
        let sink = otlp::log_sink(config, resource)?;
        Self::start_with(sink, config, last_failure).map(Some)
    }

    fn start_with(
        sink: Box<dyn LogSink>,
        config: &Config,
        last_failure: LastFailure,
    ) -> Result<Self, Error> {
        let queue = LogQueue::leak(
            config.batch.max_queue_size as usize,
            config.batch.max_export_batch_size as usize,
            config.limits,
            config.baggage.clone(),
        );
        let collector = Collector::start(queue, Records(sink), config.batch, last_failure)
            .map_err(Error::Thread)?;
        Ok(Self { queue, collector })
    }

    /// Makes this the place where log records go.
    pub(in crate::pipeline) fn install(&self) {
        self.queue.install();
    }

    /// Returns what has everything sent that was logged by then.
    pub(in crate::pipeline) fn flusher(&self) -> Flusher {
        self.collector.flusher()
    }

    /// Takes no more records, and has those that wait sent.
    pub(in crate::pipeline) fn begin_shutdown(&self, deadline: Instant) -> Finishing {
        self.collector.begin_shutdown(deadline)
    }

    /// Settles the account, after the shutdown, and returns it.
    pub(in crate::pipeline) fn finish(&self, is_done: bool) -> RecordCounts {
        self.collector.finish(is_done);
        RecordCounts {
            exported: self.collector.exported(),
            lost: self.losses().by_reason(),
        }
    }

    pub(in crate::pipeline) fn losses(&self) -> RecordLosses {
        RecordLosses(self.queue)
    }
}

/// Refuses a protocol that this build does not speak.
#[cfg(not(feature = "otlp-grpc"))]
fn refuse_grpc(config: &Config) -> Result<(), Error> {
    match config.otlp.protocol {
        Protocol::Grpc => Err(missing("otlp-grpc", "logs.protocol: grpc")),
        Protocol::HttpProtobuf => Ok(()),
    }
}

/// Takes any protocol: this build speaks them all.
#[cfg(feature = "otlp-grpc")]
#[expect(clippy::unnecessary_wraps, reason = "without gRPC it can fail")]
fn refuse_grpc(_config: &Config) -> Result<(), Error> {
    Ok(())
}

/// The log records that are lost.
#[derive(Clone, Copy, Debug)]
pub(in crate::pipeline) struct RecordLosses(&'static LogQueue);

impl RecordLosses {
    /// Each reason and its count.
    pub(in crate::pipeline) fn by_reason(self) -> [(&'static str, u64); 4] {
        self.0.lost_by_reason()
    }
}

/// Refuses records in a child that the process has made by `fork`, where nobody sends them. It takes no lock.
pub(in crate::pipeline) fn close_in_child() {
    if let Some(queue) = LogQueue::installed() {
        queue.close();
    }
}

impl Queue for &'static LogQueue {
    const SIGNAL: &'static str = "logs";
    const WARNING: &'static str = "logs.export";
    type Records = LogBatch;

    fn drain(self, most: usize, records: &mut LogBatch) -> usize {
        LogQueue::drain(self, most, records)
    }

    fn count(records: &LogBatch) -> usize {
        records.len()
    }

    fn is_large(records: &LogBatch) -> bool {
        records.is_large()
    }

    fn clear(records: &mut LogBatch) {
        records.clear();
    }

    fn close(self) {
        LogQueue::close(self);
    }

    fn abandon(self) -> usize {
        self.seal()
    }

    fn on_work(self, wake: impl Fn() + Send + Sync + 'static) {
        LogQueue::on_work(self, wake);
    }

    fn losses(self) -> &'static Losses {
        LogQueue::losses(self)
    }
}

/// The way of log records to their sink.
struct Records(Box<dyn LogSink>);

impl Delivery<LogBatch> for Records {
    fn export(&mut self, records: &LogBatch) -> Result<(), ExportError> {
        self.0.export(records)
    }

    fn shutdown(&mut self, timeout: Duration) {
        self.0.shutdown(timeout);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Batch;
    use crate::export::LogRecord;
    use std::sync::mpsc;

    type Export = Box<dyn FnMut(&LogBatch) -> Result<(), ExportError> + Send>;

    struct Sink(Export);

    impl LogSink for Sink {
        fn export(&mut self, batch: &LogBatch) -> Result<(), ExportError> {
            (self.0)(batch)
        }
    }

    fn logs(export: Export) -> Logs {
        let config = Config {
            batch: Batch {
                max_queue_size: 256,
                max_export_batch_size: 100,
                schedule_delay: Duration::from_secs(3600),
                ..Batch::default()
            },
            ..Config::default()
        };
        Logs::start_with(Box::new(Sink(export)), &config, LastFailure::default()).unwrap()
    }

    fn push(logs: &Logs, count: usize) {
        for _ in 0..count {
            logs.queue.push(LogRecord {
                scope: "users".into(),
                fields: Box::default(),
            });
        }
    }

    fn lost(counts: &RecordCounts) -> u64 {
        counts.lost.iter().map(|(_, count)| count).sum()
    }

    fn ended(logs: &Logs, wait: Duration) -> RecordCounts {
        let is_done = logs.begin_shutdown(Instant::now() + wait).wait(wait);
        logs.finish(is_done)
    }

    #[test]
    fn a_sink_that_panics_or_refuses_loses_what_it_had_and_goes_on() {
        let mut answers = vec![
            Ok(()),
            Err(ExportError::partial(3, "too old")),
            Err(ExportError::permanent("no")),
        ];
        let mut panics = true;
        let logs = logs(Box::new(move |_| {
            assert!(!std::mem::take(&mut panics), "in the sink");
            answers.pop().unwrap_or(Ok(()))
        }));
        for _ in 0..4 {
            push(&logs, 10);
            assert!(logs.flusher().begin().wait(Duration::from_secs(10)));
        }
        let counts = ended(&logs, Duration::from_secs(10));
        assert_eq!((counts.exported, lost(&counts)), (17, 23));
        assert_eq!(counts.lost[1], ("export_failed", 23));
    }

    #[test]
    fn a_sink_that_hangs_holds_neither_the_program_nor_the_shutdown() {
        let (release, hang) = mpsc::channel::<()>();
        let logs = logs(Box::new(move |_| {
            let _ = hang.recv();
            Ok(())
        }));
        let started = Instant::now();
        push(&logs, 1000);
        let counts = ended(&logs, Duration::from_millis(50));
        assert!(started.elapsed() < Duration::from_secs(5));
        assert_eq!((counts.exported, lost(&counts)), (0, 1000));
        assert!(
            counts.lost[0].1 >= 644,
            "the queue has 256 and the sink 100: {counts:?}"
        );
        drop(release);
    }

    #[test]
    fn every_record_is_exported_or_lost_whatever_the_deadline() {
        for round in 0..300u32 {
            let logs = logs(Box::new(move |_| {
                std::thread::sleep(Duration::from_micros((round % 7 * 20).into()));
                Ok(())
            }));
            std::thread::scope(|threads| {
                let pushing: Vec<_> = (0..2).map(|_| threads.spawn(|| push(&logs, 400))).collect();
                std::thread::sleep(Duration::from_micros((round % 11 * 30).into()));
                ended(&logs, Duration::from_micros((round % 13 * 20).into()));
                for thread in pushing {
                    thread.join().unwrap();
                }
            });
            // What came after the end is counted, too.
            let counts = logs.finish(true);
            assert_eq!(
                counts.exported + lost(&counts),
                800,
                "round {round}: {counts:?}"
            );
        }
    }
}
