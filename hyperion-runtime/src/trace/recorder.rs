//! The way of ended spans: from the thread that ended them into its queue, and from all queues to the collector.

use super::queue::{self, Consumer, Next, Producer, SEGMENT, Spares};
use super::record::SpanRecord;
use super::sampler::Sampler;
use super::settings::ExceptionSignal;
use super::settings::SpanLimits;
use crate::lock::lock;
use std::cell::RefCell;
use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicPtr, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock};

/// Takes ended spans from any thread, without waiting for anybody.
pub struct Recorder {
    /// Decides which spans are recorded.
    pub sampler: Sampler,
    /// Bounds what one span holds.
    pub limits: SpanLimits,
    /// The signals that carry the exceptions of failed calls.
    pub exceptions: ExceptionSignal,
    /// The spans that will not arrive.
    pub losses: Losses,
    /// The most segments that may wait beside the one that each thread writes to.
    most_segments: usize,
    /// The number of waiting segments for which the collector is woken.
    enough_segments: usize,
    segments: AtomicUsize,
    closed: AtomicBool,
    /// The reading ends of all threads' queues.
    queues: Mutex<Vec<Consumer<SpanRecord>>>,
    /// The writing ends of threads that have ended, for those that begin: so there are never more queues than threads.
    idle: Mutex<Vec<Producer<SpanRecord>>>,
    spares: Arc<Spares<SpanRecord>>,
    /// Set while the collector knows that there is work.
    signalled: AtomicBool,
    /// Wakes the collector.
    wake: OnceLock<Box<dyn Fn() + Send + Sync>>,
}

impl fmt::Debug for Recorder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Recorder").finish_non_exhaustive()
    }
}

/// The recorder that spans go to; null while there is none.
static INSTALLED: AtomicPtr<Recorder> = AtomicPtr::new(std::ptr::null_mut());

/// The recorder that spans go to.
#[inline]
pub(crate) fn installed() -> Option<&'static Recorder> {
    // SAFETY: the pointer is null or came from a `&'static Recorder` in `install`. An `AtomicPtr` is the one way to have
    // it for the price of a load.
    unsafe { INSTALLED.load(Ordering::Acquire).as_ref() }
}

/// Sends spans to `recorder` from now on.
pub fn install(recorder: &'static Recorder) {
    INSTALLED.store(std::ptr::from_ref(recorder).cast_mut(), Ordering::Release);
}

/// Spans that were recorded and will not arrive, by reason.
#[derive(Debug, Default)]
pub struct Losses {
    /// The queues were full: spans ended faster than the exporter took them.
    pub queue_full: AtomicU64,
    /// The exporter refused them or could not deliver them.
    pub export_failed: AtomicU64,
    /// They ended after the shutdown.
    pub after_shutdown: AtomicU64,
}

impl Losses {
    /// Each reason and its count.
    pub fn by_reason(&self) -> [(&'static str, u64); 3] {
        let read = |count: &AtomicU64| count.load(Ordering::Relaxed);
        [
            ("queue_full", read(&self.queue_full)),
            ("export_failed", read(&self.export_failed)),
            ("after_shutdown", read(&self.after_shutdown)),
        ]
    }
}

/// A thread's writing end, and the recorder it belongs to.
struct Writer {
    recorder: &'static Recorder,
    /// Taken when the thread ends.
    producer: Option<Producer<SpanRecord>>,
}

impl Drop for Writer {
    fn drop(&mut self) {
        lock(&self.recorder.idle).extend(self.producer.take());
    }
}

thread_local! {
    static WRITER: RefCell<Option<Writer>> = const { RefCell::new(None) };
}

impl Recorder {
    /// A recorder that keeps at most `max_queue_size` spans waiting, rounded up to whole segments, and calls for the
    /// collector when about `batch_size` of them wait.
    pub fn new(
        sampler: Sampler,
        limits: SpanLimits,
        exceptions: ExceptionSignal,
        max_queue_size: usize,
        batch_size: usize,
    ) -> Self {
        let most_segments = max_queue_size.div_ceil(SEGMENT);
        Self {
            sampler,
            limits,
            exceptions,
            losses: Losses::default(),
            most_segments,
            enough_segments: (batch_size / SEGMENT).clamp(1, most_segments.div_ceil(2).max(1)),
            segments: AtomicUsize::new(0),
            closed: AtomicBool::new(false),
            queues: Mutex::default(),
            idle: Mutex::default(),
            spares: Arc::new(Spares::new(most_segments)),
            signalled: AtomicBool::new(false),
            wake: OnceLock::new(),
        }
    }

