//! Memory that one call leaves for the next.

use std::cell::RefCell;
use std::thread::LocalKey;

/// A type whose values live in memory that each thread uses again.
pub(super) trait Pooled: Sized + 'static {
    /// The memory that the thread has to spare.
    fn spares() -> &'static LocalKey<Spares<Self>>;
}

/// A value in memory that is used again.
#[derive(Debug)]
pub(super) struct Slot<T>(Box<Option<T>>);

impl<T> Slot<T> {
    /// The value; it is there until the slot is [taken](take).
    #[inline]
    pub(super) fn get_mut(&mut self) -> Option<&mut T> {
        self.0.as_mut().as_mut()
    }
}

/// What a thread has to spare.
#[derive(Debug)]
pub(super) struct Spares<T>(RefCell<Vec<Slot<T>>>);

impl<T> Spares<T> {
    /// How many a thread keeps: calls rarely nest deeper.
    const MOST: usize = 16;

    pub(super) const fn new() -> Self {
        Self(RefCell::new(Vec::new()))
    }
}

/// Puts a value into memory.
#[inline]
pub(super) fn put<T: Pooled>(value: T) -> Slot<T> {
    let spare = T::spares().try_with(|spares| spares.0.borrow_mut().pop());
    match spare {
        Ok(Some(mut slot)) => {
            *slot.0 = Some(value);
            slot
        }
        // A thread that is ending has nothing to spare any more.
        Ok(None) | Err(_) => Slot(Box::new(Some(value))),
    }
}

/// Takes the value out and keeps the memory.
#[inline]
pub(super) fn take<T: Pooled>(mut slot: Slot<T>) -> Option<T> {
    let value = slot.0.take();
    let _ = T::spares().try_with(|spares| {
        let mut spares = spares.0.borrow_mut();
        if spares.len() < Spares::<T>::MOST {
            spares.push(slot);
        }
    });
    value
}
