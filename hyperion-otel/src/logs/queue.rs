//! Log records that wait to be sent.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, OnceLock};

use hyperion_runtime::backend::{Losses, lock};

use crate::config::LogLimits;
use crate::export::{LogBatch, LogRecord};

/// The most bytes that wait, whatever the size of the queue is.
const MAX_WAITING: usize = 32 * 1024 * 1024;

/// The queue of the first telemetry of the process that sends logs.
static FIRST: OnceLock<&'static LogQueue> = OnceLock::new();

/// The log records of one telemetry that wait, and the account of those that are lost.
///
/// It is never freed, as a recorder is not: an event may come while telemetry ends, and must find where to be counted. The next
/// telemetry's queue stands behind it, so that finding the last one takes no lock, which a fork could leave locked.
#[derive(Debug)]
pub(crate) struct LogQueue {
    waiting: Mutex<Waiting>,
    max_size: usize,
    /// The collector is called for when so many records wait.
    enough: usize,
    limits: LogLimits,
    /// The keys of baggage that records have.
    baggage: Vec<String>,
    losses: Losses,
    nested: AtomicU64,
    is_closed: AtomicBool,
    wake: OnceLock<Wake>,
    next: OnceLock<&'static LogQueue>,
}

struct Wake(Box<dyn Fn() + Send + Sync>);

impl std::fmt::Debug for Wake {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Wake")
    }
}

#[derive(Debug, Default)]
struct Waiting {
    records: VecDeque<LogRecord>,
    size: usize,
    is_called_for: bool,
    /// Nobody takes records any more.
    is_sealed: bool,
}

impl LogQueue {
    /// A queue of at most `max_size` records, which calls for its collector when `batch_size` of them wait, or half of the
    /// most.
    pub(crate) fn leak(
        max_size: usize,
        batch_size: usize,
        limits: LogLimits,
        baggage: Vec<String>,
    ) -> &'static Self {
        Box::leak(Box::new(Self {
            waiting: Mutex::default(),
            max_size,
            enough: batch_size.clamp(1, (max_size / 2).max(1)),
            limits,
            baggage,
            losses: Losses::default(),
            nested: AtomicU64::new(0),
            is_closed: AtomicBool::new(false),
            wake: OnceLock::new(),
            next: OnceLock::new(),
        }))
    }

    /// The queue that was installed last, open or closed.
    pub(crate) fn installed() -> Option<&'static Self> {
        let mut last = *FIRST.get()?;
        while let Some(next) = last.next.get() {
            last = next;
        }
        Some(last)
    }

    /// Sends records here from now on.
    pub(crate) fn install(&'static self) {
        let mut place = &FIRST;
        while let Err(queue) = place.set(self) {
            match place.get() {
                // Nobody takes the place of one that is in it.
                Some(taken) if !std::ptr::eq(*taken, queue) => place = &taken.next,
                _ => return,
            }
        }
    }

    pub(super) fn limits(&self) -> &LogLimits {
        &self.limits
    }

    pub(super) fn baggage(&self) -> &[String] {
        &self.baggage
    }

    pub(super) fn is_closed(&self) -> bool {
        self.is_closed.load(Ordering::Relaxed)
    }

    /// Keeps a record until the collector takes it, if there is room.
    pub(crate) fn push(&self, record: LogRecord) {
        let size = record.size();
        let mut waiting = lock(&self.waiting);
        if waiting.is_sealed || self.is_closed() {
            drop(waiting);
            self.losses.after_shutdown.fetch_add(1, Ordering::Relaxed);
            return;
        }
        if waiting.records.len() >= self.max_size || waiting.size + size > MAX_WAITING {
            drop(waiting);
            self.losses.queue_full.fetch_add(1, Ordering::Relaxed);
            return;
        }
        waiting.size += size;
        waiting.records.push_back(record);
        let is_enough = waiting.records.len() >= self.enough || waiting.size > MAX_WAITING / 2;
        let calls = is_enough && !std::mem::replace(&mut waiting.is_called_for, is_enough);
        drop(waiting);
        if calls && let Some(Wake(wake)) = self.wake.get() {
            wake();
        }
    }

    /// Counts an event that came up while its thread was writing another one.
    pub(super) fn lose_nested(&self) {
        self.nested.fetch_add(1, Ordering::Relaxed);
    }

    /// Sets what is called when enough records wait; only the first call counts.
    pub(crate) fn on_work(&self, wake: impl Fn() + Send + Sync + 'static) {
        let _ = self.wake.set(Wake(Box::new(wake)));
    }

    /// Moves up to `most` records to `batch`, as far as one request should hold them, and returns their number.
    pub(crate) fn drain(&self, most: usize, batch: &mut LogBatch) -> usize {
        let mut waiting = lock(&self.waiting);
        waiting.is_called_for = false;
        let before = batch.len();
        while batch.len() - before < most && !batch.is_large() {
            let Some(record) = waiting.records.pop_front() else {
                break;
            };
            waiting.size -= record.size();
            batch.push(record);
        }
        batch.len() - before
    }

    /// Refuses records from now on. It takes no lock.
    pub(crate) fn close(&self) {
        self.is_closed.store(true, Ordering::Relaxed);
    }

    /// Forgets what waits, for good, and returns the number.
    pub(crate) fn seal(&self) -> usize {
        let mut waiting = lock(&self.waiting);
        waiting.is_sealed = true;
        waiting.size = 0;
        std::mem::take(&mut waiting.records).len()
    }

    /// The records that are lost, but for those of events inside events.
    pub(crate) fn losses(&self) -> &Losses {
        &self.losses
    }

    /// Each reason for which records are lost, and its count.
    pub(crate) fn lost_by_reason(&self) -> [(&'static str, u64); 4] {
        let [first, second, third] = self.losses.by_reason();
        let nested = ("nested", self.nested.load(Ordering::Relaxed));
        [first, second, third, nested]
    }
}
