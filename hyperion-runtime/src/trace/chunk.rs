//! Chunks of records on their way from the threads that write them to the collector.
//!
//! A thread owns the chunk that it writes to: a record is a run of words in it, and one release store makes it visible. No
//! lock is taken and nothing is read, modified and written. When the chunk is full the thread hands it over whole, for one
//! lock. The collector reads full chunks, and on request what is in the chunks of the threads so far.

#[cfg(loom)]
use loom::sync::{
    Mutex, MutexGuard,
    atomic::{AtomicBool, AtomicU64, Ordering},
};
use std::collections::VecDeque;
use std::fmt;
use std::sync::PoisonError;
#[cfg(not(loom))]
use std::sync::{
    Mutex, MutexGuard,
    atomic::{AtomicBool, AtomicU64, Ordering},
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

/// A number of words and of records, in one word.
struct Extent(AtomicU64);

/// A part of a chunk, from its beginning.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
struct Filled {
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
    fn waiting(&self) -> usize {
        let written = self.written.load(Ordering::Acquire).records;
        written - self.read.load(Ordering::Relaxed).records
    }

    /// Empties the chunk, which nobody writes to or reads.
    fn reset(&self) {
        self.read.store(Filled::default(), Ordering::Relaxed);
        self.written.store(Filled::default(), Ordering::Relaxed);
    }

    /// Gives up to `most` records to `take`, and returns their number.
    fn read(&self, most: usize, take: &mut dyn FnMut(&[AtomicU64], Option<E>)) -> usize {
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

/// A thread's place in the chunk that it owns.
pub(crate) struct Writer<E: 'static> {
    chunk: &'static Chunk<E>,
    filled: Filled,
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
        &mut self,
        words: &[u64],
        beside: Option<E>,
        most_records: usize,
    ) -> Result<(), Option<E>> {
        let Filled {
            words: start,
            records,
        } = self.filled;
        let end = start + words.len();
        let (Some([to_first, to_rest @ ..]), [first, rest @ ..]) =
            (self.chunk.words.get(start..end), words)
        else {
            return Err(beside);
        };
        if records >= most_records {
            return Err(beside);
        }
        let mut first = first | words.len() as u64;
        if let Some(beside) = beside {
            lock(&self.chunk.beside).push_back(beside);
            first |= BESIDE;
        }
        to_first.store(first, Ordering::Relaxed);
        for (to, from) in to_rest.iter().zip(rest) {
            to.store(*from, Ordering::Relaxed);
        }
        self.filled = Filled {
            words: end,
            records: records + 1,
        };
        self.chunk.written.store(self.filled, Ordering::Release);
        Ok(())
    }
}

/// The chunks of one queue.
pub(crate) struct Hub<E: 'static> {
    chunks: Mutex<Chunks<E>>,
    /// Held by the one who reads.
    reading: Mutex<()>,
    /// Cleared where a chunk was refused, so that nobody asks again in vain.
    has_room: AtomicBool,
    most_waiting: usize,
    /// Emptied chunks, for all queues: they are never freed, and there are no more than were in use at once.
    spares: &'static Mutex<Vec<&'static Chunk<E>>>,
}

struct Chunks<E: 'static> {
    /// Handed over, in that order.
    full: VecDeque<&'static Chunk<E>>,
    /// Not full yet.
    open: Vec<&'static Chunk<E>>,
    /// Those of the open ones that no thread owns, for threads that begin.
    idle: Vec<&'static Chunk<E>>,
    /// The records in full chunks.
    waiting: usize,
    /// The number of times that was read.
    turn: usize,
}

/// An answer to a thread that hands its chunk over.
pub(crate) enum HandOver<E: 'static> {
    /// It goes on here. So many records wait now.
    Next { writer: Writer<E>, waiting: usize },
    /// There is no room, and it keeps what it has.
    Full,
}

impl<E> fmt::Debug for Hub<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hub").finish_non_exhaustive()
    }
}

impl<E> Hub<E> {
    /// A hub that keeps at most `most_waiting` records, beside those that threads are writing.
    pub(crate) fn new(most_waiting: usize, spares: &'static Mutex<Vec<&'static Chunk<E>>>) -> Self {
        Self {
            chunks: Mutex::new(Chunks {
                full: VecDeque::new(),
                open: Vec::new(),
                idle: Vec::new(),
                waiting: 0,
                turn: 0,
            }),
            reading: Mutex::new(()),
            has_room: AtomicBool::new(true),
            most_waiting,
            spares,
        }
    }

    /// A chunk for a thread that has none.
    pub(crate) fn begin(&self) -> Writer<E> {
        let mut chunks = lock(&self.chunks);
        self.open(&mut chunks)
    }

