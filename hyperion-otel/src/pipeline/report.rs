//! The end of telemetry in figures.

use hyperion_runtime::backend::lock;
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

/// The last failure of an export, in the words of the exporter; shared by all signals.
#[derive(Clone, Debug, Default)]
pub(super) struct LastFailure(Arc<Mutex<Option<String>>>);

impl LastFailure {
    pub(super) fn set(&self, failure: String) {
        *lock(&self.0) = Some(failure);
    }

    pub(super) fn get(&self) -> Option<String> {
        lock(&self.0).clone()
    }
}

/// The account of metrics that leave the process.
#[derive(Debug, Default)]
pub(super) struct MetricAccount {
    /// Exports that arrived, at least in part, or pages that were made for Prometheus.
    pub(super) exports: AtomicU64,
    pub(super) failed: AtomicU64,
    pub(super) points: AtomicU64,
}

impl MetricAccount {
    pub(super) fn counts(&self, is_scraped: bool) -> MetricCounts {
        let read = |count: &AtomicU64| count.load(Ordering::Relaxed);
        MetricCounts {
            exports: read(&self.exports),
            failed: read(&self.failed),
            points: read(&self.points),
            is_scraped,
        }
    }
}

/// The account, when it is closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct MetricCounts {
    exports: u64,
    failed: u64,
    points: u64,
    is_scraped: bool,
}

/// The account of log records that leave the process, when it is closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct RecordCounts {
    pub(super) exported: u64,
    pub(super) lost: [(&'static str, u64); 4],
}

/// The counts of what was delivered and what was lost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShutdownReport {
    pub(super) exported: u64,
    pub(super) lost: [(&'static str, u64); 3],
    /// `None` where metrics are off or nobody gets them.
    pub(super) metrics: Option<MetricCounts>,
    /// `None` where log records are not sent.
    pub(super) records: Option<RecordCounts>,
    /// The lines that were written and lost, if there are lines.
    pub(super) lines: Option<(u64, u64)>,
    pub(super) last_failure: Option<String>,
    pub(super) complete: bool,
}

impl ShutdownReport {
    /// The number of spans that the exporter accepted, since the start.
    pub fn spans_exported(&self) -> u64 {
        self.exported
    }

    /// The number of recorded spans that did not arrive, since the start.
    pub fn spans_lost(&self) -> u64 {
        sum(&self.lost)
    }

    /// The number of metric exports that arrived, or of pages that were made for Prometheus, since the start.
    pub fn metric_exports(&self) -> u64 {
        self.metrics.map_or(0, |metrics| metrics.exports)
    }

    /// The number of metric exports that did not arrive, since the start. The next one that does makes up for it.
    pub fn metric_exports_failed(&self) -> u64 {
        self.metrics.map_or(0, |metrics| metrics.failed)
    }

    /// The number of points in all metric exports that arrived, since the start; 0 where Prometheus fetches them.
    pub fn metric_points_exported(&self) -> u64 {
        self.metrics.map_or(0, |metrics| metrics.points)
    }

    /// The number of lines that all layers of `hyperion::logs` in the process have written, since it began.
    pub fn log_lines_written(&self) -> u64 {
        self.lines.map_or(0, |(written, _)| written)
    }

    /// The number of lines that they could not write.
    pub fn log_lines_lost(&self) -> u64 {
        self.lines.map_or(0, |(_, lost)| lost)
    }

    /// The number of log records that the receiver accepted, since the start.
    pub fn log_records_exported(&self) -> u64 {
        self.records.map_or(0, |records| records.exported)
    }

    /// The number of log records that were to be sent and did not arrive, since the start.
    pub fn log_records_lost(&self) -> u64 {
        self.records.map_or(0, |records| sum(&records.lost))
    }

    /// The last failure of an export: the signal, the destination, what happened and, where that is known, how to mend it. It
    /// may have been made up for since.
    pub fn last_failure(&self) -> Option<&str> {
        self.last_failure.as_deref()
    }

    /// Returns true if everything was finished before the deadline.
    pub fn is_complete(&self) -> bool {
        self.complete
    }
}

/// One line: `1024 spans exported, 7 lost (7 export_failed); 310 metric points in 5 exports, 0 failed; 93 log records
/// exported, 0 lost; 93 log lines written, 0 lost`. Signals that are off are left out, but for spans, and the last failure stands at the end.
impl fmt::Display for ShutdownReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} exported, ", counted(self.exported, "span"))?;
        write_lost(f, &self.lost)?;
        if let Some(metrics) = &self.metrics {
            write!(f, "; {metrics}")?;
        }
        if let Some(records) = &self.records {
            let exported = counted(records.exported, "log record");
            write!(f, "; {exported} exported, ")?;
            write_lost(f, &records.lost)?;
        }
        if let Some((written, lost)) = self.lines {
            write!(f, "; {} written, {lost} lost", counted(written, "log line"))?;
        }
        if !self.complete {
            f.write_str("; the deadline passed before everything was delivered")?;
        }
        if let Some(failure) = &self.last_failure {
            write!(f, "; last failure: {failure}")?;
        }
        Ok(())
    }
}

