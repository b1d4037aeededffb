#![doc = include_str!("../README.md")]

mod arrival;
mod attributes;
mod client;
mod combinations;
mod exchange;
mod forwarded;
mod frameworks;
mod grpc;
mod metrics;
#[cfg(feature = "reqwest")]
mod reqwest;
mod response;
mod server;
mod settings;
mod target;

pub use client::{Client, ClientLayer, UrlTemplate};
pub use frameworks::{PeerAddress, set_route};
#[cfg(feature = "reqwest")]
pub use reqwest::ReqwestFuture;
pub use response::{ResponseBody, ResponseFuture};
pub use server::{Server, ServerLayer};
