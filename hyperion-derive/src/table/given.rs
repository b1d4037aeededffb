//! The value of one argument, with its key.

use std::mem;
use std::ops::Deref;

use syn::Ident;

/// A value that is given, or its default.
#[derive(Clone, Default)]
pub(crate) struct Given<T> {
    pub(crate) value: T,
    /// The key, if the argument is given.
    pub(crate) key: Option<Ident>,
    /// It is from the block around the method.
    inherited: bool,
}

impl<T> Given<T> {
    /// Takes the value that follows `key`.
    pub(crate) fn give(&mut self, key: &Ident, value: impl Into<T>) {
        self.value = value.into();
        self.key = Some(key.clone());
    }

    /// Takes the block's argument, unless the method gives its own.
    pub(crate) fn inherit(&mut self, block: Self) {
        if self.key.is_none() {
            *self = block;
            self.inherited = true;
        }
    }
}

impl<T> Given<Vec<T>> {
    /// Takes the block's entries, and then the method's.
    pub(crate) fn append(&mut self, block: Self) {
        if self.key.is_none() {
            self.inherit(block);
        } else {
            self.value.splice(..0, block.value);
        }
    }
}

impl<T> Deref for Given<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

/// An argument, whatever its value is.
pub(crate) trait Slot {
    fn key(&self) -> Option<&Ident>;

    /// Takes the argument away. The key is given back if the method or function itself has it.
    fn withdraw(&mut self) -> Option<Ident>;
}

impl<T: Default> Slot for Given<T> {
    fn key(&self) -> Option<&Ident> {
        self.key.as_ref()
    }

    fn withdraw(&mut self) -> Option<Ident> {
        let Self { key, inherited, .. } = mem::take(self);
        key.filter(|_| !inherited)
    }
}
