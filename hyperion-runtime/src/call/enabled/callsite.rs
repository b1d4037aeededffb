//! The statics that observed functions have.

use super::profile::CallsiteProfile;
use super::switch::{self, Switch};
use crate::call::meta::CallsiteMeta;
use crate::call::once_ref::OnceRef;
use crate::level::MAX_LEVEL;
use crate::lock::lock;
use crate::trace::record::Site;
use std::panic;
use std::sync::Mutex;

/// A place in the code whose calls are observed.
#[derive(Debug)]
pub struct Callsite {
    switch: Switch,
    /// The place of the function.
    place: &'static panic::Location<'static>,
    /// Everything else, worked out when the first call is recorded, and kept as long as the call site: for ever.
    profile: OnceRef<CallsiteProfile>,
}

impl Callsite {
    /// A call site that has not been reached yet, of the function that is where this is called.
    #[track_caller]
    pub const fn new(meta: CallsiteMeta) -> Self {
        Self {
            switch: Switch::new(meta),
            place: panic::Location::caller(),
            profile: OnceRef::new(),
        }
    }

    /// Returns true if a call has nothing to do. The level is that of the call site; given as a constant it removes the code of
    /// a call that the program was built without.
    #[inline(always)]
    pub(super) fn is_off<const LEVEL: u8>(&self) -> bool {
        LEVEL > MAX_LEVEL as u8 || self.enabled() == 0
    }

    /// Returns true if a call that starts now records something.
    #[inline]
    pub(super) fn is_on<const LEVEL: u8>(&'static self) -> bool {
        !self.is_off::<LEVEL>() && self.starts() != 0
    }

    /// Returns the parts that a call records which starts now, as bits of [`state`](crate::state).
    #[inline]
    pub(super) fn starts(&'static self) -> u8 {
        match self.enabled() {
            switch::UNKNOWN => switch::learn(&self.switch),
            enabled => enabled,
        }
    }

    /// Returns the parts that its calls record, as far as that is known.
    #[inline(always)]
    pub(super) fn enabled(&self) -> u8 {
        self.switch.enabled()
    }

    pub(super) fn meta(&'static self) -> &'static CallsiteMeta {
        self.switch.meta()
    }

    /// The name, kind and attributes of its spans.
    #[inline]
    pub(crate) fn site(&'static self) -> &'static Site {
        self.profile().site
    }

    #[inline]
    pub(super) fn profile(&'static self) -> &'static CallsiteProfile {
        match self.profile.get() {
            Some(profile) => profile,
            None => self.make_profile(),
        }
    }

    /// Makes the profile, once: other threads wait for the one that does.
    #[cold]
    #[inline(never)]
    fn make_profile(&'static self) -> &'static CallsiteProfile {
        static MAKING: Mutex<()> = Mutex::new(());
        let making = lock(&MAKING);
        if let Some(profile) = self.profile.get() {
            return profile;
        }
        let profile = Box::leak(Box::new(CallsiteProfile::of(self.meta(), self.place)));
        let profile = self.profile.set(profile);
        drop(making);
        profile.check_interceptors();
        profile
    }
}
