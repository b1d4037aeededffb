//! The texts of one label: a set that grows to a bound, and from which nothing is taken away.
//!
//! A text that is known is found without a lock. Hashes begin at a random point, so that nobody who sends texts can have
//! them all fall into one place.

use crate::lock::lock;
use crate::metrics::OTHER;
use std::hash::{BuildHasher, RandomState};
use std::sync::atomic::{AtomicU16, Ordering};
use std::sync::{Mutex, OnceLock};

/// The longest text that is kept, in bytes.
const LONGEST: usize = 128;

/// At most `most` texts. There is no memory for them before the first.
#[derive(Debug)]
pub struct Texts {
    most: u16,
    table: OnceLock<Table>,
}

impl Texts {
    /// A set without a text yet.
    pub const fn new(most: u16) -> Self {
        Self {
            most,
            table: OnceLock::new(),
        }
    }

    /// The value of `text`, which gets one if there is any left, and else is that of `_OTHER`.
    pub(in crate::metrics::declare) fn index(&self, text: &str) -> u16 {
        if !is_kept(text) {
            return self.most;
        }
        let table = self.table.get_or_init(|| Table::new(self.most));
        table.index(text).unwrap_or(self.most)
    }

    /// The text of a value; `_OTHER` if there is none with it.
    pub fn value(&self, index: usize) -> &'static str {
        let text = self
            .table
            .get()
            .and_then(|table| table.texts.get(index)?.get());
        text.copied().unwrap_or(OTHER)
    }
}

/// Returns true if a text is one that backends show as it is.
fn is_kept(text: &str) -> bool {
    !text.is_empty() && text.len() <= LONGEST && text != OTHER && !text.contains(char::is_control)
}

/// Open addressing: a text stands in the first free slot from the one that its hash says. There are more than twice as many
/// slots as texts, so that a free one is always near.
#[derive(Debug)]
struct Table {
    hasher: RandomState,
    /// Values. Each is written after its text.
    slots: Box<[OnceLock<u16>]>,
    /// The text of each value.
    texts: Box<[OnceLock<&'static str>]>,
    /// The number of values that are given away. It is raised under `growing`, when value and text are there.
    length: AtomicU16,
    growing: Mutex<()>,
}

impl Table {
    fn new(most: u16) -> Self {
        let most = usize::from(most);
        let empty = |length| std::iter::repeat_with(OnceLock::new).take(length).collect();
        Self {
            hasher: RandomState::new(),
            slots: std::iter::repeat_with(OnceLock::new)
                .take((2 * most + 1).next_power_of_two())
                .collect(),
            texts: empty(most),
            length: AtomicU16::new(0),
            growing: Mutex::new(()),
        }
    }

    /// The value of `text`, which may become its own; nothing if there is none left.
    fn index(&self, text: &str) -> Option<u16> {
        // It is asked before the search: whoever sees that there is none left sees every text that has one, too.
        let full = self.is_full();
        let hash = self.hash(text);
        match self.find(hash, text) {
            Ok(index) => Some(index),
            Err(_) if full => None,
            Err(_) => self.insert(hash, text),
        }
    }

    #[cold]
    fn insert(&self, hash: usize, text: &str) -> Option<u16> {
        let _growing = lock(&self.growing);
        // Another thread may have been here in the meantime.
        let slot = match self.find(hash, text) {
            Ok(index) => return Some(index),
            Err(slot) => slot?,
        };
        let index = self.length.load(Ordering::Relaxed);
        // There is no place for a text beyond the last value.
        let place = self.texts.get(usize::from(index))?;
        place.get_or_init(|| Box::leak(text.into()));
        slot.get_or_init(|| index);
        self.length.store(index + 1, Ordering::Release);
        Some(index)
    }

    /// The value of `text`, or else the free slot where it would stand.
    fn find(&self, hash: usize, text: &str) -> Result<u16, Option<&OnceLock<u16>>> {
        let (before, from) = self.slots.split_at(hash % self.slots.len());
        for slot in from.iter().chain(before) {
            let Some(index) = slot.get() else {
                return Err(Some(slot));
            };
            if self.texts.get(usize::from(*index)).and_then(OnceLock::get) == Some(&text) {
                return Ok(*index);
            }
        }
        Err(None)
    }

    fn is_full(&self) -> bool {
        usize::from(self.length.load(Ordering::Acquire)) == self.texts.len()
    }

    #[expect(
        clippy::cast_possible_truncation,
        reason = "any part of a hash is one, too"
    )]
    fn hash(&self, text: &str) -> usize {
        self.hasher.hash_one(text) as usize
    }
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
