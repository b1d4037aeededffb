//! The way of ended spans: from the thread that ended them into its chunk, and from all chunks to the collector.

use super::chunk::{Chunk, Writer};
use super::hub::{HandOver, Hub};
use super::record::{Extra, Records};
use super::sampler::Sampler;
use super::settings::{ContextMode, ExceptionSignal, SpanLimits};
use std::cell::Cell;
use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicPtr, AtomicU64, Ordering};
use std::sync::{Mutex, OnceLock};

/// Takes ended spans from any thread, without waiting for anybody.
pub struct Recorder {
    /// Decides which spans are recorded.
    pub sampler: Sampler,
    /// Bounds what one span holds.
    pub limits: SpanLimits,
    /// The signals that carry the exceptions of failed calls.
    pub exceptions: ExceptionSignal,
    /// The part of OpenTelemetry's context in all this.
    pub context: ContextMode,
    /// The keys of the baggage that is copied to spans.
    pub(super) baggage: Vec<String>,
    /// The spans that will not arrive.
    pub losses: Losses,
    hub: Hub<Box<Extra>>,
    /// The most spans of one chunk.
    most_in_chunk: usize,
    /// The number of waiting spans for which the collector is woken.
    enough: usize,
    closed: AtomicBool,
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

/// Emptied chunks, for all recorders.
static SPARES: Mutex<Vec<&'static Chunk<Box<Extra>>>> = Mutex::new(Vec::new());

/// The recorder that spans go to.
#[inline]
pub fn installed() -> Option<&'static Recorder> {
    // SAFETY: the pointer is null or came from a `&'static Recorder` in `install`. An `AtomicPtr` is the one way to have
    // it for the price of a load.
    unsafe { INSTALLED.load(Ordering::Acquire).as_ref() }
}

/// Sends spans to `recorder` from now on.
pub fn install(recorder: &'static Recorder) {
    INSTALLED.store(std::ptr::from_ref(recorder).cast_mut(), Ordering::Release);
}

/// Refuses spans in a process that was just forked: nobody collects them, and the locks of the recorder may be held.
pub(crate) fn abandon() {
    if let Some(recorder) = installed() {
        recorder.close();
    }
    INSTALLED.store(std::ptr::null_mut(), Ordering::Release);
}

/// Spans that were recorded and will not arrive, by reason.
#[derive(Debug, Default)]
pub struct Losses {
    /// The queue was full: spans ended faster than the exporter took them.
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

impl Recorder {
    /// A recorder that keeps at most `max_queue_size` spans waiting, beside those in the chunk of each thread, and calls for
    /// the collector when `batch_size` of them wait, or half of the most.
    pub fn new(
        sampler: Sampler,
        limits: SpanLimits,
        exceptions: ExceptionSignal,
        context: ContextMode,
        max_queue_size: usize,
        batch_size: usize,
    ) -> Self {
        let half = (max_queue_size / 2).max(1);
        Self {
            sampler,
            limits,
            exceptions,
            context,
            baggage: Vec::new(),
            losses: Losses::default(),
            hub: Hub::new(max_queue_size, &SPARES),
            most_in_chunk: half,
            enough: batch_size.clamp(1, half),
            closed: AtomicBool::new(false),
            signalled: AtomicBool::new(false),
            wake: OnceLock::new(),
        }
    }

    /// Copies the baggage of these keys to every span, from the context that the span starts in.
    #[must_use]
    pub fn with_baggage(mut self, keys: Vec<String>) -> Self {
        self.baggage = keys;
        self
    }

    /// Returns true if a span is never recorded below one that is not sampled.
    #[inline]
    pub(crate) fn follows_parents(&self) -> bool {
        self.sampler.is_parent_based()
    }

    /// Sets what is called when enough spans wait; only the first call counts.
    pub fn on_work(&self, wake: impl Fn() + Send + Sync + 'static) {
        let _ = self.wake.set(Box::new(wake));
    }

