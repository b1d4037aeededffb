//! The parts that are on at each call site.
//!
//! Every call site keeps the answer in a word of its own, which is all that a call reads while it is off: because nothing is
//! installed, because its level is off, or because nothing that is on is among its parts. Whoever changes what decides goes
//! through all call sites that were reached, and writes the new answers.

use super::location::Location;
use crate::call::meta::{CallsiteMeta, Parts};
use crate::call::once_ref::OnceRef;
use crate::interceptor::Only;
use crate::level::{Level, LevelFilter, MAX_LEVEL};
use crate::lock::lock;
use crate::state;
use crate::trace::{clock, local, recorder};
use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU8, Ordering};

/// The answer of a call site that was not reached yet.
pub(super) const UNKNOWN: u8 = 1 << 7;

/// The answer of one call site, and the way to the others.
#[derive(Debug)]
pub(super) struct Switch {
    meta: CallsiteMeta,
    /// The parts that calls record; zero while they are off.
    enabled: AtomicU8,
    /// The call site that was reached before this one, if one was.
    next_registered: OnceRef<Switch>,
}

impl Switch {
    pub(super) const fn new(meta: CallsiteMeta) -> Self {
        Self {
            meta,
            enabled: AtomicU8::new(UNKNOWN),
            next_registered: OnceRef::new(),
        }
    }

    #[inline(always)]
    pub(super) fn enabled(&self) -> u8 {
        self.enabled.load(Ordering::Relaxed)
    }

    #[inline(always)]
    pub(super) fn meta(&'static self) -> &'static CallsiteMeta {
        &self.meta
    }

    fn set(&self, enabled: u8) {
        self.enabled.store(enabled, Ordering::Relaxed);
    }
}

/// The rules of what is on.
#[derive(Debug)]
pub struct Policy {
    /// The parts that the program records, as bits of [`state`](crate::backend::state).
    pub recorded: u8,
    /// The least important level that is on.
    pub level: LevelFilter,
    /// The same for single components.
    pub components: BTreeMap<String, LevelFilter>,
}

/// The call sites reached so far, and the rules for them.
struct Registry {
    policy: Policy,
    /// The call site that was reached last; each knows the one before it.
    last: Option<&'static Switch>,
}

static REGISTRY: Mutex<Registry> = Mutex::new(Registry {
    policy: Policy {
        recorded: 0,
        level: LevelFilter::Info,
        components: BTreeMap::new(),
    },
    last: None,
});

/// Changes the rules, and brings the answers to every call site.
pub fn change<T>(change: impl FnOnce(&mut Policy) -> T) -> T {
    let mut registry = lock(&REGISTRY);
    let answer = change(&mut registry.policy);
    registry.tell_all();
    answer
}

impl Registry {
    /// Brings the answers to every call site.
    fn tell_all(&self) {
        let next = |switch: &&'static Switch| switch.next_registered.get();
        for switch in std::iter::successors(self.last, next) {
            switch.set(self.policy.enabled(&switch.meta));
        }
    }
}

/// Switches recording, for instruments and for call sites, to these bits of [`state`](crate::backend::state).
///
/// Whatever is recorded has a time, so this is what starts the clock.
pub fn record(bits: u8) {
    if bits != 0 {
        clock::refine();
    }
    change(|policy| {
        policy.recorded = bits;
        state::store(bits);
    });
}

/// Switches recording off in a process that was just forked, whose other threads are gone with what they held.
///
/// It takes no lock and does not allocate.
pub fn abandon() {
    state::store(0);
    recorder::abandon();
    local::abandon();
    // If another thread held this, it was about to change the answers, and those that are there stay.
    if let Ok(mut registry) = REGISTRY.try_lock() {
        registry.policy.recorded = 0;
        registry.tell_all();
    }
}

/// Works out the answer for a call site that is reached for the first time.
#[cold]
pub(super) fn learn(switch: &'static Switch) -> u8 {
    let mut registry = lock(&REGISTRY);
    // Another thread may have been first.
    if switch.enabled() == UNKNOWN {
        if let Some(last) = registry.last {
            switch.next_registered.set(last);
        }
        registry.last = Some(switch);
        switch.set(registry.policy.enabled(&switch.meta));
    }
    switch.enabled()
}

impl Policy {
    fn enabled(&self, meta: &CallsiteMeta) -> u8 {
        let component = || Location::of_callsite(meta).component_of(meta);
        if self.recorded == 0 || !self.is_on(meta.level, component) {
            return 0;
        }
        let details = meta.details;
        let among = |bit: u8, is: bool| if is { self.recorded & bit } else { 0 };
        among(state::SPANS, details.parts.contains(Parts::TRACE))
            | among(state::METRICS, details.parts.contains(Parts::METRICS))
            | among(state::INTERCEPTORS, details.only != Only::Names(&[]))
            | among(
                state::LINES,
                details.log.is_some() && details.parts.contains(Parts::LOG),
            )
    }

    fn is_on(&self, level: Level, component: impl FnOnce() -> &'static str) -> bool {
        let most = if self.components.is_empty() {
            self.level
        } else {
            *self.components.get(component()).unwrap_or(&self.level)
        };
        level <= most && level <= MAX_LEVEL
    }
}
