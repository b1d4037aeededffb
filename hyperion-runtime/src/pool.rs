//! Memory that a thread uses again, so that calls and spans do not allocate.

use std::cell::RefCell;
use std::thread::LocalKey;

/// The memory that a thread has to spare.
#[derive(Debug)]
pub(crate) struct Spares<T>(RefCell<Vec<T>>);

impl<T: 'static> Spares<T> {
    /// The most that a thread keeps: calls rarely nest deeper.
    const MOST: usize = 16;

    pub(crate) const fn new() -> Self {
        Self(RefCell::new(Vec::new()))
    }

    /// Takes a piece. A thread that is ending has nothing to spare any more.
    #[inline]
    pub(crate) fn take(key: &'static LocalKey<Self>) -> Option<T> {
        let spare = key.try_with(|spares| spares.0.borrow_mut().pop());
        spare.ok().flatten()
    }

    /// Keeps a piece, unless there are enough.
    #[inline]
    pub(crate) fn keep(key: &'static LocalKey<Self>, piece: T) {
        let _ = key.try_with(|spares| {
            let mut spares = spares.0.borrow_mut();
            if spares.len() < Self::MOST {
                spares.push(piece);
            }
        });
    }
}