impl fmt::Display for MetricCounts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_scraped {
            return write!(f, "{} made", counted(self.exports, "metrics page"));
        }
        let points = counted(self.points, "metric point");
        let exports = counted(self.exports, "export");
        write!(f, "{points} in {exports}, {} failed", self.failed)
    }
}

fn sum(lost: &[(&'static str, u64)]) -> u64 {
    lost.iter().map(|(_, count)| count).sum()
}

/// Writes how many are lost, and of which reasons.
fn write_lost(f: &mut fmt::Formatter<'_>, lost: &[(&'static str, u64)]) -> fmt::Result {
    write!(f, "{} lost", sum(lost))?;
    let mut separator = " (";
    for (reason, count) in lost.iter().filter(|(_, count)| *count > 0) {
        write!(f, "{separator}{count} {reason}")?;
        separator = ", ";
    }
    if separator == ", " {
        f.write_str(")")?;
    }
    Ok(())
}

/// A number and what it counts.
fn counted(count: u64, thing: &str) -> String {
    match count {
        1 => format!("1 {thing}"),
        _ => format!("{count} {thing}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NO_LOSS: [(&str, u64); 3] = [
        ("queue_full", 0),
        ("export_failed", 0),
        ("after_shutdown", 0),
    ];

    fn report() -> ShutdownReport {
        ShutdownReport {
            exported: 1,
            lost: NO_LOSS,
            metrics: None,
            records: None,
            lines: None,
            last_failure: None,
            complete: true,
        }
    }

    fn sent(points: u64, exports: u64, failed: u64) -> MetricCounts {
        MetricCounts {
            exports,
            failed,
            points,
            is_scraped: false,
        }
    }

    #[test]
    fn a_report_is_a_sentence() {
        let lost = [
            ("queue_full", 0),
            ("export_failed", 7),
            ("after_shutdown", 2),
        ];
        let full = ShutdownReport {
            exported: 1024,
            lost,
            complete: false,
            ..report()
        };
        assert_eq!(
            full.to_string(),
            "1024 spans exported, 9 lost (7 export_failed, 2 after_shutdown); the deadline passed before everything was delivered"
        );
        assert_eq!(report().to_string(), "1 span exported, 0 lost");
    }

    #[test]
    fn a_report_tells_of_every_signal() {
        let full = ShutdownReport {
            metrics: Some(sent(310, 5, 1)),
            records: Some(RecordCounts {
                exported: 93,
                lost: [
                    ("queue_full", 2),
                    ("export_failed", 0),
                    ("after_shutdown", 0),
                    ("nested", 1),
                ],
            }),
            lines: Some((93, 1)),
            last_failure: Some("metrics: nothing listens there".to_owned()),
            ..report()
        };
        assert_eq!(
            full.to_string(),
            "1 span exported, 0 lost; 310 metric points in 5 exports, 1 failed; 93 log records exported, \
             3 lost (2 queue_full, 1 nested); 93 log lines written, 1 lost; \
             last failure: metrics: nothing listens there"
        );
        assert_eq!(
            (
                full.metric_exports(),
                full.metric_exports_failed(),
                full.metric_points_exported()
            ),
            (5, 1, 310)
        );
        assert_eq!(
            (full.log_records_exported(), full.log_records_lost()),
            (93, 3)
        );
        assert_eq!((full.log_lines_written(), full.log_lines_lost()), (93, 1));
        let scraped = MetricCounts {
            is_scraped: true,
            ..sent(0, 1, 0)
        };
        let scraped = ShutdownReport {
            metrics: Some(scraped),
            ..report()
        };
        assert_eq!(
            scraped.to_string(),
            "1 span exported, 0 lost; 1 metrics page made"
        );
    }
}
