//! The service observed by `#[fastrace::trace]` and exported by fastrace-opentelemetry.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Instant;

use anyhow::Result;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::get;
use fastrace::collector::Config;
use fastrace::future::FutureExt;
use fastrace::local::LocalSpan;
use fastrace::prelude::SpanContext;
use fastrace::{Span, trace};
use fastrace_opentelemetry::OpenTelemetryReporter;
use hyperion_application_bench::application::{
    Application, REQUEST, ROUTE, RequestError, User, UserRow, check, log_request, respond,
};
use hyperion_application_bench::otlp::{
    SERVICE, install_meter_provider, record_duration, resource, span_exporter,
};
use hyperion_application_bench::server::{Variant, install_log, serve};
use opentelemetry::InstrumentationScope;
use opentelemetry_sdk::metrics::SdkMeterProvider;

fn main() -> Result<()> {
    serve::<Fastrace>()
}

struct Fastrace;

impl Variant for Fastrace {
    type Telemetry = SdkMeterProvider;

    fn install(collector: &str) -> Result<SdkMeterProvider> {
        install_log()?;
        let reporter = OpenTelemetryReporter::new(
            span_exporter(collector)?,
            Cow::Owned(resource()),
            InstrumentationScope::builder(SERVICE).build(),
        );
        fastrace::set_reporter(reporter, Config::default());
        install_meter_provider(collector)
    }

    fn routes() -> Router<Arc<Application>> {
        Router::new().route(ROUTE, get(get_user))
    }

    fn shutdown(meters: SdkMeterProvider) -> Result<Option<u64>> {
        fastrace::flush();
        meters.shutdown()?;
        Ok(None)
    }
}

async fn get_user(
    State(application): State<Arc<Application>>,
    Path(id): Path<i64>,
) -> Result<Response, RequestError> {
    let began = Instant::now();
    let properties = [
        ("span.kind", "server"),
        ("http.request.method", "GET"),
        ("http.route", ROUTE),
    ];
    let root = Span::root(REQUEST, SpanContext::random()).with_properties(|| properties);
    let response = async {
        validate(id)?;
        let user = find_user(&application, id).await?;
        let body = render_user(&user)?;
        log_request(&user, &body);
        LocalSpan::add_property(|| ("http.response.status_code", "200"));
        Ok(respond(body))
    }
    .in_span(root)
    .await;
    record_duration(began);
    response
}

#[trace(short_name = true)]
fn validate(id: i64) -> Result<(), RequestError> {
    LocalSpan::add_property(|| ("user.id", id.to_string()));
    check(id)
}

#[trace(short_name = true)]
async fn find_user(application: &Application, id: i64) -> Result<User, RequestError> {
    LocalSpan::add_property(|| ("user.id", id.to_string()));
    let row = select_user(application, id).await?;
    let tier = look_up_tier(application, row.tier())?;
    Ok(row.with_tier(tier))
}

#[trace(short_name = true)]
async fn select_user(application: &Application, id: i64) -> Result<UserRow, RequestError> {
    LocalSpan::add_properties(|| {
        [
            ("span.kind", "client"),
            ("db.system.name", "sqlite"),
            ("db.operation.name", "SELECT"),
        ]
    });
    application.select(id).await
}

#[trace(short_name = true)]
fn look_up_tier(application: &Application, tier: i64) -> Result<Arc<str>, RequestError> {
    LocalSpan::add_property(|| ("tier.id", tier.to_string()));
    application.tier(tier)
}

#[trace(short_name = true)]
fn render_user(user: &User) -> Result<Vec<u8>, RequestError> {
    LocalSpan::add_property(|| ("format", "json"));
    user.render()
}
