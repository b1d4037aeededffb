//! The service that the world calls, by axum.

use std::sync::Arc;

use anyhow::{Context, Result};
use axum::{
    Router,
    extract::{Path, State},
    http::StatusCode,
    routing::post,
    serve,
};
use hyperion::{observe, propagation::PropagatedContext};
use hyperion_tower::{Client, ClientLayer, ServerLayer};
use tokio::{io::AsyncWriteExt, net::TcpStream, sync::Mutex};
use tonic::transport::{Channel, Uri};
use tower::{Layer, ServiceExt};

use crate::{listen, parcel::Parcel, stock, stop};

/// The services behind this one.
struct Shop {
    users: Client<reqwest::Client>,
    users_url: String,
    stock: stock::Client<Client<Channel>>,
    queue: Mutex<TcpStream>,
}

pub(crate) async fn run(users: &str, stock: &str, worker: &str) -> Result<()> {
    let origin: Uri = format!("http://{stock}").parse()?;
    let channel = Channel::builder(origin.clone()).connect_lazy();
    let queue = TcpStream::connect(worker).await.context("no worker")?;
    let shop = Shop {
        users: ClientLayer::new().layer(reqwest::Client::new()),
        users_url: format!("http://{users}"),
        stock: stock::Client::new(ClientLayer::new().origin(&origin).layer(channel)),
        queue: Mutex::new(queue),
    };
    let router = Router::new()
        .route("/orders/{id}", post(order))
        .layer(ServerLayer::new())
        .with_state(Arc::new(shop));
    let (listener, address) = listen().await?;
    println!("gateway at {address}");
    serve(listener, router)
        .with_graceful_shutdown(stop())
        .await?;
    Ok(())
}

async fn order(State(shop): State<Arc<Shop>>, Path(id): Path<u64>) -> Result<String, StatusCode> {
    shop.place(id).await.map_err(|error| {
        tracing::warn!("order {id} is not placed: {error:#}");
        StatusCode::BAD_GATEWAY
    })
}

#[observe]
impl Shop {
    async fn place(&self, order: u64) -> Result<String> {
        let user = self.user(order).await?;
        self.stock.clone().reserve(order).await?;
        self.enqueue(order).await?;
        Ok(format!("order {order} of {user}"))
    }

    async fn user(&self, id: u64) -> Result<String> {
        let url = format!("{}/users/{id}", self.users_url).parse()?;
        let request = reqwest::Request::new(reqwest::Method::GET, url);
        let answer = self.users.clone().oneshot(request).await?;
        Ok(answer.error_for_status()?.text().await?)
    }

    #[observe(kind = producer)]
    async fn enqueue(&self, order: u64) -> Result<()> {
        let parcel = Parcel {
            order,
            queued_by: PropagatedContext::current(),
        };
        let mut line = serde_json::to_vec(&parcel)?;
        line.push(b'\n');
        self.queue.lock().await.write_all(&line).await?;
        Ok(())
    }
}