    /// The chunk after one that is full, if there is room for it.
    #[cold]
    fn next(&self, full: SpanWriter) -> Option<SpanWriter> {
        match self.hub.hand_over(full) {
            HandOver::Next { writer, waiting } => {
                self.call_for_collector(waiting);
                Some(writer)
            }
            HandOver::Full => None,
        }
    }

    /// Takes the chunk of a thread that ends or records elsewhere.
    fn give_back(&self, writer: SpanWriter) {
        let (waiting, lost) = self.hub.give_back(writer);
        self.losses
            .queue_full
            .fetch_add(lost as u64, Ordering::Relaxed);
        self.call_for_collector(waiting);
    }

    /// Wakes the collector if enough spans wait, once until it looks.
    fn call_for_collector(&self, waiting: usize) {
        if waiting >= self.enough
            && !self.signalled.swap(true, Ordering::AcqRel)
            && let Some(wake) = self.wake.get()
        {
            wake();
        }
    }

    /// Moves up to `most` spans to `records`, and returns their number.
    pub fn drain(&self, most: usize, records: &mut Records) -> usize {
        self.signalled.store(false, Ordering::Release);
        self.hub.read(most, &mut |words, extra| {
            records.push(words.iter().map(|word| word.load(Ordering::Relaxed)), extra);
        })
    }

