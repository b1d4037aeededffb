//! Measurements that were left out.

use std::sync::atomic::{AtomicU64, Ordering};

/// Measurements that were left out, by reason.
#[derive(Debug, Default)]
pub(crate) struct Dropped([AtomicU64; DropReason::ALL.len()]);

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
    pub(super) const ALL: [Self; 5] = [
        Self::NotFinite,
        Self::Negative,
        Self::Overflow,
        Self::CallbackPanicked,
        Self::CallbackTimedOut,
    ];

    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::NotFinite => "not_finite",
            Self::Negative => "negative",
            Self::Overflow => "overflow",
            Self::CallbackPanicked => "callback_panicked",
            Self::CallbackTimedOut => "callback_timed_out",
        }
    }
}

impl Dropped {
    #[cold]
    pub(super) fn count(&self, reason: DropReason) {
        self.0[reason as usize].fetch_add(1, Ordering::Relaxed);
    }

    /// The reasons that there were, each with how many were left out for it.
    pub(crate) fn by_reason(&self) -> impl Iterator<Item = (DropReason, u64)> {
        DropReason::ALL
            .into_iter()
            .map(|reason| (reason, self.0[reason as usize].load(Ordering::Relaxed)))
            .filter(|(_, count)| *count > 0)
    }
}
