//! The way of chunks from the threads that fill them to the collector.
//!
//! When a chunk is full its thread hands it over whole, for one lock. The collector reads full chunks, and on request what is
//! in the chunks of the threads so far.

use super::chunk::{Chunk, Take, Writer, lock};
#[cfg(loom)]
use loom::sync::{
    Mutex,
    atomic::{AtomicBool, Ordering},
};
use std::collections::VecDeque;
use std::fmt;
#[cfg(not(loom))]
use std::sync::{
    Mutex,
    atomic::{AtomicBool, Ordering},
};

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
        Writer { chunk }
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
            return HandOver::Next {
                writer,
                waiting: chunks.waiting,
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
    pub(crate) fn read(&self, most: usize, take: Take<'_, E>) -> usize {
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
    fn read_open(&self, most: usize, take: Take<'_, E>) -> usize {
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
        let writer = hub.begin();
        for number in 0..20 {
            let beside = (number % 3 == 0).then(|| Arc::clone(&counted));
            assert!(writer.write(&[0, number], beside, usize::MAX).is_ok());
        }
        let expected: Vec<_> = (0..20).map(|number| (number, number % 3 == 0)).collect();
        assert_eq!(read(&hub), expected);
        assert_eq!(Arc::strong_count(&counted), 1);
        let kept = writer.write(&[0; 1016], Some(counted), usize::MAX);
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
            seen.push(words[1].load(Ordering::Relaxed));
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
