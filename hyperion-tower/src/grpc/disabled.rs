//! Calls of gRPC in a build without the feature `grpc`: they are requests of HTTP.

use crate::arrival::Arrival;
use crate::exchange::Exchange;
use crate::settings::Settings;
use crate::target::Target;
use http::request::Parts;
use std::sync::Arc;

/// None: the request is one of HTTP.
pub(crate) fn answered_here(
    _settings: &Arc<Settings>,
    _arrival: &Arrival<'_>,
) -> Option<Box<Exchange>> {
    None
}

/// None: the request is one of HTTP.
pub(crate) fn sent_from_here(
    _settings: &Arc<Settings>,
    _head: &Parts,
    _target: Option<&Target>,
) -> Option<Box<Exchange>> {
    None
}
