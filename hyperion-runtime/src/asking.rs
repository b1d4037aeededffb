//! Questions to the user's code about what is recorded.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// The most questions, one inside the other. Code that is asked and calls what asks it goes on without telemetry from there
/// on, as a plain function would go on.
#[cfg(feature = "otel")]
const MOST: u32 = 4;

thread_local! {
    /// The number of questions that the thread is in.
    static DEPTH: Cell<u32> = const { Cell::new(0) };
}

/// Asks the user's code; `None` if it panics.
#[inline]
pub(crate) fn ask<T>(user: impl FnOnce() -> T) -> Option<T> {
    // As many questions as fit in a number do not fit on a stack.
    DEPTH.set(DEPTH.get().wrapping_add(1));
    let answer = catch_unwind(AssertUnwindSafe(user));
    DEPTH.set(DEPTH.get().wrapping_sub(1));
    answer.ok()
}

/// Returns true if no more is asked, lest it goes on without end.
#[cfg(feature = "otel")]
#[inline]
pub(crate) fn is_too_deep() -> bool {
    DEPTH.get() >= MOST
}
