//! Measurements that were left out.

use std::sync::atomic::{AtomicU64, Ordering};

/// Measurements that were left out, by reason.
#[derive(Debug, Default)]
pub(crate) struct Dropped([AtomicU64; DropReason::WORDS.len()]);

/// The reason why a measurement was left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DropReason {
    NotFinite,
    Negative,
    Overflow,
    CallbackPanicked,
    CallbackTimedOut,
}

impl DropReason {
    /// The words of the reasons, in their order.
    const WORDS: [&'static str; 5] = [
        "not_finite",
        "negative",
        "overflow",
        "callback_panicked",
        "callback_timed_out",
    ];
}

impl Dropped {
    #[cold]
    pub(super) fn count(&self, reason: DropReason) {
        self.0[reason as usize].fetch_add(1, Ordering::Relaxed);
    }

    /// The words of the reasons that there were, each with how many were left out for it.
    pub(crate) fn by_reason(&self) -> impl Iterator<Item = (&'static str, u64)> {
        let counts = self.0.iter().map(|count| count.load(Ordering::Relaxed));
        let by_reason = DropReason::WORDS.into_iter().zip(counts);
        by_reason.filter(|(_, count)| *count > 0)
    }
}
