//! The pages that a thread has touched, as the thread itself finds them.
//!
//! Nobody else reads a directory, so that its entries need not be ordered in any way; whoever sums the pages of all threads
//! has lists of them. It is handed on together with the shard that the pages are of.

use super::buckets::BucketTable;
use super::cells::NumberCell;
use std::cell::Cell;

/// The cells of some series of one metric, in one thread.
pub(crate) type Page = &'static [NumberCell];

thread_local! {
    /// The directory of this thread's shard; empty before it has one and after it has given it back. Nothing has to be done
    /// when this ends, so that reaching it costs no check.
    static DIRECTORY: Cell<&'static [Entry]> = const { Cell::new(&[]) };
    /// The generation of exemplars that the entries have seen.
    static GENERATION: Cell<u64> = const { Cell::new(0) };
}

/// The fewest pages that a directory has room for.
const SMALLEST: usize = 32;

/// Has this thread's directory be this one.
pub(super) fn set(directory: &'static [Entry]) {
    DIRECTORY.set(directory);
    GENERATION.set(0);
}

/// This thread's entry of a page, if its directory has room for it.
#[inline]
pub(super) fn entry(page: usize) -> Option<&'static Entry> {
    DIRECTORY.get().get(page)
}

/// A page in a thread's directory.
#[derive(Debug)]
pub(crate) struct Entry {
    /// Empty until the thread touches it.
    page: Cell<Page>,
    buckets: Cell<&'static BucketTable>,
    /// The cells whose exemplars are known to be there: one bit each, for the first 64.
    exemplars: Cell<u64>,
}

impl Entry {
    fn new() -> Self {
        Self {
            page: Cell::new(&[]),
            buckets: Cell::new(BucketTable::NONE),
            exemplars: Cell::new(0),
        }
    }

    #[inline]
    pub(super) fn page(&self) -> Page {
        self.page.get()
    }

    pub(super) fn set_page(&self, page: Page, buckets: &'static BucketTable) {
        self.page.set(page);
        self.buckets.set(buckets);
    }

    /// Adds to a counter that has one cell on this page, if nothing speaks against it. Returns true if it did.
    #[inline]
    pub(crate) fn add(&self, cell: usize, value: u64) -> bool {
        let cell = self.page.get().get(cell);
        cell.is_some_and(|cell| cell.grow_u64(value))
    }

    /// Records a value in the histogram that has this page, if nothing speaks against it. Returns the bucket if it did.
    #[inline]
    pub(super) fn record(&self, value: f64) -> Option<usize> {
        let page = self.page.get();
        let bucket = self.buckets.get().find(value)?;
        // Behind the last bucket is the sum.
        let (count, sum) = (page.get(bucket)?, page.last()?);
        sum.grow_f64(value).then(|| {
            count.increment();
            bucket
        })
    }

    /// Returns true if it is known that the exemplar of a cell of this thread's page has been kept in `generation`.
    #[inline]
    pub(super) fn has_exemplar(&self, generation: u64, cell: usize) -> bool {
        GENERATION.get() == generation && cell < 64 && self.exemplars.get() >> cell & 1 == 1
    }

    /// Has the exemplar of a cell of this thread's page be known in `generation`.
    #[cold]
    pub(super) fn set_exemplar(&self, generation: u64, cell: usize) {
        if GENERATION.replace(generation) != generation {
            for entry in DIRECTORY.get() {
                entry.exemplars.set(0);
            }
        }
        if cell < 64 {
            self.exemplars.set(self.exemplars.get() | 1 << cell);
        }
    }
}

/// The one handle of a directory, which goes with its shard from thread to thread.
#[derive(Debug)]
pub(super) struct Directory(&'static [Entry]);

// SAFETY: entries are for one thread at a time. There is one handle of them, which is neither copied nor cloned, and what is
// borrowed of it is found in `DIRECTORY` of the thread that has the handle, which empties it before it gives the handle away.
// Entries of `OnceLock`s need no such promise; to ask those takes four instructions of the twenty that a counter takes.
unsafe impl Send for Directory {}

impl Directory {
    pub(super) const fn new() -> Self {
        Self(&[])
    }

    /// The entries, with room for `page`.
    ///
    /// Those that were too few are left behind; all that were left are together fewer than the last.
    pub(super) fn with_room(&mut self, page: usize) -> &'static [Entry] {
        let needed = page + 1;
        if self.0.len() < needed {
            let room = needed.next_power_of_two().max(SMALLEST);
            let entries: Box<[Entry]> = (0..room).map(|_| Entry::new()).collect();
            for (entry, known) in entries.iter().zip(self.0) {
                entry.set_page(known.page(), known.buckets.get());
            }
            self.0 = Box::leak(entries);
        }
        self.0
    }
}
