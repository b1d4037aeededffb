//! The worker that sends parcels, and takes them from a queue: lines of JSON over TCP.

use anyhow::Result;
use hyperion::observe;
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    select,
};

use crate::{listen, parcel::Parcel, stop};

pub(crate) async fn run() -> Result<()> {
    let (listener, address) = listen().await?;
    println!("worker at {address}");
    select! {
        end = work(listener) => end,
        () = stop() => Ok(()),
    }
}

async fn work(listener: tokio::net::TcpListener) -> Result<()> {
    let (queue, _) = listener.accept().await?;
    let mut lines = BufReader::new(queue).lines();
    while let Some(line) = lines.next_line().await? {
        send(serde_json::from_str(&line)?).await;
    }
    std::future::pending().await
}

#[observe(component = "Worker", kind = consumer, parent = parcel.queued_by, fields(order.id = parcel.order))]
async fn send(parcel: Parcel) {
    label(parcel.order).await;
}

#[observe(component = "Worker")]
async fn label(order: u64) {
    tokio::task::yield_now().await;
    tracing::info!(order, "sent");
}
