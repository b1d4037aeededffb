//! The users, by axum, and in the same process the stock, by tonic.

use anyhow::Result;
use axum::{Router, extract::Path, http::StatusCode, routing::get, serve};
use hyperion::observe;
use hyperion_tower::ServerLayer;

use crate::{listen, stock, stop};

pub(crate) async fn run() -> Result<()> {
    let router = Router::new()
        .route("/users/{id}", get(user))
        .layer(ServerLayer::new());
    let (listener, address) = listen().await?;
    let (stock, served) = stock::serve().await?;
    println!("users at {address}, stock at {stock}");
    let users = async {
        Ok(serve(listener, router)
            .with_graceful_shutdown(stop())
            .await?)
    };
    tokio::try_join!(users, served)?;
    Ok(())
}

async fn user(Path(id): Path<u64>) -> Result<&'static str, StatusCode> {
    name(id).ok_or(StatusCode::NOT_FOUND)
}

#[observe(component = "Users")]
fn name(id: u64) -> Option<&'static str> {
    tracing::info!("looked up");
    ["Ada", "Grace"].get(usize::try_from(id).ok()?).copied()
}