    fn open(&self, chunks: &mut Chunks<E>) -> Writer<E> {
        let chunk = chunks.idle.pop().unwrap_or_else(|| {
            let spare = lock(self.spares).pop();
            let chunk = spare.unwrap_or_else(|| Box::leak(Box::new(Chunk::new())));
            chunks.open.push(chunk);
            chunk
        });
        Writer {
            chunk,
            filled: chunk.written.load(Ordering::Relaxed),
        }
    }

    /// Takes the chunk of `writer`, which is full.
    #[cold]
    pub(crate) fn hand_over(&self, writer: Writer<E>) -> HandOver<E> {
        if !self.has_room.load(Ordering::Acquire) {
            return HandOver::Full;
        }
        let mut chunks = lock(&self.chunks);
        let count = writer.chunk.waiting();
        if count == 0 {
            // All of it was read while it was written.
            writer.chunk.reset();
            let filled = Filled::default();
            let waiting = chunks.waiting;
            return HandOver::Next {
                writer: Writer { filled, ..writer },
                waiting,
            };
        }
        if chunks.waiting + count > self.most_waiting {
            self.has_room.store(false, Ordering::Relaxed);
            return HandOver::Full;
        }
        chunks.forget(writer.chunk);
        chunks.full.push_back(writer.chunk);
        chunks.waiting += count;
        HandOver::Next {
            writer: self.open(&mut chunks),
            waiting: chunks.waiting,
        }
    }

    /// Takes the chunk of a thread that ends, or goes elsewhere, and returns the number of records that wait, and of those
    /// that are lost because there was no room for them.
    pub(crate) fn give_back(&self, writer: Writer<E>) -> (usize, usize) {
        /// So many threads that begin find a chunk that is not full.
        const MOST_IDLE: usize = 8;
        let chunk = writer.chunk;
        let mut chunks = lock(&self.chunks);
        let count = chunk.waiting();
        if count > 0 && chunks.idle.len() < MOST_IDLE {
            chunks.idle.push(chunk);
            return (chunks.waiting, 0);
        }
        chunks.forget(chunk);
        if count > 0 && chunks.waiting + count <= self.most_waiting {
            chunks.full.push_back(chunk);
            chunks.waiting += count;
            return (chunks.waiting, 0);
        }
        chunk.read(count, &mut |_, _| {});
        self.recycle(chunk);
        (chunks.waiting, count)
    }

    fn recycle(&self, chunk: &'static Chunk<E>) {
        chunk.reset();
        lock(self.spares).push(chunk);
    }

    /// Gives up to `most` records to `take`, and returns their number.
    pub(crate) fn read(&self, most: usize, take: &mut dyn FnMut(&[AtomicU64], Option<E>)) -> usize {
        /// So often the chunks of threads are read first, lest one with much to say keeps the others from being heard.
        const OPEN_FIRST: usize = 8;
        let _one_at_a_time = lock(&self.reading);
        let turn = {
            let mut chunks = lock(&self.chunks);
            chunks.turn += 1;
            chunks.turn
        };
        let mut taken = 0;
        if turn.is_multiple_of(OPEN_FIRST) {
            taken += self.read_open(most, take);
        }
        while taken < most
            && let Some(chunk) = { lock(&self.chunks).full.front().copied() }
        {
            let count = chunk.read(most - taken, take);
            taken += count;
            let mut chunks = lock(&self.chunks);
            chunks.waiting -= count;
            if chunk.waiting() == 0 {
                chunks.full.pop_front();
                self.recycle(chunk);
            }
            self.has_room.store(true, Ordering::Release);
        }
        taken + self.read_open(most - taken, take)
    }

    /// The same for what is in the chunks that are not full. Nobody hands one over meanwhile.
    fn read_open(&self, most: usize, take: &mut dyn FnMut(&[AtomicU64], Option<E>)) -> usize {
        let mut chunks = lock(&self.chunks);
        let mut taken = 0;
        for chunk in &chunks.open {
            taken += chunk.read(most - taken, take);
        }
        // Nobody writes to these, and where they are empty they are of use elsewhere.
        let is_read = |chunk: &&'static Chunk<E>| chunk.waiting() == 0;
        while let Some(at) = chunks.idle.iter().position(is_read) {
            let chunk = chunks.idle.swap_remove(at);
            chunks.forget(chunk);
            self.recycle(chunk);
        }
        if taken > 0 {
            self.has_room.store(true, Ordering::Release);
        }
        taken
    }
}

impl<E> Chunks<E> {
    fn forget(&mut self, chunk: &'static Chunk<E>) {
        self.open.retain(|open| !std::ptr::eq(*open, chunk));
    }
}

