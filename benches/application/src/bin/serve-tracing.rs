//! The service observed by `#[tracing::instrument]` and exported by tracing-opentelemetry.

use std::sync::Arc;
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
use hyperion_application_bench::server::{LOG_LEVEL, Variant, log_layer, serve};
use opentelemetry::trace::TracerProvider;
use opentelemetry_sdk::metrics::SdkMeterProvider;
use opentelemetry_sdk::trace::SdkTracerProvider;
use tracing::{Span, field, instrument};
use tracing_subscriber::layer::SubscriberExt;

fn main() -> Result<()> {
    serve::<Tracing>()
}

struct Tracing;

impl Variant for Tracing {
    type Telemetry = (SdkTracerProvider, SdkMeterProvider);

    fn install(collector: &str) -> Result<Self::Telemetry> {
        let tracers = tracer_provider(collector)?;
        let spans = tracing_opentelemetry::layer().with_tracer(tracers.tracer(SERVICE));
        let subscriber = tracing_subscriber::registry()
            .with(LOG_LEVEL)
            .with(spans)
            .with(log_layer());
        tracing::subscriber::set_global_default(subscriber)?;
        Ok((tracers, install_meter_provider(collector)?))
    }

    fn routes() -> Router<Arc<Application>> {
        Router::new().route(ROUTE, get(timed))
    }

    fn shutdown((tracers, meters): Self::Telemetry) -> Result<Option<u64>> {
        tracers.shutdown()?;
        meters.shutdown()?;
        Ok(None)
    }
}

async fn timed(
    application: State<Arc<Application>>,
    id: Path<i64>,
) -> Result<Response, RequestError> {
    let began = Instant::now();
    let response = get_user(application, id).await;
    record_duration(began);
    response
}

#[instrument(
    skip_all,
    name = REQUEST,
    fields(
        otel.kind = "server",
        http.request.method = "GET",
        http.route = ROUTE,
        http.response.status_code = field::Empty,
    )
)]
async fn get_user(
    State(application): State<Arc<Application>>,
    Path(id): Path<i64>,
) -> Result<Response, RequestError> {
    validate(id)?;
    let user = find_user(&application, id).await?;
    let body = render_user(&user)?;
    log_request(&user, &body);
    Span::current().record("http.response.status_code", 200);
    Ok(respond(body))
}

#[instrument(skip_all, fields(user.id = id))]
fn validate(id: i64) -> Result<(), RequestError> {
    check(id)
}

#[instrument(skip_all, fields(user.id = id))]
async fn find_user(application: &Application, id: i64) -> Result<User, RequestError> {
    let row = select_user(application, id).await?;
    let tier = look_up_tier(application, row.tier())?;
    Ok(row.with_tier(tier))
}

#[instrument(
    skip_all,
    fields(otel.kind = "client", db.system.name = "sqlite", db.operation.name = "SELECT")
)]
async fn select_user(application: &Application, id: i64) -> Result<UserRow, RequestError> {
    application.select(id).await
}

#[instrument(skip_all, fields(tier.id = tier))]
fn look_up_tier(application: &Application, tier: i64) -> Result<Arc<str>, RequestError> {
    application.tier(tier)
}

#[instrument(skip_all, fields(format = "json"))]
fn render_user(user: &User) -> Result<Vec<u8>, RequestError> {
    user.render()
}
