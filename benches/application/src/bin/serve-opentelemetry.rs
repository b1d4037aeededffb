//! The service observed with the OpenTelemetry SDK by hand.

use std::sync::{Arc, OnceLock};
use std::time::Instant;

use anyhow::Result;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::get;
use hyperion_application_bench::application::{
    Application, REQUEST, ROUTE, RequestError, User, UserRow, check, log_request, respond,
};
use hyperion_application_bench::otlp::{
    SERVICE, install_meter_provider, record_duration, tracer_provider,
};
use hyperion_application_bench::server::{Variant, install_log, serve};
use opentelemetry::trace::{FutureExt, SpanKind, TraceContextExt, Tracer, TracerProvider};
use opentelemetry::{Context, KeyValue};
use opentelemetry_sdk::metrics::SdkMeterProvider;
use opentelemetry_sdk::trace::{SdkTracer, SdkTracerProvider};

fn main() -> Result<()> {
    serve::<OpenTelemetry>()
}

struct OpenTelemetry;

/// The SDK's own tracer, which saves the box that the global one puts around every span.
static TRACER: OnceLock<SdkTracer> = OnceLock::new();

impl Variant for OpenTelemetry {
    type Telemetry = (SdkTracerProvider, SdkMeterProvider);

    fn install(collector: &str) -> Result<Self::Telemetry> {
        install_log()?;
        let tracers = tracer_provider(collector)?;
        TRACER.get_or_init(|| tracers.tracer(SERVICE));
        Ok((tracers, install_meter_provider(collector)?))
    }

    fn routes() -> Router<Arc<Application>> {
        Router::new().route(ROUTE, get(get_user))
    }

    fn shutdown((tracers, meters): Self::Telemetry) -> Result<Option<u64>> {
        tracers.shutdown()?;
        meters.shutdown()?;
        Ok(None)
    }
}

/// Starts a span under the current one.
fn start<const N: usize>(name: &'static str, kind: SpanKind, attributes: [KeyValue; N]) -> Context {
    let tracer = TRACER.get().expect("it was installed");
    let builder = tracer
        .span_builder(name)
        .with_kind(kind)
        .with_attributes(attributes);
    Context::current_with_span(tracer.build(builder))
}

async fn get_user(
    State(application): State<Arc<Application>>,
    Path(id): Path<i64>,
) -> Result<Response, RequestError> {
    let began = Instant::now();
    let attributes = [
        KeyValue::new("http.request.method", "GET"),
        KeyValue::new("http.route", ROUTE),
    ];
    let context = start(REQUEST, SpanKind::Server, attributes);
    let response = async {
        validate(id)?;
        let user = find_user(&application, id).await?;
        let body = render_user(&user)?;
        log_request(&user, &body);
        let status = KeyValue::new("http.response.status_code", 200);
        Context::map_current(|context| context.span().set_attribute(status));
        Ok(respond(body))
    }
    .with_context(context)
    .await;
    record_duration(began);
    response
}

fn validate(id: i64) -> Result<(), RequestError> {
    let attributes = [KeyValue::new("user.id", id)];
    let _attached = start("validate", SpanKind::Internal, attributes).attach();
    check(id)
}

async fn find_user(application: &Application, id: i64) -> Result<User, RequestError> {
    let context = start(
        "find_user",
        SpanKind::Internal,
        [KeyValue::new("user.id", id)],
    );
    async {
        let row = select_user(application, id).await?;
        let tier = look_up_tier(application, row.tier())?;
        Ok(row.with_tier(tier))
    }
    .with_context(context)
    .await
}

async fn select_user(application: &Application, id: i64) -> Result<UserRow, RequestError> {
    let attributes = [
        KeyValue::new("db.system.name", "sqlite"),
        KeyValue::new("db.operation.name", "SELECT"),
    ];
    let context = start("select_user", SpanKind::Client, attributes);
    application.select(id).with_context(context).await
}

fn look_up_tier(application: &Application, tier: i64) -> Result<Arc<str>, RequestError> {
    let attributes = [KeyValue::new("tier.id", tier)];
    let _attached = start("look_up_tier", SpanKind::Internal, attributes).attach();
    application.tier(tier)
}

fn render_user(user: &User) -> Result<Vec<u8>, RequestError> {
    let attributes = [KeyValue::new("format", "json")];
    let _attached = start("render_user", SpanKind::Internal, attributes).attach();
    user.render()
}
