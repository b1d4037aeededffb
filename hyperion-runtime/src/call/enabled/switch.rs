//! What is on at each call site.
//!
//! Every call site keeps the answer in a word of its own, which is all that a call reads while it is off: because nothing is
//! installed, because its level is off, or because nothing that is on is among its parts. Whoever changes what decides goes
//! through all call sites that were reached, and writes the new answers.

use super::callsite::Callsite;
use crate::call::meta::Parts;
use crate::interceptor::Only;
use crate::level::{Level, LevelFilter, MAX_LEVEL};
use crate::lock::lock;
use crate::state;
use std::collections::BTreeMap;
use std::sync::Mutex;

/// The answer of a call site that was not reached yet.
pub(super) const UNKNOWN: u8 = 1 << 7;

/// What decides what is on.
#[derive(Debug)]
pub struct Policy {
    /// What the program records, as bits of [`state`](crate::backend::state).
    pub recorded: u8,
    /// The least important level that is on.
    pub level: LevelFilter,
    /// The same for single components.
    pub components: BTreeMap<String, LevelFilter>,
}

struct Board {
    policy: Policy,
    /// The call site that was reached last; each knows the one before it.
    last: Option<&'static Callsite>,
}

static BOARD: Mutex<Board> = Mutex::new(Board {
    policy: Policy {
        recorded: 0,
        level: LevelFilter::Info,
        components: BTreeMap::new(),
    },
    last: None,
});

/// Changes what decides, and brings it to every call site.
pub fn change<T>(change: impl FnOnce(&mut Policy) -> T) -> T {
    let mut board = lock(&BOARD);
    let answer = change(&mut board.policy);
    for callsite in std::iter::successors(board.last, |callsite| callsite.before()) {
        callsite.set_wanted(board.policy.wanted(callsite));
    }
    answer
}

/// Switches recording, for instruments and for call sites, to these bits of [`state`](crate::backend::state).
pub fn record(bits: u8) {
    change(|policy| {
        policy.recorded = bits;
        state::store(bits);
    });
}

/// Works out the answer for a call site that is reached for the first time.
#[cold]
pub(super) fn learn(callsite: &'static Callsite) -> u8 {
    let mut board = lock(&BOARD);
    // Another thread may have been first.
    if callsite.wanted() == UNKNOWN {
        callsite.set_before(board.last);
        board.last = Some(callsite);
        callsite.set_wanted(board.policy.wanted(callsite));
    }
    callsite.wanted()
}

impl Policy {
    fn wanted(&self, callsite: &'static Callsite) -> u8 {
        if self.recorded == 0 || !self.is_on(callsite.meta().level, || callsite.component()) {
            return 0;
        }
        let details = callsite.meta().details;
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
