//! The facts about a request that the framework knows which serves it.

use http::Extensions;
use std::net::SocketAddr;
use std::sync::{Arc, OnceLock};

/// The address that a request came from, for servers that are not served by axum or tonic: an extension of the request that
/// whoever accepts connections adds.
///
/// ```
/// # use std::net::SocketAddr;
/// # fn accepted(mut request: http::Request<()>, peer: SocketAddr) {
/// request.extensions_mut().insert(hyperion_tower::PeerAddress(peer));
/// # }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PeerAddress(pub SocketAddr);

/// The address that the request came from.
pub(crate) fn peer(extensions: &Extensions) -> Option<SocketAddr> {
    let own = extensions.get().map(|PeerAddress(peer)| *peer);
    own.or_else(|| axum_peer(extensions))
        .or_else(|| tonic_peer(extensions))
}

#[cfg(feature = "axum")]
fn axum_peer(extensions: &Extensions) -> Option<SocketAddr> {
    use axum::extract::ConnectInfo;
    let info = extensions.get::<ConnectInfo<SocketAddr>>()?;
    Some(info.0)
}

#[cfg(not(feature = "axum"))]
fn axum_peer(_extensions: &Extensions) -> Option<SocketAddr> {
    None
}

#[cfg(feature = "tonic")]
fn tonic_peer(extensions: &Extensions) -> Option<SocketAddr> {
    use tonic::transport::server::TcpConnectInfo;
    extensions.get::<TcpConnectInfo>()?.remote_addr()
}

#[cfg(not(feature = "tonic"))]
fn tonic_peer(_extensions: &Extensions) -> Option<SocketAddr> {
    None
}

/// The route that axum has found, where it has looked already.
#[cfg(feature = "axum")]
pub(crate) fn matched_path(extensions: &Extensions) -> Option<&str> {
    let path = extensions.get::<axum::extract::MatchedPath>()?;
    Some(path.as_str())
}

#[cfg(not(feature = "axum"))]
pub(crate) fn matched_path(_extensions: &Extensions) -> Option<&str> {
    None
}

/// The route of a request that a [`ServerLayer`](crate::ServerLayer) has seen, which may be found later: an extension of it.
#[derive(Clone, Debug, Default)]
pub(crate) struct RouteCell(Arc<OnceLock<Box<str>>>);

impl RouteCell {
    pub(crate) fn get(&self) -> Option<&str> {
        self.0.get().map(|route| &**route)
    }

    pub(crate) fn set(&self, route: &str) {
        let _ = self.0.set(route.into());
    }
}

/// Names the route that a request was matched with, such as `/users/{id}`, for routers that are not axum's.
///
/// It is called with the extensions of the request, and does nothing where no [`ServerLayer`](crate::ServerLayer) is around,
/// or where the route is known. The route is `http.route`, and a part of the span's name, so it is a template and not a path.
///
/// ```
/// # fn answer(request: http::Request<()>) {
/// hyperion_tower::set_route(request.extensions(), "/users/{id}");
/// # }
/// ```
pub fn set_route(extensions: &Extensions, route: &str) {
    if let Some(cell) = extensions.get::<RouteCell>() {
        cell.set(route);
    }
}
