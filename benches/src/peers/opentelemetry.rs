//! Calls observed with the OpenTelemetry SDK by hand.

use super::{Parent, Peer, Sender, Session, WholePeer};
use crate::discard::Discard;
use crate::instruments::{meter_provider, opentelemetry_histogram};
use crate::peers::hyperion::unsampled_context;
use crate::work::{UserError, Yields, fail, fan_out, look_up};
use opentelemetry::global::{self, BoxedTracer};
use opentelemetry::metrics::BoundHistogram;
use opentelemetry::trace::{FutureExt, Status, TraceContextExt, Tracer, TracerProvider};
use opentelemetry::{Context, KeyValue};
use opentelemetry_otlp::{SpanExporter, WithExportConfig};
use opentelemetry_sdk::metrics::SdkMeterProvider;
use opentelemetry_sdk::trace::{BatchSpanProcessor, SdkTracer, SdkTracerProvider};
use std::sync::OnceLock;
use std::time::Instant;

/// The SDK's own tracer, which saves the box that the global one puts around every span, and attributes given to the
/// builder, which saves a lock for each.
#[derive(Debug)]
pub struct OpenTelemetry;

/// The global tracer, as a library sees it before anything is installed.
#[derive(Debug)]
pub struct OpenTelemetryGlobal;

/// A span, and a bound histogram of the same duration.
#[derive(Debug)]
pub struct OpenTelemetryWithMetrics;

/// A tracer provider that is installed.
#[derive(Debug)]
pub struct Provider(pub(super) SdkTracerProvider);

impl Provider {
    /// The provider, for libraries that take the global one.
    pub fn provider(&self) -> SdkTracerProvider {
        self.0.clone()
    }
}

impl Session for Provider {
    fn flush(&self) {
        self.0.force_flush().expect("the batch processor flushes");
    }
}

/// The batch processor with its default queue and a discarding exporter.
pub(super) fn tracer_provider() -> SdkTracerProvider {
    SdkTracerProvider::builder()
        .with_span_processor(BatchSpanProcessor::builder(Discard).build())
        .build()
}

/// The exporter of OTLP over HTTP with its default client, which blocks.
pub(super) fn otlp_exporter(endpoint: &str) -> SpanExporter {
    SpanExporter::builder()
        .with_http()
        .with_endpoint(format!("{endpoint}/v1/traces"))
        .build()
        .expect("the sink's URL is valid")
}

/// The batch processor with its default queue and that exporter.
pub(super) fn sending_provider(endpoint: &str) -> SdkTracerProvider {
    SdkTracerProvider::builder()
        .with_span_processor(BatchSpanProcessor::builder(otlp_exporter(endpoint)).build())
        .build()
}

static TRACER: OnceLock<SdkTracer> = OnceLock::new();
static GLOBAL_TRACER: OnceLock<BoxedTracer> = OnceLock::new();
static DURATION: OnceLock<(SdkMeterProvider, BoundHistogram<f64>)> = OnceLock::new();

fn tracer() -> &'static SdkTracer {
    TRACER.get().expect("the SDK is installed")
}

impl Peer for OpenTelemetry {
    const NAME: &'static str = "opentelemetry";
    type Session = Provider;

    /// The first provider of a process stays, because the calls keep its tracer.
    fn install() -> Provider {
        static PROVIDER: OnceLock<SdkTracerProvider> = OnceLock::new();
        let provider = PROVIDER.get_or_init(tracer_provider).clone();
        TRACER.get_or_init(|| provider.tracer("benches"));
        Provider(provider)
    }

    fn in_parent<T>(parent: Parent, run: impl FnOnce() -> T) -> T {
        let context = match parent {
            Parent::None => return run(),
            Parent::Sampled => Context::new().with_span(tracer().start("parent")),
            Parent::Unsampled => unsampled_context(),
        };
        let _attached = context.attach();
        run()
    }

    fn call(tier: &'static str, id: u64) -> u64 {
        call(tier, id)
    }
}

impl WholePeer for OpenTelemetry {
    fn ready(tier: &'static str, id: u64) -> impl Future<Output = u64> {
        ready(tier, id)
    }

