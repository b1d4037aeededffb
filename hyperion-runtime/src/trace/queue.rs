//! An unbounded queue between one producer and one consumer, in segments.
//!
//! Pushing into the current segment is a write and one release store: no lock, no read-modify-write, no wake-up. Only
//! when a segment is full does the producer need another, and whether it may have one is the caller's decision, which is
//! how memory stays bounded.

#[cfg(loom)]
use loom::{
    cell::UnsafeCell,
    sync::atomic::{AtomicBool, AtomicUsize, Ordering},
    sync::{Arc, Mutex},
};
use std::mem::MaybeUninit;
#[cfg(not(loom))]
use std::sync::{
    Arc, Mutex,
    atomic::{AtomicBool, AtomicUsize, Ordering},
};

/// The number of items in a segment.
pub(crate) const SEGMENT: usize = if cfg!(loom) { 2 } else { 32 };

/// The two ends of a new queue, which takes its segments from `spares` and gives them back.
pub(crate) fn queue<T: Send>(spares: &Arc<Spares<T>>) -> (Producer<T>, Consumer<T>) {
    let segment = spares.take();
    let producer = Producer {
        segment: Arc::clone(&segment),
        written: 0,
        spares: Arc::clone(spares),
    };
    let consumer = Consumer {
        segment,
        read: 0,
        spares: Arc::clone(spares),
    };
    (producer, consumer)
}

/// Segments that were emptied, for all queues of one kind of item.
///
/// A segment is allocated by one thread and emptied by another. Given back to the allocator each time, its pages would be
/// returned to the operating system and faulted in again for every few spans.
pub(crate) struct Spares<T> {
    pub(crate) segments: Mutex<Vec<Arc<Segment<T>>>>,
    most: usize,
}

impl<T> Spares<T> {
    /// Keeps at most `most` segments.
    pub(crate) fn new(most: usize) -> Self {
        Self {
            segments: Mutex::new(Vec::new()),
            most,
        }
    }

    fn take(&self) -> Arc<Segment<T>> {
        let spare = lock(&self.segments).pop();
        spare.unwrap_or_else(|| Arc::new(Segment::new()))
    }

    /// Takes a segment back, if nobody else can reach it.
    fn keep(&self, mut segment: Arc<Segment<T>>) {
        if let Some(emptied) = Arc::get_mut(&mut segment) {
            emptied.written.store(0, Ordering::Relaxed);
            emptied.taken.store(0, Ordering::Relaxed);
            let mut segments = lock(&self.segments);
            if segments.len() < self.most {
                segments.push(segment);
            }
        }
    }
}

/// The writing end.
pub(crate) struct Producer<T: Send> {
    segment: Arc<Segment<T>>,
    written: usize,
    spares: Arc<Spares<T>>,
}

/// The reading end.
pub(crate) struct Consumer<T: Send> {
    segment: Arc<Segment<T>>,
    read: usize,
    spares: Arc<Spares<T>>,
}

/// An answer of a [`Consumer`].
pub(crate) enum Next<T> {
    /// The oldest item. `freed` tells that it was the last one of its segment, which is no longer in use.
    Item { item: T, freed: bool },
    /// There is nothing now.
    Empty,
    /// There is nothing, and there never will be: the producer is gone.
    Closed,
}

impl<T: Send> Producer<T> {
    /// Returns true if the next push needs a new segment.
    #[inline]
    pub(crate) fn is_full(&self) -> bool {
        self.written == SEGMENT
    }

    /// Appends `item`, in a new segment if the current one is full.
    #[inline]
    pub(crate) fn push(&mut self, item: T) {
        if self.is_full() {
            self.add_segment();
        }
        self.segment.write(self.written, item);
        self.written += 1;
    }

    #[cold]
    fn add_segment(&mut self) {
        let next = self.spares.take();
        let full = std::mem::replace(&mut self.segment, Arc::clone(&next));
        *lock(&full.next) = Some(next);
        self.written = 0;
    }
}

impl<T: Send> Drop for Producer<T> {
    fn drop(&mut self) {
        self.segment.closed.store(true, Ordering::Release);
    }
}

