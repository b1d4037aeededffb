//! Chunks of records.
//!
//! A thread owns the chunk that it writes to: a record is a run of words in it, and one release store makes it visible. No
//! lock is taken and nothing is read, modified and written.

#[cfg(loom)]
use loom::sync::{
    Mutex, MutexGuard,
    atomic::{AtomicU64, Ordering},
};
use std::collections::VecDeque;
use std::sync::PoisonError;
#[cfg(not(loom))]
use std::sync::{
    Mutex, MutexGuard,
    atomic::{AtomicU64, Ordering},
};

/// The words of a chunk: 8 KiB, with those that say how many are in use.
const WORDS: usize = if cfg!(loom) { 4 } else { 1016 };

/// The most bits of a record's first word that tell its length.
const LENGTH: u64 = 0xffff;
/// Set in a record's first word where something of it is beside the words.
const BESIDE: u64 = 1 << 16;
/// The bits of a record's first word that are the record's own.
pub(crate) const OWN_BITS: u32 = 32;

/// Memory for records, and for the parts of them that are no words.
pub(crate) struct Chunk<E> {
    /// The words and the records in it. Only the thread that owns the chunk stores it.
    written: Extent,
    /// Those that were read. Only who reads stores it.
    read: Extent,
    beside: Mutex<VecDeque<E>>,
    words: [AtomicU64; WORDS],
}

/// Takes the words of a record, and what is beside them.
pub(super) type Take<'a, E> = &'a mut dyn FnMut(&[AtomicU64], Option<E>);

/// A number of words and of records, in one word.
struct Extent(AtomicU64);

/// A part of a chunk, from its beginning.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Filled {
    words: usize,
    records: usize,
}

impl Extent {
    fn load(&self, ordering: Ordering) -> Filled {
        let bits = self.0.load(ordering);
        Filled {
            words: (bits & 0xffff) as usize,
            records: (bits >> 16) as usize,
        }
    }

    #[inline]
    fn store(&self, filled: Filled, ordering: Ordering) {
        let bits = (filled.records << 16 | filled.words) as u64;
        self.0.store(bits, ordering);
    }
}

impl<E> Chunk<E> {
    pub(crate) fn new() -> Self {
        Self {
            written: Extent(AtomicU64::new(0)),
            read: Extent(AtomicU64::new(0)),
            beside: Mutex::new(VecDeque::new()),
            words: std::array::from_fn(|_| AtomicU64::new(0)),
        }
    }

    /// The number of records that nobody has read.
    pub(super) fn waiting(&self) -> usize {
        let written = self.written.load(Ordering::Acquire).records;
        written - self.read.load(Ordering::Relaxed).records
    }

    /// Empties the chunk, which nobody writes to or reads.
    pub(super) fn reset(&self) {
        self.read.store(Filled::default(), Ordering::Relaxed);
        self.written.store(Filled::default(), Ordering::Relaxed);
    }

    /// Gives up to `most` records to `take`, and returns their number.
    pub(super) fn read(&self, most: usize, take: Take<'_, E>) -> usize {
        let written = self.written.load(Ordering::Acquire);
        let mut read = self.read.load(Ordering::Relaxed);
        let mut taken = 0;
        while taken < most
            && read.records < written.records
            && let Some([first, ..]) = self.words.get(read.words..)
        {
            let first = first.load(Ordering::Relaxed);
            let end = read.words + (first & LENGTH) as usize;
            let beside = (first & BESIDE != 0).then(|| lock(&self.beside).pop_front());
            take(
                self.words.get(read.words..end).unwrap_or_default(),
                beside.flatten(),
            );
            read = Filled {
                words: end,
                records: read.records + 1,
            };
            taken += 1;
        }
        self.read.store(read, Ordering::Relaxed);
        taken
    }
}

/// The right to write to a chunk, which one thread has.
pub(crate) struct Writer<E: 'static> {
    pub(super) chunk: &'static Chunk<E>,
}

impl<E> Clone for Writer<E> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<E> Copy for Writer<E> {}

impl<E> Writer<E> {
    /// Writes a record of these words, or gives back what is beside them if it does not fit.
    ///
    /// The lower [`OWN_BITS`] bits of the first word have to be zero.
    #[inline(always)]
    pub(crate) fn write(
        self,
        words: &[u64],
        beside: Option<E>,
        most_records: usize,
    ) -> Result<(), Option<E>> {
        // Nobody else stores it.
        let filled = self.chunk.written.load(Ordering::Relaxed);
        let end = filled.words + words.len();
        let (Some(to), [first, ..]) = (self.chunk.words.get(filled.words..end), words) else {
            return Err(beside);
        };
        if filled.records >= most_records {
            return Err(beside);
        }
        let mut first = first | words.len() as u64;
        if let Some(beside) = beside {
            lock(&self.chunk.beside).push_back(beside);
            first |= BESIDE;
        }
        store(to, words);
        if let [to_first, ..] = to {
            to_first.store(first, Ordering::Relaxed);
        }
        let filled = Filled {
            words: end,
            records: filled.records + 1,
        };
        self.chunk.written.store(filled, Ordering::Release);
        Ok(())
    }
}

/// Stores one word after the other, four at a time.
#[inline(always)]
fn store(to: &[AtomicU64], words: &[u64]) {
    let (to, to_rest) = to.as_chunks::<4>();
    let (words, rest) = words.as_chunks::<4>();
    for (to, words) in to.iter().zip(words) {
        for (to, word) in to.iter().zip(words) {
            to.store(*word, Ordering::Relaxed);
        }
    }
    for (to, word) in to_rest.iter().zip(rest) {
        to.store(*word, Ordering::Relaxed);
    }
}

/// A poisoned lock is as good as a whole one: what it guards is whole at every moment.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
