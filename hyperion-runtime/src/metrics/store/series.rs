//! Metrics on their way to the first measurement.

use super::definition::Definition;
use super::directory::{self, Entry};
use super::layout::PAGE;
use super::registry::registry;
use super::series_store::SeriesStore;
use crate::metrics::exemplars::{self, InSpan};
use crate::state;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

/// The series of a metric, from its first measurement on.
///
/// What is counted most often takes a shortcut: the page of its series is known here, and everything else that it takes is
/// in this thread's entry of that page. Where there is no shortcut, or the entry is not as it has to be, the store does it.
#[derive(Debug)]
pub(crate) struct Series {
    /// The first page to which there is a shortcut, or [`state::CLOSED`]. The number says all that there is to know, so
    /// nothing has to be ordered with it.
    first_page: AtomicUsize,
    store: OnceLock<&'static SeriesStore>,
}

impl Series {
    pub(crate) const fn new() -> Self {
        Self {
            first_page: AtomicUsize::new(state::CLOSED),
            store: OnceLock::new(),
        }
    }

    /// This thread's entry of the page of a counter of so many series, if they are all on one, and if there is nothing to do
    /// but to count.
    #[inline]
    pub(crate) fn only_page(&self, cardinality: usize) -> Option<&'static Entry> {
        if cardinality > PAGE {
            return None;
        }
        directory::entry(self.first_page.load(Ordering::Relaxed) | state::gate())
    }

    /// This thread's entry of the page that is so far behind the first.
    #[inline]
    fn page(&self, ahead: usize) -> Option<&'static Entry> {
        let first = self.first_page.load(Ordering::Relaxed);
        directory::entry(first.wrapping_add(ahead))
    }

    /// Adds to a counter by the shortcut. Returns true if it did.
    #[inline]
    pub(crate) fn add(&self, index: usize, value: u64) -> bool {
        let (page, cell) = (index / PAGE, index % PAGE);
        let Some(entry) = self.page(page).filter(|entry| entry.add(cell, value)) else {
            return false;
        };
        if !entry.has_exemplar(exemplars::generation(), cell) {
            self.offer_count(entry, index, value);
        }
        true
    }

    /// Records in a histogram by the shortcut, while there is nothing to do but to count. Returns true if it did.
    #[inline]
    pub(crate) fn count(&self, index: usize, value: f64) -> bool {
        let entry = self.page(index);
        entry.is_some_and(|entry| entry.record(value).is_some())
    }

    /// Records in a histogram by the shortcut. Returns true if it did.
    #[inline(never)]
    pub(crate) fn record(&self, index: usize, value: f64, span: &InSpan) -> bool {
        let recorded = self
            .page(index)
            .and_then(|entry| Some((entry, entry.record(value)?)));
        let Some((entry, bucket)) = recorded else {
            return false;
        };
        if !entry.has_exemplar(exemplars::generation(), bucket) {
            self.offer_value(entry, index, bucket, value, span);
        }
        true
    }

    #[inline(never)]
    fn offer_count(&self, entry: &Entry, index: usize, value: u64) {
        self.offer((entry, index % PAGE), index, 0, value, &InSpan::Current);
    }

    #[inline(never)]
    fn offer_value(&self, entry: &Entry, index: usize, bucket: usize, value: f64, span: &InSpan) {
        self.offer((entry, bucket), index, bucket, value.to_bits(), span);
    }

    /// Offers what was measured to be an exemplar, if there is to be one, and keeps in the entry that it is there.
    #[inline(always)]
    fn offer(
        &self,
        (entry, cell): (&Entry, usize),
        index: usize,
        bucket: usize,
        value: u64,
        span: &InSpan,
    ) {
        let (state, generation) = (state::load(), exemplars::generation());
        let Some(store) = self.store.get().filter(|_| exemplars::are_wanted(state)) else {
            return;
        };
        let exemplars = &store.exemplars;
        if exemplars.has(generation, index, bucket) {
            entry.set_exemplar(generation, cell);
        } else if span.may_pass(state) {
            exemplars.keep(generation, state, index, bucket, value, span);
        }
    }

    /// Adds to an up-down counter.
    #[inline]
    pub(crate) fn add_signed(&self, value: i64, define: impl FnOnce() -> Definition) {
        self.store(|| registry().add(define())).add_i64(0, value);
    }

    /// Records in a histogram by the shortcut, which may be open or closed. Returns true if it did.
    #[inline]
    pub(crate) fn try_record(&self, index: usize, value: f64, span: &InSpan) -> bool {
        match state::gate() {
            state::CLOSED => self.record(index, value, span),
            _ => self.count(index, value),
        }
    }

    /// Records in a histogram in whatever way there is: in the series `index`, made in the span `span`.
    pub(crate) fn record_in_store(
        &self,
        index: usize,
        value: f64,
        span: &InSpan,
        define: impl FnOnce() -> Definition,
    ) {
        self.store(|| registry().add(define()))
            .record(index, value, span, state::load());
    }

    /// The store that counts them, which `register` gives at the first touch.
    #[inline]
    pub(crate) fn store(
        &self,
        register: impl FnOnce() -> &'static SeriesStore,
    ) -> &'static SeriesStore {
        self.store.get_or_init(|| {
            let store = register();
            let first_page = store.layout.shortcut().unwrap_or(state::CLOSED);
            self.first_page.store(first_page, Ordering::Relaxed);
            store
        })
    }
}