    /// Sets what is called when a segment is full; only the first call counts.
    pub fn on_work(&self, wake: impl Fn() + Send + Sync + 'static) {
        let _ = self.wake.set(Box::new(wake));
    }

    /// Takes an ended span.
    #[inline]
    pub fn push(&'static self, record: SpanRecord) {
        if self.closed.load(Ordering::Relaxed) {
            self.losses.after_shutdown.fetch_add(1, Ordering::Relaxed);
            return;
        }
        if WRITER.try_with(|_| ()).is_err() {
            // The thread is ending and its queue is gone.
            return self.write(&mut self.register(), record);
        }
        WRITER.with_borrow_mut(|writer| match writer {
            Some(writer) if std::ptr::eq(writer.recorder, self) => self.write(writer, record),
            other => self.write(other.insert(self.register()), record),
        });
    }

    #[inline]
    fn write(&self, writer: &mut Writer, record: SpanRecord) {
        match &mut writer.producer {
            Some(producer) if !producer.is_full() || self.admits_segment() => producer.push(record),
            _ => {
                self.losses.queue_full.fetch_add(1, Ordering::Relaxed);
            }
        }
    }

    /// Returns true if a thread may begin another segment. The collector is woken when enough of them wait.
    #[cold]
    fn admits_segment(&self) -> bool {
        let waiting = self.segments.fetch_add(1, Ordering::Relaxed) + 1;
        if waiting >= self.enough_segments
            && !self.signalled.swap(true, Ordering::AcqRel)
            && let Some(wake) = self.wake.get()
        {
            wake();
        }
        let admitted = waiting <= self.most_segments;
        if !admitted {
            self.segments.fetch_sub(1, Ordering::Relaxed);
        }
        admitted
    }

    #[cold]
    fn register(&'static self) -> Writer {
        let idle = lock(&self.idle).pop();
        let producer = idle.unwrap_or_else(|| {
            let (producer, consumer) = queue::queue(&self.spares);
            lock(&self.queues).push(consumer);
            producer
        });
        Writer {
            recorder: self,
            producer: Some(producer),
        }
    }

    /// Moves up to `most` spans to `take`, and returns their number.
    pub fn drain(&self, most: usize, mut take: impl FnMut(SpanRecord)) -> usize {
        self.signalled.store(false, Ordering::Release);
        let mut queues = lock(&self.queues);
        let mut taken = 0;
        queues.retain_mut(|queue| {
            while taken < most {
                match queue.pop() {
                    Next::Item { item, freed } => {
                        if freed {
                            // The segment that a thread starts with was never counted.
                            let _ = self.segments.fetch_update(
                                Ordering::Relaxed,
                                Ordering::Relaxed,
                                |count| count.checked_sub(1),
                            );
                        }
                        taken += 1;
                        take(item);
                    }
                    Next::Empty => return true,
                    Next::Closed => return false,
                }
            }
            true
        });
        if taken < most {
            // Nobody writes to these, and they are empty: their memory goes to the spares.
            lock(&self.idle).clear();
            if self.closed.load(Ordering::Relaxed) {
                lock(&self.spares.segments).clear();
            }
        }
        // A thread with much to say must not keep the others from being heard.
        if let Some(last) = queues.pop() {
            queues.insert(0, last);
        }
        taken
    }

    /// Refuses spans from now on.
    pub fn close(&self) {
        self.closed.store(true, Ordering::SeqCst);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn recorder(max_queue_size: usize) -> &'static Recorder {
        Box::leak(Box::new(Recorder::new(
            Sampler::AlwaysOn,
            SpanLimits::default(),
            ExceptionSignal::Events,
            max_queue_size,
            2 * SEGMENT,
        )))
    }

