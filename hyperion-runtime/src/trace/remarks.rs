//! Remarks of others on something that belongs to one thread and ends.

use super::chunk::lock;
#[cfg(loom)]
use loom::sync::{
    Mutex,
    atomic::{AtomicBool, Ordering},
};
#[cfg(not(loom))]
use std::sync::{
    Mutex,
    atomic::{AtomicBool, Ordering},
};

/// The remarks that have come, of which `T` is the list.
///
/// The owner asks two words whether there is anything to do. Nobody else makes it wait: it locks only where somebody has
/// spoken, or still may.
#[derive(Debug)]
pub(super) struct Remarks<T> {
    /// Nobody can speak any more.
    is_gone: AtomicBool,
    /// Somebody has spoken.
    is_told: AtomicBool,
    /// Nobody listens any more.
    is_closed: AtomicBool,
    pending: Mutex<T>,
}

impl<T: Default> Remarks<T> {
    /// Remarks on nothing yet.
    pub(super) fn new() -> Self {
        Self {
            is_gone: AtomicBool::new(true),
            is_told: AtomicBool::new(false),
            is_closed: AtomicBool::new(false),
            pending: Mutex::new(T::default()),
        }
    }

    /// Lets one speaker begin, who [leaves](Self::leave) some time; there is no other.
    #[inline]
    pub(super) fn open(&self) {
        self.is_gone.store(false, Ordering::Relaxed);
    }

    /// Lets the owner listen again, after all have left.
    pub(super) fn reopen(&self) {
        self.is_closed.store(false, Ordering::Relaxed);
    }

    /// Tells that the speaker will not speak any more. What it has said comes before this.
    #[inline]
    pub(super) fn leave(&self) {
        self.is_gone.store(true, Ordering::Release);
    }

    /// Returns true if nobody can speak any more.
    #[inline]
    pub(super) fn is_gone(&self) -> bool {
        self.is_gone.load(Ordering::Acquire)
    }

    /// Returns true if somebody has spoken.
    #[inline]
    pub(super) fn is_told(&self) -> bool {
        self.is_told.load(Ordering::Acquire)
    }

    /// Returns true if nobody listens any more.
    pub(super) fn is_closed(&self) -> bool {
        self.is_closed.load(Ordering::Acquire)
    }

    /// Has something said, unless it comes too late.
    pub(super) fn say(&self, say: impl FnOnce(&mut T)) {
        let mut pending = lock(&self.pending);
        if !self.is_closed() {
            say(&mut pending);
            self.is_told.store(true, Ordering::Release);
        }
    }

    /// Takes what has been said so far.
    #[cold]
    pub(super) fn take(&self) -> T {
        let mut pending = lock(&self.pending);
        self.is_told.store(false, Ordering::Relaxed);
        std::mem::take(&mut pending)
    }

    /// Takes what has been said, and listens no more.
    #[cold]
    pub(super) fn close(&self) -> T {
        let mut pending = lock(&self.pending);
        self.is_closed.store(true, Ordering::Release);
        self.is_told.store(false, Ordering::Relaxed);
        std::mem::take(&mut pending)
    }
}

#[cfg(all(test, loom))]
mod model {
    use super::*;
    use loom::sync::Arc;

    /// What is said before the end is heard, what comes later is not kept, and memory that is used again is empty.
    #[test]
    fn what_is_said_is_heard_once_or_came_too_late() {
        loom::model(|| {
            let remarks = Arc::new(Remarks::<Vec<u8>>::new());
            remarks.open();
            let speaking = {
                let remarks = Arc::clone(&remarks);
                loom::thread::spawn(move || {
                    remarks.say(|said| said.push(1));
                    let is_late = remarks.is_closed();
                    remarks.say(|said| said.push(2));
                    remarks.leave();
                    is_late
                })
            };
            let mut heard = Vec::new();
            if remarks.is_told() {
                heard.extend(remarks.take());
            }
            if !remarks.is_gone() {
                heard.extend(remarks.close());
            } else if remarks.is_told() {
                heard.extend(remarks.take());
            }
            let is_late = speaking.join().unwrap();
            assert!(heard.is_empty() && is_late || heard.starts_with(&[1]) || heard.is_empty());
            assert!(heard.len() <= 2 && heard != [2, 1] && heard != [2]);
            if !remarks.is_closed() {
                assert_eq!(heard, [1, 2], "nobody closed it, so all was heard");
            }
            assert!(remarks.is_gone());
            assert!(remarks.take().is_empty(), "nothing is left for the next");
        });
    }
}