    fn yielding(tier: &'static str, id: u64) -> impl Future<Output = u64> {
        yielding(tier, id)
    }

    fn failing(tier: &'static str, id: u64) -> Result<u64, UserError> {
        failing(tier, id)
    }

    fn request(tier: &'static str, id: u64) -> u64 {
        request(tier, id)
    }
}

impl Sender for OpenTelemetry {
    fn install_sender(endpoint: &str) -> Box<dyn Session> {
        let provider = sending_provider(endpoint);
        TRACER.get_or_init(|| provider.tracer("benches"));
        Box::new(Provider(provider))
    }
}

impl Peer for OpenTelemetryGlobal {
    const NAME: &'static str = "opentelemetry";
    type Session = ();

    /// There is nothing to install.
    fn install() {}

    fn in_parent<T>(_parent: Parent, run: impl FnOnce() -> T) -> T {
        run()
    }

    fn call(tier: &'static str, id: u64) -> u64 {
        call_global(tier, id)
    }
}

impl Peer for OpenTelemetryWithMetrics {
    const NAME: &'static str = "opentelemetry";
    type Session = Provider;

    fn install() -> Provider {
        DURATION.get_or_init(|| {
            let meter = meter_provider();
            let histogram = opentelemetry_histogram(&meter);
            (meter, histogram)
        });
        OpenTelemetry::install()
    }

    fn in_parent<T>(parent: Parent, run: impl FnOnce() -> T) -> T {
        OpenTelemetry::in_parent(parent, run)
    }

    fn call(tier: &'static str, id: u64) -> u64 {
        call_with_metrics(tier, id)
    }
}

/// Starts a span with the two attributes, under the current one.
#[inline]
fn start<T>(tracer: &T, name: &'static str, tier: &'static str, id: u64) -> Context
where
    T: Tracer<Span: Send + Sync + 'static>,
{
    // An id beyond `i64` has no OpenTelemetry integer.
    let id = i64::try_from(id).unwrap_or(i64::MAX);
    let attributes = [
        KeyValue::new("user.tier", tier),
        KeyValue::new("user.id", id),
    ];
    let builder = tracer.span_builder(name).with_attributes(attributes);
    Context::current_with_span(tracer.build(builder))
}

#[inline(never)]
fn call(tier: &'static str, id: u64) -> u64 {
    let _attached = start(tracer(), "call", tier, id).attach();
    look_up(tier, id)
}

#[inline(never)]
fn call_global(tier: &'static str, id: u64) -> u64 {
    let tracer = GLOBAL_TRACER.get_or_init(|| global::tracer("benches"));
    let _attached = start(tracer, "call", tier, id).attach();
    look_up(tier, id)
}

#[inline(never)]
fn call_with_metrics(tier: &'static str, id: u64) -> u64 {
    let (_, duration) = DURATION.get().expect("the meter is installed");
    let _attached = start(tracer(), "call", tier, id).attach();
    let started = Instant::now();
    let output = look_up(tier, id);
    duration.record(started.elapsed().as_secs_f64());
    output
}

async fn ready(tier: &'static str, id: u64) -> u64 {
    let context = start(tracer(), "ready", tier, id);
    async { look_up(tier, id) }.with_context(context).await
}

async fn yielding(tier: &'static str, id: u64) -> u64 {
    let context = start(tracer(), "yielding", tier, id);
    let body = async {
        Yields(3).await;
        look_up(tier, id)
    };
    body.with_context(context).await
}

#[inline(never)]
fn failing(tier: &'static str, id: u64) -> Result<u64, UserError> {
    let context = start(tracer(), "failing", tier, id);
    let _attached = context.clone().attach();
    fail(tier, id).inspect_err(|error| {
        let span = context.span();
        span.set_attribute(KeyValue::new("error.type", "NotFound"));
        span.record_error(error);
        span.set_status(Status::error(error.to_string()));
    })
}

#[inline(never)]
fn request(tier: &'static str, id: u64) -> u64 {
    let _attached = start(tracer(), "request", tier, id).attach();
    fan_out(tier, id, call)
}
