//! A reference that is set once.

use std::ptr;
use std::sync::atomic::{AtomicPtr, Ordering};

/// A reference that is set once, and stays.
///
/// A `OnceLock` of a reference would do the same, in two words and with a destructor. Each call site is a `static` that holds two
/// of them, and the compiler works through their types for every one: a quarter of what a call site takes it.
#[derive(Debug)]
pub(crate) struct OnceRef<T: 'static>(AtomicPtr<T>);

// The bound is that of a reference which many threads share; the pointer itself asks for nothing.
impl<T: Sync> OnceRef<T> {
    /// No reference yet.
    pub(crate) const fn new() -> Self {
        Self(AtomicPtr::new(ptr::null_mut()))
    }

    /// The reference, if it is set.
    #[inline]
    pub(crate) fn get(&self) -> Option<&'static T> {
        let pointer = self.0.load(Ordering::Acquire);
        // SAFETY: it is null, or `set` made it of a reference that lives for ever, through which nothing is changed. What
        // that refers to was written before, and `Acquire` sees it. No safe type holds a reference that is set later
        // without a destructor, which every `static` of a call site would have to be checked for.
        unsafe { pointer.as_ref() }
    }

    /// Sets the reference, unless it is set, and returns what it is.
    pub(crate) fn set(&self, value: &'static T) -> &'static T {
        let new = ptr::from_ref(value).cast_mut();
        let set =
            self.0
                .compare_exchange(ptr::null_mut(), new, Ordering::AcqRel, Ordering::Acquire);
        match set {
            Ok(_) => value,
            Err(_) => self.get().unwrap_or(value),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_reference_stays() {
        static NUMBER: OnceRef<u8> = OnceRef::new();
        assert_eq!(NUMBER.get(), None);
        assert_eq!(NUMBER.set(&1), &1);
        assert_eq!(NUMBER.set(&2), &1);
        assert_eq!(NUMBER.get(), Some(&1));
    }

    #[test]
    fn threads_agree_on_one_reference() {
        static NUMBER: OnceRef<u8> = OnceRef::new();
        static NUMBERS: [u8; 4] = [0, 1, 2, 3];
        let seen = std::thread::scope(|scope| {
            let threads = NUMBERS
                .each_ref()
                .map(|number| scope.spawn(|| *NUMBER.set(number)));
            threads.map(|thread| thread.join().expect("it does not panic"))
        });
        assert_eq!(seen, [seen[0]; 4]);
    }
}
