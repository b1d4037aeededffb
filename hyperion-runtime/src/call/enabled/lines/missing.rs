//! No log lines: this build lacks the feature.

use super::ending::Failure;
use crate::level::Level;
use crate::trace::exceptions::ExceptionSignal;

/// A call site, as its log lines would name it.
#[derive(Clone, Copy, Debug)]
#[expect(dead_code, reason = "there are no lines to name it")]
pub(super) struct LinesOf {
    pub(super) component: &'static str,
    pub(super) method: &'static str,
    pub(super) module: &'static str,
    pub(super) file: &'static str,
    pub(super) line: u32,
    pub(super) level: Option<Level>,
}

/// The log lines that the calls of a call site do not write.
#[derive(Debug)]
pub(super) struct Lines(());

#[expect(
    clippy::unused_self,
    reason = "the signatures of lines that are written"
)]
impl Lines {
    /// Keeps nothing.
    #[inline(always)]
    pub(super) fn new(_of: LinesOf) -> &'static Self {
        &Self(())
    }

    /// Writes nothing.
    #[inline(always)]
    pub(super) fn entered(&'static self) {}

    /// Writes nothing.
    #[inline(always)]
    pub(super) fn ended(
        &'static self,
        _failure: Option<&Failure<'_>>,
        _seconds: f64,
        _exceptions: ExceptionSignal,
    ) {
    }
}