/// A poisoned lock is as good as a whole one: what it guards is whole at every moment.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;
    use std::sync::Arc;

    fn hub(most_waiting: usize) -> Hub<Arc<()>> {
        Hub::new(most_waiting, Box::leak(Box::default()))
    }

    fn read(hub: &Hub<Arc<()>>) -> Vec<(u64, bool)> {
        let mut seen = Vec::new();
        hub.read(usize::MAX, &mut |words, beside| {
            seen.push((words[1].load(Ordering::Relaxed), beside.is_some()));
        });
        seen
    }

    #[test]
    fn what_is_beside_a_record_stays_with_it() {
        let hub = hub(1000);
        let counted = Arc::new(());
        let mut writer = hub.begin();
        for number in 0..20 {
            let beside = (number % 3 == 0).then(|| Arc::clone(&counted));
            assert!(writer.write(&[0, number], beside, usize::MAX).is_ok());
        }
        let expected: Vec<_> = (0..20).map(|number| (number, number % 3 == 0)).collect();
        assert_eq!(read(&hub), expected);
        assert_eq!(Arc::strong_count(&counted), 1);
        let kept = writer.write(&[0; WORDS], Some(counted), usize::MAX);
        assert!(
            kept.is_err_and(|beside| beside.is_some()),
            "it is given back"
        );
    }

    #[test]
    fn a_thread_that_pushes_and_one_that_reads_lose_nothing() {
        const RECORDS: u64 = 100_000;
        let hub = Arc::new(hub(usize::MAX >> 1));
        let pushing = {
            let hub = Arc::clone(&hub);
            std::thread::spawn(move || {
                let mut writer = hub.begin();
                for number in 0..RECORDS {
                    while writer
                        .write(&[0, number, number], None, usize::MAX)
                        .is_err()
                    {
                        match hub.hand_over(writer) {
                            HandOver::Next { writer: next, .. } => writer = next,
                            HandOver::Full => panic!("there is room for all"),
                        }
                    }
                }
                hub.give_back(writer);
            })
        };
        let mut seen = Vec::new();
        while (seen.len() as u64) < RECORDS {
            hub.read(100, &mut |words, _| {
                let [_, number, again] = words else {
                    panic!("three words")
                };
                let number = number.load(Ordering::Relaxed);
                assert_eq!(again.load(Ordering::Relaxed), number);
                seen.push(number);
            });
        }
        pushing.join().unwrap();
        assert!(read(&hub).is_empty());
        // Chunks that are not full come before those that are, now and then.
        seen.sort_unstable();
        assert_eq!(seen, (0..RECORDS).collect::<Vec<_>>());
    }
}

#[cfg(all(test, loom))]
mod model {
    use super::*;
    use loom::sync::Arc;

    fn hub() -> Arc<Hub<u8>> {
        Arc::new(Hub::new(100, Box::leak(Box::new(Mutex::new(Vec::new())))))
    }

    /// Writes a record, also where that takes another chunk.
    fn write(hub: &Hub<u8>, writer: &mut Writer<u8>, number: u64) {
        while writer.write(&[0, number], None, usize::MAX).is_err() {
            match hub.hand_over(*writer) {
                HandOver::Next { writer: next, .. } => *writer = next,
                HandOver::Full => panic!("there is room"),
            }
        }
    }

    fn read(hub: &Hub<u8>, most: usize, seen: &mut Vec<u64>) {
        hub.read(most, &mut |words, _| {
            seen.push(words[1].load(Ordering::Relaxed))
        });
    }

    /// Three switches of threads at moments that nobody asks for are enough for what two threads can do to each other.
    fn check(model: impl Fn() + Send + Sync + 'static) {
        let mut builder = loom::model::Builder::new();
        builder.preemption_bound = Some(3);
        builder.check(model);
    }

    /// A reader that looks while a thread fills a chunk, hands it over, goes on and ends sees every record once.
    #[test]
    fn every_record_is_read_once() {
        check(|| {
            let hub = hub();
            let writing = {
                let hub = Arc::clone(&hub);
                loom::thread::spawn(move || {
                    let mut writer = hub.begin();
                    (1..=3).for_each(|number| write(&hub, &mut writer, number));
                    hub.give_back(writer);
                })
            };
            let mut seen = Vec::new();
            read(&hub, 1, &mut seen);
            read(&hub, 100, &mut seen);
            writing.join().unwrap();
            read(&hub, 100, &mut seen);
            seen.sort_unstable();
            assert_eq!(seen, [1, 2, 3]);
        });
    }

    /// Two threads, of which each leaves its chunk for whoever comes.
    #[test]
    fn two_writers_lose_nothing() {
        check(|| {
            let hub = hub();
            let threads = [1, 2].map(|number| {
                let hub = Arc::clone(&hub);
                loom::thread::spawn(move || {
                    let mut writer = hub.begin();
                    write(&hub, &mut writer, number);
                    hub.give_back(writer);
                })
            });
            let mut seen = Vec::new();
            read(&hub, 100, &mut seen);
            for thread in threads {
                thread.join().unwrap();
            }
            read(&hub, 100, &mut seen);
            seen.sort_unstable();
            assert_eq!(seen, [1, 2]);
        });
    }
}
