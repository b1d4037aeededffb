//! The stock: a service of gRPC with the method `shop.Stock/Reserve`, and its client.

use std::{
    convert::Infallible,
    net::SocketAddr,
    pin::Pin,
    task::{self, Poll},
};

use anyhow::{Context, Result};
use axum::http::{Request, Response, uri::PathAndQuery};
use futures::{TryFutureExt, stream};
use hyperion::observe;
use hyperion_tower::ServerLayer;
use tonic::{
    Status,
    body::Body,
    client::{Grpc, GrpcService},
    server::NamedService,
};
use tonic_prost::ProstCodec;
use tower::{Service, service_fn};

use crate::{listen, stop};

/// An order's number goes there, and the place of the goods comes back.
type Codec = ProstCodec<String, String>;

#[derive(Clone)]
struct Stock;

impl NamedService for Stock {
    const NAME: &'static str = "shop.Stock";
}

impl Service<Request<Body>> for Stock {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Body>, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut task::Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        Box::pin(async move {
            let mut grpc = tonic::server::Grpc::new(Codec::default());
            Ok(match request.uri().path() {
                "/shop.Stock/Reserve" => grpc.unary(service_fn(reserve), request).await,
                _ => Status::unimplemented("no such method").into_http(),
            })
        })
    }
}

#[observe(component = "Stock")]
async fn reserve(request: tonic::Request<String>) -> Result<tonic::Response<String>, Status> {
    match request.into_inner().as_str() {
        "1" => Err(Status::resource_exhausted("sold out")),
        _ => Ok(tonic::Response::new("shelf 7".to_owned())),
    }
}

/// Its address, and what serves it until Ctrl-C.
pub(crate) async fn serve() -> Result<(SocketAddr, impl Future<Output = Result<()>>)> {
    let (listener, address) = listen().await?;
    let incoming = stream::unfold(listener, async |listener| {
        let accepted = listener.accept().await;
        Some((accepted.map(|(stream, _)| stream), listener))
    });
    let server = tonic::transport::Server::builder()
        .layer(ServerLayer::new())
        .add_service(Stock);
    let until_stop = server.serve_with_incoming_shutdown(Box::pin(incoming), stop());
    Ok((address, until_stop.map_err(Into::into)))
}

/// A client of the stock.
#[derive(Clone)]
pub(crate) struct Client<C>(Grpc<C>);

impl<C: GrpcService<Body>> Client<C>
where
    C::Error: std::error::Error + Send + Sync + 'static,
    C::ResponseBody: tonic::codegen::Body<Data = tonic::codegen::Bytes> + Send + 'static,
    <C::ResponseBody as tonic::codegen::Body>::Error: Into<tonic::codegen::StdError> + Send,
{
    pub(crate) fn new(service: C) -> Self {
        Self(Grpc::new(service))
    }

    pub(crate) async fn reserve(&mut self, order: u64) -> Result<String> {
        self.0.ready().await.context("no stock")?;
        let path = PathAndQuery::from_static("/shop.Stock/Reserve");
        let request = tonic::Request::new(order.to_string());
        let answer = self.0.unary(request, path, Codec::default()).await?;
        Ok(answer.into_inner())
    }
}
