//! The service without telemetry.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::get;
use hyperion_application_bench::application::{
    Application, ROUTE, RequestError, User, UserRow, check, log_request, respond,
};
use hyperion_application_bench::server::{Variant, install_log, serve};

fn main() -> anyhow::Result<()> {
    serve::<NoOp>()
}

struct NoOp;

impl Variant for NoOp {
    type Telemetry = ();

    fn install(_collector: &str) -> anyhow::Result<()> {
        install_log()
    }

    fn routes() -> Router<Arc<Application>> {
        Router::new().route(ROUTE, get(get_user))
    }

    fn shutdown((): ()) -> anyhow::Result<Option<u64>> {
        Ok(None)
    }
}

async fn get_user(
    State(application): State<Arc<Application>>,
    Path(id): Path<i64>,
) -> Result<Response, RequestError> {
    validate(id)?;
    let user = find_user(&application, id).await?;
    let body = render_user(&user)?;
    log_request(&user, &body);
    Ok(respond(body))
}

fn validate(id: i64) -> Result<(), RequestError> {
    check(id)
}

async fn find_user(application: &Application, id: i64) -> Result<User, RequestError> {
    let row = select_user(application, id).await?;
    let tier = look_up_tier(application, row.tier())?;
    Ok(row.with_tier(tier))
}

async fn select_user(application: &Application, id: i64) -> Result<UserRow, RequestError> {
    application.select(id).await
}

fn look_up_tier(application: &Application, tier: i64) -> Result<Arc<str>, RequestError> {
    application.tier(tier)
}

fn render_user(user: &User) -> Result<Vec<u8>, RequestError> {
    user.render()
}
