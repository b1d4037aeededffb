//! What is kept for each call site.

use super::known::Known;
use super::location::Location;
use super::switch;
use crate::call::meta::CallsiteMeta;
use crate::level::MAX_LEVEL;
use crate::trace::site::Site;
use std::panic;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU8, Ordering};

/// A place in the code whose calls are observed.
#[derive(Debug)]
pub struct Callsite {
    meta: &'static CallsiteMeta,
    /// Where the function is.
    place: &'static panic::Location<'static>,
    /// What its calls record; zero while they are off.
    wanted: AtomicU8,
    /// The call site that was reached before this one.
    before: OnceLock<Option<&'static Callsite>>,
    /// Everything else, worked out when the first call is recorded, and kept as long as the call site: for ever.
    known: OnceLock<&'static Known>,
}

impl Callsite {
    /// A call site that has not been reached yet, of the function that is where this is called.
    #[track_caller]
    pub const fn new(meta: &'static CallsiteMeta) -> Self {
        Self {
            meta,
            place: panic::Location::caller(),
            wanted: AtomicU8::new(switch::UNKNOWN),
            before: OnceLock::new(),
            known: OnceLock::new(),
        }
    }

    /// Whether a call has nothing to do. The level is that of the call site; given as a constant it removes the code of a
    /// call that the program was built without.
    #[inline(always)]
    pub(super) fn is_off<const LEVEL: u8>(&self) -> bool {
        LEVEL > MAX_LEVEL as u8 || self.wanted() == 0
    }

    /// What a call that starts now records.
    #[inline]
    pub(super) fn starts(&'static self) -> u8 {
        match self.wanted() {
            switch::UNKNOWN => switch::learn(self),
            wanted => wanted,
        }
    }

    #[inline(always)]
    pub(super) fn wanted(&self) -> u8 {
        self.wanted.load(Ordering::Relaxed)
    }

    pub(super) fn set_wanted(&self, wanted: u8) {
        self.wanted.store(wanted, Ordering::Relaxed);
    }

    pub(super) fn before(&self) -> Option<&'static Self> {
        self.before.get().copied().flatten()
    }

    pub(super) fn set_before(&self, before: Option<&'static Self>) {
        // It is reached for the first time once.
        let _ = self.before.set(before);
    }

    pub(super) fn meta(&self) -> &'static CallsiteMeta {
        self.meta
    }

    /// Where the function is.
    pub(super) fn place(&self) -> &'static panic::Location<'static> {
        self.place
    }

    /// Where the function stands among the program's names.
    pub(super) fn location(&self) -> Location<'static> {
        Location::of_closure((self.meta.path)())
    }

    /// The first half of the span's name.
    pub(super) fn component(&self) -> &'static str {
        match self.meta.component {
            "" => self.location().component,
            given => given,
        }
    }

    /// The name, kind and attributes of its spans.
    #[inline]
    pub(crate) fn site(&'static self) -> &'static Site {
        &self.known().site
    }

    #[inline]
    pub(super) fn known(&'static self) -> &'static Known {
        self.known.get_or_init(|| {
            let known = Box::leak(Box::new(Known::of(self)));
            known.check_interceptors();
            known
        })
    }
}
