//! The log lines of a build without `logs`: there are none.

use super::LinesOf;
use crate::call::enabled::failure::Failure;
use crate::trace::settings::ExceptionSignal;

/// The log lines that the calls of a call site do not write.
#[derive(Debug)]
pub(in crate::call::enabled) struct Lines(());

#[expect(
    clippy::unused_self,
    reason = "the signatures of lines that are written"
)]
impl Lines {
    /// Keeps nothing.
    #[inline(always)]
    pub(in crate::call::enabled) fn new(_of: LinesOf) -> &'static Self {
        &Self(())
    }

    /// Writes nothing.
    #[inline(always)]
    pub(in crate::call::enabled) fn entered(&'static self) {}

    /// Writes nothing.
    #[inline(always)]
    pub(in crate::call::enabled) fn ended(
        &'static self,
        _failure: Option<&Failure<'_>>,
        _seconds: f64,
        _exceptions: ExceptionSignal,
    ) {
    }
}