    /// Refuses spans from now on.
    pub fn close(&self) {
        self.closed.store(true, Ordering::SeqCst);
    }
}

/// A place in a chunk.
type SpanWriter = Writer<Box<Extra>>;

/// A thread's place for the spans that it ends, and whose it is.
pub(super) struct Place(Cell<Option<(&'static Recorder, SpanWriter)>>);

impl Place {
    pub(super) const fn none() -> Self {
        Self(Cell::new(None))
    }

    /// Hands an ended span, and what of it is no words, to its recorder.
    #[inline(always)]
    pub(super) fn push(
        &self,
        recorder: &'static Recorder,
        words: &[u64],
        extra: Option<Box<Extra>>,
        is_ending: impl FnOnce() -> bool,
    ) {
        if let Some((known, writer)) = self.0.get()
            && std::ptr::eq(known, recorder)
            && extra.is_none()
            && !recorder.closed.load(Ordering::Relaxed)
            && writer.write(words, None, recorder.most_in_chunk).is_ok()
        {
            return;
        }
        self.push_slowly(recorder, words, extra);
        if is_ending() {
            // Nobody will ask the thread for it later.
            self.give_back();
        }
    }

    /// The same where more is to be done than to write it down.
    #[cold]
    #[inline(never)]
    fn push_slowly(&self, recorder: &'static Recorder, words: &[u64], extra: Option<Box<Extra>>) {
        if recorder.closed.load(Ordering::Relaxed) {
            recorder
                .losses
                .after_shutdown
                .fetch_add(1, Ordering::Relaxed);
            return;
        }
        let mut writer = match self.0.get() {
            Some((known, writer)) if std::ptr::eq(known, recorder) => writer,
            _ => {
                self.give_back();
                recorder.hub.begin()
            }
        };
        let mut left = extra;
        while let Err(extra) = writer.write(words, left, recorder.most_in_chunk) {
            left = extra;
            let Some(next) = recorder.next(writer) else {
                recorder.losses.queue_full.fetch_add(1, Ordering::Relaxed);
                break;
            };
            writer = next;
        }
        self.0.set(Some((recorder, writer)));
    }

    /// Forgets the place, in a process that was just forked.
    pub(super) fn forget(&self) {
        self.0.set(None);
    }

    /// Gives up the place, for the thread ends or records elsewhere.
    pub(super) fn give_back(&self) {
        if let Some((recorder, writer)) = self.0.take() {
            recorder.give_back(writer);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trace::local::local;
    use crate::trace::open::tests::sample;
    use std::sync::Arc;
    use std::sync::atomic::AtomicUsize;

    fn recorder(max_queue_size: usize) -> &'static Recorder {
        Box::leak(Box::new(Recorder::new(
            Sampler::AlwaysOn,
            SpanLimits::default(),
            ExceptionSignal::Events,
            ContextMode::Full,
            max_queue_size,
            64,
        )))
    }

    fn end_spans(recorder: &'static Recorder, count: usize) {
        let span = sample();
        let local = local();
        let words = span.words.as_slice();
        let is_ending = || local.is_ending();
        (0..count).for_each(|_| local.place.push(recorder, words, None, is_ending));
    }

    fn drained(recorder: &Recorder) -> usize {
        recorder.drain(usize::MAX, &mut Records::default())
    }

    fn queue_full(recorder: &Recorder) -> usize {
        usize::try_from(recorder.losses.queue_full.load(Ordering::Relaxed)).unwrap()
    }

    /// A number that rises whenever the collector is called for.
    fn calls_of(recorder: &Recorder) -> Arc<AtomicUsize> {
        let calls = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&calls);
        recorder.on_work(move || {
            counter.fetch_add(1, Ordering::Relaxed);
        });
        calls
    }

    #[test]
    fn spans_of_all_threads_arrive_also_of_those_that_ended() {
        let recorder = recorder(2048);
        let spans = || end_spans(recorder, 100);
        let threads: Vec<_> = (0..8).map(|_| std::thread::spawn(spans)).collect();
        // Joining, other than the end of a scope, waits for the thread to give back what it has.
        for thread in threads {
            thread.join().unwrap();
        }
        assert_eq!((drained(recorder), drained(recorder)), (800, 0));
        assert_eq!(queue_full(recorder), 0);
    }

    #[test]
    fn a_queue_that_nobody_empties_is_bounded_and_counts_its_losses() {
        let recorder = recorder(200);
        end_spans(recorder, 10_000);
        let kept = drained(recorder);
        // The chunk of the thread holds at most half as many as may wait.
        assert!((200..=300).contains(&kept), "{kept}");
        assert_eq!(kept + queue_full(recorder), 10_000);
        end_spans(recorder, 100);
        assert_eq!(drained(recorder), 100, "room that was freed is used again");
        assert_eq!(kept + queue_full(recorder), 10_000);
    }

    #[test]
    fn many_threads_that_end_are_bounded_too() {
        let recorder = recorder(200);
        let calls = calls_of(recorder);
        for _ in 0..1000 {
            std::thread::spawn(|| end_spans(recorder, 1))
                .join()
                .unwrap();
        }
        assert_eq!(calls.load(Ordering::Relaxed), 1, "in time");
        let kept = drained(recorder);
        let lost = queue_full(recorder);
        assert!((200..=300).contains(&kept), "{kept}");
        assert_eq!(kept + lost, 1000);
        std::thread::scope(|threads| {
            for _ in 0..100 {
                threads.spawn(|| end_spans(recorder, 50));
            }
        });
        let kept = drained(recorder);
        // A few of those that ended left a chunk for others.
        assert!((200..=200 + 8 * 100).contains(&kept), "{kept}");
        assert_eq!(kept + queue_full(recorder) - lost, 5000);
    }

    #[test]
    fn the_collector_is_called_for_once_until_it_looks() {
        let recorder = recorder(2048);
        let calls = calls_of(recorder);
        end_spans(recorder, 1000);
        assert_eq!(calls.load(Ordering::Relaxed), 1);
        drained(recorder);
        end_spans(recorder, 10);
        assert_eq!(calls.load(Ordering::Relaxed), 1, "not for so few");
        end_spans(recorder, 1000);
        assert_eq!(calls.load(Ordering::Relaxed), 2);
    }

    #[test]
    fn after_the_shutdown_spans_are_counted_as_lost() {
        let recorder = recorder(2048);
        recorder.close();
        end_spans(recorder, 1);
        assert_eq!(drained(recorder), 0);
        assert_eq!(recorder.losses.after_shutdown.load(Ordering::Relaxed), 1);
    }
}
