//! A shop of three processes, for tests: `services gateway USERS STOCK WORKER`, `services users` and `services worker`.
//!
//! The gateway asks the users over HTTP and the stock over gRPC, and gives the parcel to the worker through a queue. Each says its
//! addresses in one line on standard output, and ends with Ctrl-C.

mod gateway;
mod parcel;
mod stock;
mod users;
mod worker;

use std::{net::SocketAddr, time::Duration};

use anyhow::{Context, Result, bail};
use hyperion::config::Config;
use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let mut config = Config::load()?;
    config.metrics.enabled = false;
    config.tracing.baggage = vec!["tenant.id".to_owned()];
    let telemetry = hyperion::builder().config(config).install()?;
    match arguments[..] {
        ["gateway", users, stock, worker] => gateway::run(users, stock, worker).await?,
        ["users"] => users::run().await?,
        ["worker"] => worker::run().await?,
        _ => {
            bail!("expected `gateway USERS STOCK WORKER`, `users` or `worker`, found {arguments:?}")
        }
    }
    println!("{}", telemetry.shutdown(Duration::from_secs(5)));
    Ok(())
}

/// A listener on a free port, and its address.
async fn listen() -> Result<(TcpListener, SocketAddr)> {
    let listener = TcpListener::bind("127.0.0.1:0")
        .await
        .context("no free port")?;
    let address = listener.local_addr().context("a port without a number")?;
    Ok((listener, address))
}

/// The moment of Ctrl-C.
async fn stop() {
    // Without a way to hear of it there is none to end but the hard one.
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}