impl<T: Send> Consumer<T> {
    /// Takes the oldest item.
    pub(crate) fn pop(&mut self) -> Next<T> {
        if self.read == SEGMENT {
            let next = lock(&self.segment.next).take();
            let Some(next) = next else {
                return self.nothing();
            };
            let emptied = std::mem::replace(&mut self.segment, next);
            self.read = 0;
            self.spares.keep(emptied);
        }
        // Closing is read before the items, so that an item pushed just before it is not missed.
        let closed = self.nothing();
        match self.segment.read(self.read) {
            Some(item) => {
                self.read += 1;
                Next::Item {
                    item,
                    freed: self.read == SEGMENT,
                }
            }
            None => closed,
        }
    }

    fn nothing(&self) -> Next<T> {
        if self.segment.closed.load(Ordering::Acquire) {
            Next::Closed
        } else {
            Next::Empty
        }
    }
}

/// A poisoned lock is as good as a whole one: what it guards is replaced in one assignment.
fn lock<T>(mutex: &Mutex<T>) -> impl std::ops::DerefMut<Target = T> + '_ {
    mutex
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner)
}

/// A run of slots, filled from the front.
pub(crate) struct Segment<T> {
    /// On the heap from the start: as an array they would be moved there by way of the stack.
    slots: Box<[UnsafeCell<MaybeUninit<T>>]>,
    /// Slots below this are initialised. Only the producer stores it.
    written: AtomicUsize,
    /// Slots below this were moved out. Only the consumer stores it.
    taken: AtomicUsize,
    /// Set once, by the producer, when the segment is full; taken once, by the consumer.
    next: Mutex<Option<Arc<Segment<T>>>>,
    /// The producer is gone.
    closed: AtomicBool,
}

// SAFETY: a slot is written by the one producer before `written` passes it and read by the one consumer after, each
// exactly once, so no slot is ever reached by two threads at a time. The compiler cannot see that order.
unsafe impl<T: Send> Sync for Segment<T> {}
// SAFETY: the segment owns its items, which are `Send`.
unsafe impl<T: Send> Send for Segment<T> {}

impl<T> Segment<T> {
    fn new() -> Self {
        Self {
            slots: (0..SEGMENT)
                .map(|_| UnsafeCell::new(MaybeUninit::uninit()))
                .collect(),
            written: AtomicUsize::new(0),
            taken: AtomicUsize::new(0),
            next: Mutex::new(None),
            closed: AtomicBool::new(false),
        }
    }

    /// Called by the producer only, with every index once and in order.
    #[inline]
    fn write(&self, index: usize, item: T) {
        self.slots[index].with_mut(|slot| {
            // SAFETY: the consumer reads this slot only after the store below, and nobody else writes.
            unsafe { (*slot).write(item) };
        });
        self.written.store(index + 1, Ordering::Release);
    }

    /// Called by the consumer only, with every index until it yields an item, in order.
    fn read(&self, index: usize) -> Option<T> {
        if index >= self.written.load(Ordering::Acquire) {
            return None;
        }
        self.taken.store(index + 1, Ordering::Relaxed);
        // SAFETY: the load above saw the producer's store after the write of this slot, and `taken` keeps everybody from
        // reading it again.
        Some(self.slots[index].with(|slot| unsafe { (*slot).assume_init_read() }))
    }
}

impl<T> Drop for Segment<T> {
    fn drop(&mut self) {
        while self.read(self.taken.load(Ordering::Relaxed)).is_some() {}
        // A long chain is taken apart here and not by recursion.
        let mut next = lock(&self.next).take();
        while let Some(segment) = next.and_then(|segment| Arc::try_unwrap(segment).ok()) {
            next = lock(&segment.next).take();
        }
    }
}

/// The interface of loom's cell over the standard one.
#[cfg(not(loom))]
struct UnsafeCell<T>(std::cell::UnsafeCell<T>);

#[cfg(not(loom))]
impl<T> UnsafeCell<T> {
    fn new(value: T) -> Self {
        Self(std::cell::UnsafeCell::new(value))
    }

    #[inline]
    fn with<R>(&self, read: impl FnOnce(*const T) -> R) -> R {
        read(self.0.get())
    }

