//! Baggage: what a request is about, in every service that it reaches.
//!
//! ```
//! #[hyperion::observe]
//! fn handle(tenant: &str) {
//!     let _scope = hyperion::baggage::set("tenant.id", tenant);
//!     store();
//! }
//!
//! #[hyperion::observe]
//! fn store() {
//!     let tenant = hyperion::baggage::get("tenant.id");
//!     # assert!(tenant.is_none_or(|tenant| tenant == "acme"));
//! }
//! # handle("acme");
//! ```
//!
//! It goes with the context: to calls inside, to tasks and threads that are [spawned](crate::context) from here, and with
//! [`inject`](crate::propagation::inject) to other services, where `baggage` is among the propagators. It is OpenTelemetry's
//! own, so that other libraries read and write the same. Whoever receives it can read it and send it on: nothing that is
//! secret belongs there.
//!
//! `tracing.baggage` and `logs.baggage` in the configuration name the keys that are copied to spans and to log lines. In a build without `otel` there is none.
//!
//! With `tracing.context: own` a call is in no context of OpenTelemetry's. It sees what is [`set`] around it,
//! and not what came along with a `parent = ..`.
//!
//! Its limits are those of [W3C Baggage]: 64 entries and 8192 bytes together. A key is a token, ASCII without blanks and
//! separators; an entry that breaks this is left out.
//!
//! [W3C Baggage]: https://www.w3.org/TR/baggage/#limits

#[cfg(not(feature = "otel"))]
mod disabled;
#[cfg(feature = "otel")]
mod enabled;

#[cfg(not(feature = "otel"))]
pub use disabled::{Scope, WithEntry, entries, get, set, with};
#[cfg(feature = "otel")]
pub use enabled::{Scope, WithEntry, entries, get, set, with};
