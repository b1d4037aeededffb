//! Metrics on their way to the first measurement.

use super::definition::Definition;
use super::directory;
use super::layout::PAGE;
use super::registry::registry;
use super::series_store::SeriesStore;
use crate::metrics::exemplars::InSpan;
use crate::state;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

/// The series of a metric, from its first measurement on.
///
/// What is counted most often takes a shortcut: the page of its series is known here, and everything else that it takes is
/// in this thread's entry of that page. Where there is no shortcut, or the entry is not as it has to be, the store does it.
#[derive(Debug)]
pub(crate) struct Series {
    /// The first page, or [`NO_SHORTCUT`].
    first_page: AtomicUsize,
    store: OnceLock<&'static SeriesStore>,
}

/// More than there are pages, with whatever index is added.
const NO_SHORTCUT: usize = usize::MAX / 2;

impl Series {
    pub(crate) const fn new() -> Self {
        Self {
            first_page: AtomicUsize::new(NO_SHORTCUT),
            store: OnceLock::new(),
        }
    }

    /// Adds to a counter by the shortcut, while there is nothing to do but to count. Returns true if it did.
    #[inline]
    pub(crate) fn try_add(&self, index: usize, value: u64) -> bool {
        let entry = directory::entry(self.page(index / PAGE));
        let cell = entry.and_then(|entry| entry.page().get(index % PAGE));
        cell.is_some_and(|cell| cell.grow_u64(value))
    }

    /// Records in a histogram by the shortcut, while there is nothing to do but to count. Returns true if it did.
    #[inline]
    pub(crate) fn try_record(&self, index: usize, value: f64) -> bool {
        directory::entry(self.page(index)).is_some_and(|entry| entry.record(value))
    }

    /// The number says all that there is to know, so nothing has to be ordered with it.
    #[inline]
    fn page(&self, ahead: usize) -> usize {
        self.first_page.load(Ordering::Relaxed).wrapping_add(ahead)
    }

    /// Adds to an up-down counter.
    #[inline]
    pub(crate) fn add_signed(&self, value: i64, define: impl FnOnce() -> Definition) {
        self.store(|| registry().add(define())).add_i64(0, value);
    }

    /// Records a value in a histogram: in the series `index`, made in the span `span`.
    #[inline]
    pub(crate) fn record(
        &self,
        index: usize,
        value: f64,
        span: &InSpan,
        define: impl FnOnce() -> Definition,
    ) {
        if !state::only_counts() || !self.try_record(index, value) {
            self.store(|| registry().add(define()))
                .record(index, value, span, state::load());
        }
    }

    /// The store that counts them, which `register` gives at the first touch.
    #[inline]
    pub(crate) fn store(
        &self,
        register: impl FnOnce() -> &'static SeriesStore,
    ) -> &'static SeriesStore {
        self.store.get_or_init(|| {
            let store = register();
            let first_page = store.layout.shortcut().unwrap_or(NO_SHORTCUT);
            self.first_page.store(first_page, Ordering::Relaxed);
            store
        })
    }
}
