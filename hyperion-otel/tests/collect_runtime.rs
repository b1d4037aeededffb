//! Metrics of the process and of Tokio leave it beside the program's own, if that is asked for.
#![cfg(all(feature = "process", feature = "tokio"))]

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use hyperion_otel::config::{Config, TraceExporter};
use hyperion_otel::export::{ExportError, MetricSink};
use hyperion_otel::{Builder, builder};
use hyperion_runtime::metrics::snapshot::{Data, Family, Snapshot};
use opentelemetry_sdk::metrics::data::ResourceMetrics;
use tokio::runtime::Runtime;

/// One telemetry runs in a process at a time.
static ALONE: Mutex<()> = Mutex::new(());

/// Keeps what is exported last.
#[derive(Clone, Default)]
struct Kept(Arc<Mutex<Vec<Family>>>);

impl MetricSink for Kept {
    fn export(&mut self, native: &Snapshot, _: &ResourceMetrics) -> Result<(), ExportError> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.clone_from(&native.families);
        Ok(())
    }
}

fn config(collect_runtime: bool) -> Config {
    let mut config = Config::default();
    config.tracing.exporter = TraceExporter::None;
    config.logs.enabled = false;
    config.metrics.collect_runtime = collect_runtime;
    config
}

/// The families that telemetry which `builder` makes exports first.
fn exported(builder: Builder) -> Vec<Family> {
    let kept = Kept::default();
    let telemetry = builder
        .metric_sink(kept.clone())
        .install()
        .expect("telemetry starts");
    assert!(telemetry.flush(Duration::from_secs(30)));
    let families = kept.0.lock().expect("nothing panics").clone();
    assert!(telemetry.shutdown(Duration::from_secs(30)).is_complete());
    families
}

/// The metrics whose names begin with `prefix`.
fn names<'f>(families: &'f [Family], prefix: &str) -> Vec<&'f str> {
    families
        .iter()
        .map(|family| family.name.as_ref())
        .filter(|name| name.starts_with(prefix))
        .collect()
}

/// The names of the runtimes that are told of.
fn runtimes(families: &[Family]) -> BTreeSet<String> {
    families
        .iter()
        .flat_map(|family| match &family.data {
            Data::Counter(points) | Data::UpDownCounter(points) | Data::Gauge(points) => {
                points.as_slice()
            }
            Data::Histogram(_) => &[],
        })
        .flat_map(|point| &point.labels)
        .filter(|(key, _)| key == "tokio.runtime.name")
        .map(|(_, name)| name.to_string())
        .collect()
}

#[test]
#[cfg(target_os = "linux")]
fn the_process_and_the_current_runtime_are_told_of() {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let runtime = Runtime::new().expect("a runtime starts");
    let families = runtime.block_on(async { exported(builder().config(config(true))) });
    assert_eq!(
        names(&families, "process."),
        [
            "process.context_switches",
            "process.cpu.time",
            "process.disk.io",
            "process.memory.usage",
            "process.memory.virtual",
            "process.paging.faults",
            "process.thread.count",
            "process.unix.file_descriptor.count",
            "process.uptime",
        ]
    );
    assert_eq!(
        names(&families, "tokio."),
        [
            "tokio.runtime.global_queue.length",
            "tokio.runtime.task.count",
            "tokio.runtime.worker.busy_time",
            "tokio.runtime.worker.count",
            "tokio.runtime.worker.parks",
        ]
    );
    assert!(
        families.is_sorted_by(|one, other| one.name < other.name),
        "beside the others, in the order of the names"
    );
    assert_eq!(runtimes(&families), ["default".to_owned()].into());
}

#[test]
fn without_a_runtime_the_process_is_told_of() {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let families = exported(builder().config(config(true)));
    assert!(!names(&families, "process.").is_empty());
    assert_eq!(names(&families, "tokio."), [""; 0]);
}

#[test]
fn a_runtime_can_be_added() {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let (current, background) = (Runtime::new(), Runtime::new());
    let (current, background) = current
        .and_then(|one| Ok((one, background?)))
        .expect("they start");
    let families = current.block_on(async {
        exported(
            builder()
                .config(config(true))
                .tokio_runtime("background", background.handle().clone()),
        )
    });
    assert_eq!(
        runtimes(&families),
        ["background".to_owned(), "default".to_owned()].into()
    );
}

#[test]
fn two_runtimes_of_one_name_are_refused() {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let (one, other) = (Runtime::new(), Runtime::new());
    let (one, other) = one.and_then(|one| Ok((one, other?))).expect("they start");
    let refused = builder()
        .config(config(true))
        .tokio_runtime("io", one.handle().clone())
        .tokio_runtime("io", other.handle().clone())
        .install()
        .expect_err("their metrics would be mixed");
    assert!(
        refused
            .to_string()
            .starts_with("two Tokio runtimes are called `io`"),
        "{refused}"
    );
    // Nothing is left behind that would keep the next from starting.
    exported(builder().config(config(true)));
}

#[test]
fn unasked_nothing_is_told() {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let runtime = Runtime::new().expect("a runtime starts");
    let families = runtime.block_on(async { exported(builder().config(config(false))) });
    assert_eq!(names(&families, "process."), [""; 0]);
    assert_eq!(names(&families, "tokio."), [""; 0]);
}