    #[inline]
    fn with_mut<R>(&self, write: impl FnOnce(*mut T) -> R) -> R {
        write(self.0.get())
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;
    use std::sync::Arc;

    fn drain<T: Send>(consumer: &mut Consumer<T>) -> (Vec<T>, bool) {
        let mut items = Vec::new();
        loop {
            match consumer.pop() {
                Next::Item { item, .. } => items.push(item),
                Next::Empty => return (items, false),
                Next::Closed => return (items, true),
            }
        }
    }

    #[test]
    fn items_arrive_in_order_across_segments() {
        let (mut producer, mut consumer) = queue(&Arc::new(Spares::new(2)));
        for item in 0..3 * SEGMENT {
            producer.push(item);
        }
        assert_eq!(drain(&mut consumer), ((0..3 * SEGMENT).collect(), false));
        producer.push(7);
        drop(producer);
        assert_eq!(drain(&mut consumer), (vec![7], true));
    }

    #[test]
    fn a_segment_is_reported_free_with_its_last_item() {
        let (mut producer, mut consumer) = queue(&Arc::new(Spares::new(2)));
        for item in 0..2 * SEGMENT {
            producer.push(item);
        }
        let freed = (0..2 * SEGMENT)
            .filter(|_| matches!(consumer.pop(), Next::Item { freed: true, .. }))
            .count();
        assert_eq!(freed, 2);
    }

    #[test]
    fn emptied_segments_are_used_again() {
        let spares = Arc::new(Spares::new(2));
        let (mut producer, mut consumer) = queue(&spares);
        for round in 0..5 {
            for item in 0..4 * SEGMENT {
                producer.push(item);
            }
            let (items, _) = drain(&mut consumer);
            assert_eq!(items, (0..4 * SEGMENT).collect::<Vec<_>>(), "round {round}");
            assert_eq!(lock(&spares.segments).len(), 2, "round {round}");
        }
    }

    #[test]
    fn every_item_is_dropped_once_whoever_goes_first() {
        for read in [0, 1, SEGMENT, SEGMENT + 1] {
            let counted = Arc::new(());
            let (mut producer, mut consumer) = queue(&Arc::new(Spares::new(2)));
            for _ in 0..10 * SEGMENT + 3 {
                producer.push(Arc::clone(&counted));
            }
            for _ in 0..read {
                assert!(matches!(consumer.pop(), Next::Item { .. }));
            }
            if read % 2 == 0 {
                drop(consumer);
                producer.push(Arc::clone(&counted));
                drop(producer);
            } else {
                drop(producer);
                drop(consumer);
            }
            assert_eq!(Arc::strong_count(&counted), 1);
        }
    }

    #[test]
    fn a_long_chain_is_dropped_without_recursion() {
        let (mut producer, consumer) = queue(&Arc::new(Spares::new(2)));
        for _ in 0..200_000 * SEGMENT {
            producer.push(0u8);
        }
        drop((producer, consumer));
    }

    #[test]
    fn a_thread_that_pushes_and_one_that_pops_lose_nothing() {
        let (mut producer, mut consumer) = queue(&Arc::new(Spares::new(2)));
        let pushing = std::thread::spawn(move || {
            for item in 0..100_000u32 {
                producer.push(Box::new(item));
            }
        });
        let mut expected = 0;
        loop {
            match consumer.pop() {
                Next::Item { item, .. } => {
                    assert_eq!(*item, expected);
                    expected += 1;
                }
                Next::Empty => std::thread::yield_now(),
                Next::Closed => break,
            }
        }
        assert_eq!(expected, 100_000);
        pushing.join().unwrap();
    }
}

#[cfg(all(test, loom))]
mod model {
    use super::*;

    /// Every interleaving of a producer that fills two segments and a consumer.
    #[test]
    fn every_item_arrives_once_and_in_order() {
        loom::model(|| {
            let (mut producer, mut consumer) = queue(&Arc::new(Spares::new(2)));
            let pushing = loom::thread::spawn(move || {
                for item in 0..=SEGMENT {
                    producer.push(Box::new(item));
                }
            });
            let mut expected = 0;
            loop {
                match consumer.pop() {
                    Next::Item { item, freed } => {
                        assert_eq!(*item, expected);
                        assert_eq!(freed, (expected + 1).is_multiple_of(SEGMENT));
                        expected += 1;
                    }
                    Next::Empty => loom::thread::yield_now(),
                    Next::Closed => break,
                }
            }
            assert_eq!(expected, SEGMENT + 1);
            pushing.join().unwrap();
        });
    }

    /// Items that nobody takes are dropped, once.
    #[test]
    fn a_consumer_that_leaves_early_leaks_nothing() {
        loom::model(|| {
            let (mut producer, mut consumer) = queue(&Arc::new(Spares::new(2)));
            let pushing = loom::thread::spawn(move || {
                for item in 0..=SEGMENT {
                    producer.push(loom::sync::Arc::new(item));
                }
            });
            let _ = consumer.pop();
            drop(consumer);
            pushing.join().unwrap();
        });
    }
}
