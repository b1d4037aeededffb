//! Code of users that runs at the start and at the end of every observed call.
//!
//! The trait exists in every build, so that a library can offer an interceptor; only a build with `otel` can install one.

mod call;

#[cfg(feature = "otel")]
mod dispatch;
#[cfg(feature = "otel")]
mod error;
#[cfg(feature = "otel")]
mod installed;
#[cfg(feature = "otel")]
mod selection;

pub use call::{CallEnd, CallInfo, CallOutcome, Interceptor};
#[cfg(feature = "otel")]
pub use error::InterceptorError;

#[cfg(feature = "otel")]
pub(crate) use {
    dispatch::Started,
    installed::installed,
    selection::{Selection, SelectionCache},
};
// They reach users through `backend` alone.
#[cfg(feature = "otel")]
pub use installed::{Interceptors, Panics, install, uninstall};

/// The most interceptors that can be told apart: a bit each, beside the number of the installation.
#[cfg(feature = "otel")]
const MOST: usize = 32;

/// The interceptors that a call site asks for with `only(..)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Only {
    /// All that are installed: there is no `only(..)`.
    Any,
    /// Those of these names.
    Names(&'static [&'static str]),
}

#[cfg(all(test, feature = "otel"))]
mod tests;
