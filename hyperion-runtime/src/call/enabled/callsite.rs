//! The statics that observed functions have.

use super::known::Known;
use super::switch::{self, Switch};
use crate::call::meta::CallsiteMeta;
use crate::level::MAX_LEVEL;
use crate::trace::site::Site;
use std::panic;
use std::sync::OnceLock;

/// A place in the code whose calls are observed.
#[derive(Debug)]
pub struct Callsite {
    switch: Switch,
    /// The place of the function.
    place: &'static panic::Location<'static>,
    /// Everything else, worked out when the first call is recorded, and kept as long as the call site: for ever.
    known: OnceLock<&'static Known>,
}

impl Callsite {
    /// A call site that has not been reached yet, of the function that is where this is called.
    #[track_caller]
    pub const fn new(meta: &'static CallsiteMeta) -> Self {
        Self {
            switch: Switch::new(meta),
            place: panic::Location::caller(),
            known: OnceLock::new(),
        }
    }

    /// Returns true if a call has nothing to do. The level is that of the call site; given as a constant it removes the code of
    /// a call that the program was built without.
    #[inline(always)]
    pub(super) fn is_off<const LEVEL: u8>(&self) -> bool {
        LEVEL > MAX_LEVEL as u8 || self.wanted() == 0
    }

    /// Returns the parts that a call records which starts now.
    #[inline]
    pub(super) fn starts(&'static self) -> u8 {
        match self.wanted() {
            switch::UNKNOWN => switch::learn(&self.switch),
            wanted => wanted,
        }
    }

    /// Returns the parts that its calls record, as far as that is known.
    #[inline(always)]
    pub(super) fn wanted(&self) -> u8 {
        self.switch.wanted()
    }

    pub(super) fn meta(&self) -> &'static CallsiteMeta {
        self.switch.meta()
    }

    /// The name, kind and attributes of its spans.
    #[inline]
    pub(crate) fn site(&'static self) -> &'static Site {
        &self.known().site
    }

    #[inline]
    pub(super) fn known(&'static self) -> &'static Known {
        self.known.get_or_init(|| {
            let known = Box::leak(Box::new(Known::of(self.meta(), self.place)));
            known.check_interceptors();
            known
        })
    }
}
