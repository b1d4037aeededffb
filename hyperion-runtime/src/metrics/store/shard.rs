//! The cells of each thread.
//!
//! Every series has a place: a page and an offset in it. Each thread has a directory of the pages that it has touched, and
//! is the only one that writes to them. A snapshot sums the pages of all threads. When a thread ends, its shard is kept with
//! everything that it counted, and the next thread that starts goes on with it: nothing is moved, so that nothing can be
//! missed or counted twice, and there are never more shards than there were threads at one time.

use super::cells::NumberCell;
use super::layout::Layout;
use crate::lock::lock;
use std::cell::Cell;
use std::sync::{Mutex, OnceLock};

/// The cells of some series of one metric, in one thread.
type Page = &'static [NumberCell];

/// The pages of a thread, by their number. Those that it has not touched are empty.
pub(crate) type Directory = &'static [OnceLock<Page>];

/// The fewest pages that a directory has room for.
const SMALLEST: usize = 32;

/// The cells that one thread after the other counts in.
#[derive(Debug)]
pub(super) struct Shard(Mutex<Directory>);

/// Every shard there is.
static ALL: Mutex<Vec<&'static Shard>> = Mutex::new(Vec::new());

/// Shards that no thread has now.
static IDLE: Mutex<Vec<&'static Shard>> = Mutex::new(Vec::new());

thread_local! {
    /// The directory of this thread's shard; empty before it has one and after it has given it back. Nothing has to be done
    /// when this ends, so that reaching it costs no check.
    static DIRECTORY: Cell<Directory> = const { Cell::new(&[]) };
    static OWNED: Owned = Owned(Shard::take());
}

/// This thread's cell at a place, unless the thread comes there for the first time.
#[inline]
pub(super) fn known_cell((page, place): (usize, usize)) -> Option<&'static NumberCell> {
    known_page(page)?.get(place)
}

#[inline]
fn known_page(page: usize) -> Option<Page> {
    DIRECTORY.get().get(page)?.get().copied()
}

/// Has `write` write to this thread's cells of one of the series.
#[inline]
pub(crate) fn with_cells<T>(
    layout: &Layout,
    index: usize,
    write: impl FnOnce(&[NumberCell]) -> T,
) -> T {
    match known_page(layout.page(index)) {
        Some(page) => write(layout.cells(index, page)),
        None => first_touch(layout, index, write),
    }
}

#[cold]
fn first_touch<T>(layout: &Layout, index: usize, write: impl FnOnce(&[NumberCell]) -> T) -> T {
    let number = layout.page(index);
    let write_in = |directory: Directory| {
        let make = || -> Page {
            let cells = (0..layout.page_len(number)).map(|_| NumberCell::new());
            Box::leak(cells.collect())
        };
        // There is room, since the directory was made for this page.
        let page = directory
            .get(number)
            .map_or(&[][..], |page| page.get_or_init(make));
        write(layout.cells(index, page))
    };
    let owned = OWNED.try_with(|owned| {
        let directory = owned.0.directory(number);
        DIRECTORY.set(directory);
        directory
    });
    if let Ok(directory) = owned {
        return write_in(directory);
    }
    // The thread is ending and has given its shard back: another one is borrowed for this value.
    let shard = Shard::take();
    let written = write_in(shard.directory(number));
    lock(&IDLE).push(shard);
    written
}

impl Shard {
    /// One that nobody has, or a new one.
    fn take() -> &'static Self {
        let idle = lock(&IDLE).pop();
        idle.unwrap_or_else(|| {
            let shard: &'static Self = Box::leak(Box::new(Self(Mutex::new(&[]))));
            lock(&ALL).push(shard);
            shard
        })
    }

    /// The directory, with room for `page`.
    ///
    /// One that is too small is left to those who may still read it; all that were left are together smaller than the last.
    fn directory(&self, page: usize) -> Directory {
        let mut directory = lock(&self.0);
        let needed = page + 1;
        if directory.len() < needed {
            let room = needed.next_power_of_two().max(SMALLEST);
            let known = directory.iter().cloned();
            let empty = std::iter::repeat_with(OnceLock::new);
            *directory = Box::leak(known.chain(empty).take(room).collect());
        }
        *directory
    }
}

/// The pages of every shard, as they are now.
pub(crate) fn pages() -> Vec<Directory> {
    let shards = lock(&ALL);
    shards.iter().map(|shard| *lock(&shard.0)).collect()
}

/// The shard of this thread, until the thread ends.
struct Owned(&'static Shard);

impl Drop for Owned {
    fn drop(&mut self) {
        DIRECTORY.set(&[]);
        lock(&IDLE).push(self.0);
    }
}

/// The number of cells of this thread's shard.
#[cfg(test)]
pub(crate) fn cells_of_this_thread() -> usize {
    OWNED.with(|owned| {
        let directory = *lock(&owned.0.0);
        let pages = directory.iter().filter_map(OnceLock::get);
        pages.map(|page| page.len()).sum()
    })
}
