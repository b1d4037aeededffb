//! Calls observed by `#[tracing::instrument]` and exported by oxtel.

use super::{Parent, Peer, Sender, Session, WholePeer, tracing as instrumented};
use crate::discard::Discard;
use crate::instruments::OXTEL_HISTOGRAM;
use crate::work::{BOUNDS, UserError, look_up};
use oxtel::Guard;
use oxtel::otlp::OtlpHttpExporter;
use oxtel::sdk::context::{SpanContext, TraceFlags};
use oxtel::sdk::trace::attach_remote_parent;
use oxtel::sdk::{SpanId, TraceId};
use std::sync::OnceLock;
use std::time::Instant;
use tracing::{info_span, instrument};

/// The same functions as those of [`Tracing`](super::Tracing), below oxtel's subscriber.
#[derive(Debug)]
pub struct Oxtel;

/// A span, and a value for a histogram of the same duration, which is kept.
#[derive(Debug)]
pub struct OxtelWithMetrics;

/// The pipelines, which stay as long as the process.
#[derive(Debug)]
pub struct Pipelines(());

static GUARD: OnceLock<Guard> = OnceLock::new();
static DURATION: OnceLock<metrics::Histogram> = OnceLock::new();

impl Session for Pipelines {
    fn flush(&self) {
        let traces = GUARD.get().and_then(Guard::tracer_provider);
        if let Some(traces) = traces {
            traces.force_flush().expect("the batch processor flushes");
        }
    }
}

/// Installs oxtel's subscriber for spans and its recorder for metrics.
pub(crate) fn install() -> Pipelines {
    GUARD.get_or_init(|| {
        oxtel::builder()
            .without_env_exporters()
            .without_local_logs()
            .with_traces(|traces| traces.with_batch_exporter(Discard))
            .with_metrics(|metrics| {
                metrics
                    .with_periodic_exporter(Discard)
                    .with_histogram_buckets(OXTEL_HISTOGRAM, &BOUNDS)
            })
            .install()
            .expect("there is no other subscriber or recorder")
    });
    Pipelines(())
}

impl Peer for Oxtel {
    const NAME: &'static str = "oxtel";
    type Session = Pipelines;

    fn install() -> Pipelines {
        install()
    }

    fn in_parent<T>(parent: Parent, run: impl FnOnce() -> T) -> T {
        match parent {
            Parent::None => run(),
            Parent::Sampled => info_span!("parent").in_scope(run),
            Parent::Unsampled => {
                let span = {
                    let _remote = attach_remote_parent(unsampled_context());
                    info_span!("parent")
                };
                span.in_scope(run)
            }
        }
    }

    fn call(tier: &'static str, id: u64) -> u64 {
        instrumented::call(tier, id)
    }
}

fn unsampled_context() -> SpanContext {
    SpanContext {
        trace_id: TraceId::from_bytes(7u128.to_be_bytes()),
        span_id: SpanId::from_bytes(7u64.to_be_bytes()),
        flags: TraceFlags::default(),
        is_remote: true,
        ..SpanContext::default()
    }
}

impl WholePeer for Oxtel {
    fn ready(tier: &'static str, id: u64) -> impl Future<Output = u64> {
        instrumented::ready(tier, id)
    }

    fn yielding(tier: &'static str, id: u64) -> impl Future<Output = u64> {
        instrumented::yielding(tier, id)
    }

    fn failing(tier: &'static str, id: u64) -> Result<u64, UserError> {
        instrumented::failing(tier, id)
    }

    fn request(tier: &'static str, id: u64) -> u64 {
        instrumented::request(tier, id)
    }
}

impl Sender for Oxtel {
    fn install_sender(endpoint: &str) -> Box<dyn Session> {
        let exporter = OtlpHttpExporter::builder().with_endpoint(endpoint).build();
        let guard = oxtel::builder()
            .without_env_exporters()
            .without_local_logs()
            .with_traces(|traces| traces.with_batch_exporter(exporter))
            .install()
            .expect("there is no other subscriber");
        assert!(GUARD.set(guard).is_ok(), "oxtel is installed once");
        Box::new(Pipelines(()))
    }
}

impl Peer for OxtelWithMetrics {
    const NAME: &'static str = "oxtel";
    type Session = Pipelines;

    fn install() -> Pipelines {
        let pipelines = install();
        DURATION.get_or_init(|| metrics::histogram!(OXTEL_HISTOGRAM));
        pipelines
    }

    fn in_parent<T>(parent: Parent, run: impl FnOnce() -> T) -> T {
        Oxtel::in_parent(parent, run)
    }

    fn call(tier: &'static str, id: u64) -> u64 {
        call_with_metrics(tier, id)
    }
}

#[inline(never)]
#[instrument(skip_all, fields(user.tier = tier, user.id = id))]
fn call_with_metrics(tier: &'static str, id: u64) -> u64 {
    let duration = DURATION.get().expect("the recorder is installed");
    let started = Instant::now();
    let output = look_up(tier, id);
    duration.record(started.elapsed().as_secs_f64());
    output
}
