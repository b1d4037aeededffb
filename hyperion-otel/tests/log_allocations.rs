//! A line allocates nothing, and a log record one piece of memory, once the buffers of the thread have grown.
#![cfg(feature = "logs")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::io;

use hyperion_otel::config::LogFormat;
use hyperion_otel::logs;
use opentelemetry::Context;
use opentelemetry::trace::{SpanContext, SpanId, TraceContextExt, TraceFlags, TraceId, TraceState};
use tracing_subscriber::layer::SubscriberExt;

/// The system's allocator, which counts for each thread.
struct Counting;

thread_local! {
    static ALLOCATIONS: Cell<u64> = const { Cell::new(0) };
}

// SAFETY: every call goes to the system's allocator as it came, and counting neither allocates nor unwinds.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let _ = ALLOCATIONS.try_with(|count| count.set(count.get() + 1));
        // SAFETY: the caller's promises about `layout` are passed on.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: the caller's promises about `pointer` and `layout` are passed on.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn allocations_of(log: impl Fn()) -> u64 {
    let before = ALLOCATIONS.get();
    log();
    ALLOCATIONS.get() - before
}

#[test]
fn a_line_allocates_nothing() {
    let span = SpanContext::new(
        TraceId::from(10),
        SpanId::from(11),
        TraceFlags::SAMPLED,
        false,
        TraceState::default(),
    );
    let _active = Context::new().with_remote_span_context(span).attach();
    let log = || {
        tracing::info!(id = 7, ratio = 0.5, name = "a name", shown = ?Some(1), "fetching {}", "user");
    };
    let mut first_lines = 0;
    for format in [LogFormat::Json, LogFormat::Text] {
        let subscriber = tracing_subscriber::registry().with(logs::layer(format, io::sink));
        tracing::subscriber::with_default(subscriber, || {
            first_lines += allocations_of(log);
            assert_eq!(allocations_of(log), 0, "{format:?}");
        });
    }
    assert!(first_lines > 0, "the buffers grew, and it was seen");
}

#[cfg(feature = "otlp")]
#[test]
fn a_record_allocates_its_bytes_alone() {
    use hyperion_otel::config::{Config, LogExporter, MetricExporter, TraceExporter};
    use std::time::Duration;

    let mut config = Config::default();
    config.announce = false;
    config.tracing.exporter = TraceExporter::None;
    config.metrics.exporter = MetricExporter::None;
    config.logs.enabled = false;
    config.logs.exporters = vec![LogExporter::Otlp];
    // Nothing is taken from the queue, and nobody listens.
    config.logs.batch.schedule_delay = Duration::from_secs(3600);
    config.logs.otlp.endpoint = hyperion_otel::config::Endpoint::base("http://localhost:1").ok();
    let telemetry = hyperion_otel::builder()
        .config(config)
        .install()
        .expect("it starts");
    let subscriber = tracing_subscriber::registry().with(logs::records());
    let log = || {
        tracing::info!(id = 7, ratio = 0.5, name = "a name", shown = ?Some(1), "fetching {}", "user");
    };
    let allocations = tracing::subscriber::with_default(subscriber, || {
        let _span = tracing::info_span!("request", tenant = "north").entered();
        log();
        allocations_of(|| (0..100).for_each(|_| log()))
    });
    // The queue grows now and then.
    assert!(
        (100..=106).contains(&allocations),
        "{allocations} for 100 records"
    );
    let report = telemetry.shutdown(Duration::from_secs(1));
    assert_eq!(report.log_records_lost(), 101, "{report}");
}
