//! Two axum services in one program, of which one asks the other. Their requests are one trace, as a tree on the terminal:
//! `cargo run -p hyperion-tower --example axum`.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Router, serve};
use hyperion::config::{Config, MetricExporter, TraceExporter};
use hyperion::observe;
use hyperion_tower::{Client, ClientLayer, ServerLayer};
use std::error::Error;
use std::time::Duration;
use tokio::net::TcpListener;
use tower::{Layer, ServiceExt};

/// The users that the inner service knows.
struct Users;

#[observe]
impl Users {
    fn name_of(id: u64) -> Option<&'static str> {
        ["Ada", "Grace"].get(usize::try_from(id).ok()?).copied()
    }
}

/// The answer of the inner service.
struct User(Option<&'static str>);

impl IntoResponse for User {
    fn into_response(self) -> Response {
        // The handler is over; this is said of the request.
        hyperion::current().set("user.found", self.0.is_some());
        self.0.ok_or(StatusCode::NOT_FOUND).into_response()
    }
}

async fn user(Path(id): Path<u64>) -> User {
    User(Users::name_of(id))
}

/// The way from the outer service to the inner one.
#[derive(Clone)]
struct Inner {
    client: Client<reqwest::Client>,
    url: String,
}

#[observe]
async fn greet(State(inner): State<Inner>, Path(id): Path<u64>) -> Result<String, StatusCode> {
    let url = format!("{}/users/{id}", inner.url);
    let request = url
        .parse()
        .map(|url| reqwest::Request::new(reqwest::Method::GET, url));
    let request = request.map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)?;
    let answer = inner.client.oneshot(request).await;
    let answer = answer.and_then(reqwest::Response::error_for_status);
    let answer = answer.map_err(|_| StatusCode::BAD_GATEWAY)?;
    let name = answer.text().await.map_err(|_| StatusCode::BAD_GATEWAY)?;
    Ok(format!("Hello, {name}!"))
}

/// Serves a router, and returns its URL.
async fn start(router: Router) -> std::io::Result<String> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    tokio::spawn(async move { serve(listener, router).await });
    Ok(format!("http://{address}"))
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut config = Config::load()?;
    config.tracing.exporter = TraceExporter::Console;
    config.metrics.exporter = MetricExporter::Console;
    let telemetry = hyperion::builder()
        .config(config)
        .service_name("greeter")
        .install()?;

    let users = Router::new().route("/users/{id}", get(user));
    let inner = Inner {
        client: ClientLayer::new().layer(reqwest::Client::new()),
        url: start(users.layer(ServerLayer::new())).await?,
    };
    let greeter = Router::new()
        .route("/greet/{id}", get(greet))
        .with_state(inner);
    let url = start(greeter.layer(ServerLayer::new())).await?;

    for id in [0, 7] {
        let answer = reqwest::get(format!("{url}/greet/{id}")).await?;
        println!("{}: {}", answer.status(), answer.text().await?);
    }
    println!("{}", telemetry.shutdown(Duration::from_secs(5)));
    Ok(())
}
