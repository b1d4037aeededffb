//! The cells of each thread.
//!
//! Every series has a place: a page and an offset in it. Each thread has a directory of the pages that it has touched, and
//! is the only one that writes to them. A snapshot sums the pages of all threads. When a thread ends, its shard is kept with
//! everything that it counted, and the next thread that starts goes on with it: nothing is moved, so that nothing can be
//! missed or counted twice, and there are never more shards than there were threads at one time.

use super::cells::NumberCell;
use super::directory::{self, Directory, Entry, Page};
use super::layout::Layout;
use crate::lock::lock;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Mutex;

/// The pages that one thread after the other counts in, by their number, for those who read them.
type Pages = Mutex<Vec<(usize, Page)>>;

/// Those of every shard there is.
static ALL: Mutex<Vec<&'static Pages>> = Mutex::new(Vec::new());

/// Shards that no thread has now.
static IDLE: Mutex<Vec<Shard>> = Mutex::new(Vec::new());

thread_local! {
    static OWNED: Owned = Owned(RefCell::new(Some(Shard::take())));
}

/// Has `write` write to this thread's cells of one of the series. Where the thread keeps its shard, `write` is told the entry
/// of their page.
#[inline]
pub(crate) fn with_cells<T>(
    layout: &Layout,
    index: usize,
    write: impl FnOnce(&[NumberCell], Option<&Entry>) -> T,
) -> T {
    match directory::entry(layout.page(index)) {
        Some(entry) if !entry.page().is_empty() => {
            write(layout.cells(index, entry.page()), Some(entry))
        }
        _ => first_touch(layout, index, write),
    }
}

#[cold]
fn first_touch<T>(
    layout: &Layout,
    index: usize,
    write: impl FnOnce(&[NumberCell], Option<&Entry>) -> T,
) -> T {
    let owned = OWNED.try_with(|owned| {
        // An allocator that counts may come here while this thread does.
        let mut shard = owned.0.try_borrow_mut().ok()?;
        let (entries, entry) = shard.as_mut()?.touch(layout, index)?;
        directory::set(entries);
        Some(entry)
    });
    if let Ok(Some(entry)) = owned {
        return write(layout.cells(index, entry.page()), Some(entry));
    }
    // The thread is ending and has given its shard back: another one is borrowed for this value.
    let mut shard = Shard::take();
    let page = shard
        .touch(layout, index)
        .map_or(&[][..], |(_, entry)| entry.page());
    let written = write(layout.cells(index, page), None);
    lock(&IDLE).push(shard);
    written
}

/// What one thread after the other counts in.
#[derive(Debug)]
struct Shard {
    directory: Directory,
    pages: &'static Pages,
}

impl Shard {
    /// One that nobody has, or a new one.
    fn take() -> Self {
        let idle = lock(&IDLE).pop();
        idle.unwrap_or_else(|| {
            let pages: &'static Pages = Box::leak(Box::default());
            lock(&ALL).push(pages);
            Self {
                directory: Directory::new(),
                pages,
            }
        })
    }

    /// The entries of the directory, and that of the page of a series, which is made if it is not there.
    fn touch(
        &mut self,
        layout: &Layout,
        index: usize,
    ) -> Option<(&'static [Entry], &'static Entry)> {
        let number = layout.page(index);
        let entries = self.directory.with_room(number);
        let entry = entries.get(number)?;
        if entry.page().is_empty() {
            let cells = (0..layout.page_len(number)).map(|_| NumberCell::new());
            let page: Page = Box::leak(cells.collect());
            entry.set_page(page, layout.buckets());
            lock(self.pages).push((number, page));
        }
        Some((entries, entry))
    }
}

/// The shard of this thread, until the thread ends.
struct Owned(RefCell<Option<Shard>>);

impl Drop for Owned {
    fn drop(&mut self) {
        directory::set(&[]);
        lock(&IDLE).extend(self.0.get_mut().take());
    }
}

/// The pages of every shard by their numbers, as they are now. A thread that touches one meanwhile waits for a copy, not for
/// all of this.
pub(crate) fn pages() -> BTreeMap<usize, Vec<Page>> {
    let shards = lock(&ALL).clone();
    let mut all: BTreeMap<usize, Vec<Page>> = BTreeMap::new();
    for pages in shards {
        let pages = lock(pages).clone();
        for (number, page) in pages {
            all.entry(number).or_default().push(page);
        }
    }
    all
}

/// The number of shards there are.
#[cfg(test)]
pub(crate) fn count() -> usize {
    lock(&ALL).len()
}

/// The number of cells of this thread's shard.
#[cfg(test)]
pub(crate) fn cells_of_this_thread() -> usize {
    OWNED.with(|owned| {
        let shard = owned.0.borrow();
        let pages = shard.iter().flat_map(|shard| lock(shard.pages).clone());
        pages.map(|(_, page)| page.len()).sum()
    })
}
