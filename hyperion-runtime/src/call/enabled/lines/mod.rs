//! The log lines of calls: `tracing` events at their start and at their end.
//!
//! A line has the module of the function for its target, so that directives such as `shop::users=debug` work, and is written
//! while the span of the call is active, so that it has the ids of its trace.

#[cfg(not(feature = "logs"))]
mod disabled;
#[cfg(feature = "logs")]
mod enabled;
#[cfg(feature = "logs")]
mod event;
#[cfg(all(test, feature = "logs"))]
mod tests;

#[cfg(not(feature = "logs"))]
pub(super) use disabled::Lines;
#[cfg(feature = "logs")]
pub(super) use enabled::Lines;

use crate::level::Level;

/// A call site, as its log lines name it.
#[derive(Clone, Copy, Debug)]
#[cfg_attr(
    not(feature = "logs"),
    expect(dead_code, reason = "there are no lines to name it")
)]
pub(super) struct LinesOf {
    pub(super) component: &'static str,
    pub(super) method: &'static str,
    /// The module of the function, which is the target of the lines.
    pub(super) module: &'static str,
    pub(super) file: &'static str,
    pub(super) line: u32,
    /// The level of the lines, where the call site asks for them. Without one only exceptions are logged, if that is where
    /// exceptions go.
    pub(super) level: Option<Level>,
}
