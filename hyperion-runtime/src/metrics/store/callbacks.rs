//! Values that callbacks give when metrics are read.
//!
//! A callback is the program's code: it may panic, and it may hang. They run on a thread of their own, one after the other.
//! A thread that does not come back is left to its callback, which is not asked again before it has returned, and another
//! thread goes on with the rest.

use super::dropped::DropReason;
use super::series_store::SeriesStore;
use crate::lock::lock;
use opentelemetry::Context;
use std::collections::VecDeque;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// The time that one callback may take.
const ONE: Duration = Duration::from_secs(1);
/// The time that all of them together may take; whoever waits for them has other things to tell.
const ALL: Duration = Duration::from_secs(2);

/// A value that a callback gave.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CallbackValue {
    pub(crate) metric: &'static SeriesStore,
    pub(crate) index: usize,
    pub(crate) bits: u64,
}

struct Callback {
    metric: &'static SeriesStore,
    index: usize,
    read: Box<dyn Fn() -> u64 + Send + Sync>,
    /// True while a thread is in it.
    is_running: AtomicBool,
    is_removed: AtomicBool,
}

static CALLBACKS: Mutex<Vec<Arc<Callback>>> = Mutex::new(Vec::new());

/// A callback that gives the value of an instrument whenever metrics are read, until this is dropped.
///
/// ```
/// use hyperion::{Gauge, Metrics};
/// use std::sync::Mutex;
///
/// #[derive(Metrics)]
/// struct QueueMetrics {
///     /// Jobs that wait.
///     #[gauge(unit = "{job}")]
///     waiting: Gauge<(), u64>,
/// }
///
/// static METRICS: QueueMetrics = QueueMetrics::new();
/// static QUEUE: Mutex<Vec<String>> = Mutex::new(Vec::new());
///
/// METRICS
///     .waiting
///     .observe(|| QUEUE.lock().map_or(0, |queue| queue.len() as u64))
///     .forever();
/// ```
#[must_use = "the callback is not asked any more when this is dropped; `forever` keeps it for the rest of the program"]
pub struct Observation(Option<Arc<Callback>>);

impl Observation {
    pub(crate) fn new(
        metric: &'static SeriesStore,
        index: usize,
        read: impl Fn() -> u64 + Send + Sync + 'static,
    ) -> Self {
        metric.asynchronous.store(true, Ordering::Relaxed);
        let callback = Arc::new(Callback {
            metric,
            index,
            read: Box::new(read),
            is_running: AtomicBool::new(false),
            is_removed: AtomicBool::new(false),
        });
        lock(&CALLBACKS).push(Arc::clone(&callback));
        Self(Some(callback))
    }

    /// Keeps the callback for the rest of the program.
    pub fn forever(mut self) {
        self.0 = None;
    }
}

impl Drop for Observation {
    fn drop(&mut self) {
        let Some(callback) = self.0.take() else {
            return;
        };
        callback.is_removed.store(true, Ordering::Relaxed);
        let mut callbacks = lock(&CALLBACKS);
        callbacks.retain(|other| !Arc::ptr_eq(other, &callback));
        // What the callback holds is the program's, and is dropped outside the lock.
        drop(callbacks);
    }
}

impl fmt::Debug for Observation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Observation").finish_non_exhaustive()
    }
}

/// Asks every callback, and waits no longer than they may take.
pub(crate) fn ask() -> Vec<CallbackValue> {
    let mut waiting: VecDeque<Arc<Callback>> = lock(&CALLBACKS).iter().cloned().collect();
    let deadline = Instant::now() + ALL;
    let mut observed = Vec::new();
    while !waiting.is_empty() && Instant::now() < deadline {
        let Some(answers) = ask_on_a_thread(waiting.iter().cloned().collect()) else {
            break;
        };
        let answered = take(&answers, &mut observed, deadline);
        waiting.drain(..answered.min(waiting.len()));
        if let Some(hanging) = waiting.pop_front() {
            hanging.metric.dropped.count(DropReason::CallbackTimedOut);
        }
    }
    for callback in waiting {
        callback.metric.dropped.count(DropReason::CallbackTimedOut);
    }
    observed
}

/// Takes answers until one is late or there is none any more, and returns how many there were.
fn take(
    answers: &Receiver<Option<CallbackValue>>,
    observed: &mut Vec<CallbackValue>,
    deadline: Instant,
) -> usize {
    let mut count = 0;
    loop {
        let left = deadline.saturating_duration_since(Instant::now());
        match answers.recv_timeout(ONE.min(left)) {
            Ok(answer) => {
                observed.extend(answer);
                count += 1;
            }
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => return count,
        }
    }
}

/// Asks the callbacks in their order on a new thread, which ends when nobody waits for it any more. None if the machine has
/// no thread to give.
fn ask_on_a_thread(callbacks: Vec<Arc<Callback>>) -> Option<Receiver<Option<CallbackValue>>> {
    let (answer, answers) = mpsc::channel();
    std::thread::Builder::new()
        .name("hyperion-callbacks".into())
        .spawn(move || {
            // What callbacks do must not be recorded in its turn.
            let _suppressed = Context::enter_telemetry_suppressed_scope();
            for callback in callbacks {
                if answer.send(callback.ask()).is_err() {
                    return;
                }
            }
        })
        .ok()
        .map(|_| answers)
}

impl Callback {
    fn ask(&self) -> Option<CallbackValue> {
        if self.is_removed.load(Ordering::Relaxed) {
            return None;
        }
        let dropped = &self.metric.dropped;
        if self.is_running.swap(true, Ordering::Acquire) {
            // It hangs since an earlier time.
            dropped.count(DropReason::CallbackTimedOut);
            return None;
        }
        let bits = catch_unwind(AssertUnwindSafe(&self.read));
        self.is_running.store(false, Ordering::Release);
        let Ok(bits) = bits else {
            dropped.count(DropReason::CallbackPanicked);
            return None;
        };
        if let Some(reason) = self.metric.refuses_bits(bits) {
            dropped.count(reason);
            return None;
        }
        Some(CallbackValue {
            metric: self.metric,
            index: self.index,
            bits,
        })
    }
}