    fn drained(recorder: &Recorder) -> usize {
        recorder.drain(usize::MAX, drop)
    }

    #[test]
    fn spans_of_all_threads_arrive_also_of_those_that_ended() {
        let recorder = recorder(2048);
        let spans = || (0..100).for_each(|_| recorder.push(SpanRecord::sample()));
        let threads: Vec<_> = (0..8).map(|_| std::thread::spawn(spans)).collect();
        // Joining, other than the end of a scope, waits for the thread's queue to be closed.
        for thread in threads {
            thread.join().unwrap();
        }
        assert_eq!((drained(recorder), drained(recorder)), (800, 0));
        assert_eq!(
            recorder.losses.by_reason().map(|(_, count)| count),
            [0, 0, 0]
        );
        assert!(
            recorder.queues.lock().unwrap().is_empty(),
            "queues of ended threads are kept"
        );
    }

    #[test]
    fn a_queue_that_nobody_empties_is_bounded_and_counts_its_losses() {
        let recorder = recorder(2 * SEGMENT);
        (0..10 * SEGMENT).for_each(|_| recorder.push(SpanRecord::sample()));
        assert_eq!(drained(recorder), 3 * SEGMENT);
        assert_eq!(
            recorder.losses.queue_full.load(Ordering::Relaxed),
            7 * SEGMENT as u64
        );
        (0..SEGMENT).for_each(|_| recorder.push(SpanRecord::sample()));
        assert_eq!(
            drained(recorder),
            SEGMENT,
            "room that was freed is used again"
        );
    }

    #[test]
    fn threads_that_end_leave_their_queues_to_those_that_begin() {
        let recorder = recorder(4 * SEGMENT);
        let woken = std::sync::Arc::new(AtomicUsize::new(0));
        let counter = std::sync::Arc::clone(&woken);
        recorder.on_work(move || {
            counter.fetch_add(1, Ordering::Relaxed);
        });
        let threads = |count: usize| {
            for _ in 0..count {
                let one_span = || recorder.push(SpanRecord::sample());
                std::thread::spawn(one_span).join().unwrap();
            }
        };
        threads(1000);
        assert_eq!(recorder.queues.lock().unwrap().len(), 1);
        assert_eq!(woken.load(Ordering::Relaxed), 1, "in time");
        // The queue, and the segment that was written to.
        assert_eq!(drained(recorder), 5 * SEGMENT);
        assert_eq!(
            recorder.losses.queue_full.load(Ordering::Relaxed),
            1000 - 5 * SEGMENT as u64
        );
        threads(10);
        assert_eq!(drained(recorder), 10);
        drained(recorder);
        assert!(
            recorder.queues.lock().unwrap().is_empty(),
            "nothing is left"
        );
    }

    #[test]
    fn the_collector_is_woken_for_a_batch_and_once_until_it_looks() {
        let recorder = recorder(2048);
        let woken = std::sync::Arc::new(AtomicUsize::new(0));
        let counter = std::sync::Arc::clone(&woken);
        recorder.on_work(move || {
            counter.fetch_add(1, Ordering::Relaxed);
        });
        (0..5 * SEGMENT).for_each(|_| recorder.push(SpanRecord::sample()));
        assert_eq!(woken.load(Ordering::Relaxed), 1);
        drained(recorder);
        (0..SEGMENT).for_each(|_| recorder.push(SpanRecord::sample()));
        assert_eq!(woken.load(Ordering::Relaxed), 1, "not for so few");
        (0..2 * SEGMENT).for_each(|_| recorder.push(SpanRecord::sample()));
        assert_eq!(woken.load(Ordering::Relaxed), 2);
    }

    #[test]
    fn after_the_shutdown_spans_are_counted_as_lost() {
        let recorder = recorder(2048);
        recorder.close();
        recorder.push(SpanRecord::sample());
        assert_eq!(drained(recorder), 0);
        assert_eq!(recorder.losses.after_shutdown.load(Ordering::Relaxed), 1);
    }
}
