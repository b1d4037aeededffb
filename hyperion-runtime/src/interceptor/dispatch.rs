//! The interceptors of one call, from its start to its end.

use super::call::{CallEnd, CallInfo};
use super::installed::Interceptors;
use super::selection::Selection;
use std::any::Any;
use std::cell::Cell;
use std::fmt;
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::sync::{Arc, Mutex, PoisonError};

/// The interceptors that were started for a call, to be ended in reverse.
///
/// It belongs to a future as well as the rest of a call does, so it takes nothing from what that is: `Send`, `Sync`, and so
/// on.
#[derive(Default)]
#[must_use = "each start gets its end"]
pub(crate) struct Started(Option<Box<Running>>);

struct Running {
    interceptors: Arc<Interceptors>,
    selection: Selection,
    /// The states that they returned. The lock is never contended: it makes the states `Sync`.
    states: Vec<Mutex<State>>,
}

type State = Option<Box<dyn Any + Send>>;

// An interceptor that panics is on its own, and nobody sees what it leaves half done but itself.
impl UnwindSafe for Started {}
impl RefUnwindSafe for Started {}

thread_local! {
    /// An interceptor runs on this thread. Observed functions that it calls must not call it in their turn.
    static INTERCEPTING: Cell<bool> = const { Cell::new(false) };
}

impl Interceptors {
    /// Starts those of `selection`, in their order. It allocates nothing where that is none.
    ///
    /// They run in the context that is current, so whoever calls this has entered the call's span or not, as it likes.
    pub(crate) fn start_all(
        self: &Arc<Self>,
        selection: Selection,
        call: &CallInfo<'_>,
    ) -> Started {
        if selection.is_empty() || !selection.is_of(self) || INTERCEPTING.get() {
            return Started(None);
        }
        let mut states = Vec::with_capacity(selection.len());
        for position in selection.positions() {
            let state = self.list.get(position).and_then(|entry| {
                let start = || entry.call(|interceptor| interceptor.start(call));
                intercepting(start).flatten()
            });
            states.push(Mutex::new(state));
        }
        Started(Some(Box::new(Running {
            interceptors: Arc::clone(self),
            selection,
            states,
        })))
    }
}

impl Started {
    /// Returns true if there are none, so that nobody needs to know how the call ended.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    /// Ends them, the one that started last first. Whoever calls this has no lock and no thread-local state borrowed.
    pub(crate) fn end_all(self, call: &CallInfo<'_>, ending: &CallEnd<'_>) {
        let Some(running) = self.0 else {
            return;
        };
        let running = *running;
        let positions = running.selection.positions().rev();
        for (position, state) in positions.zip(running.states.into_iter().rev()) {
            let state = state.into_inner().unwrap_or_else(PoisonError::into_inner);
            if let Some(entry) = running.interceptors.list.get(position) {
                intercepting(|| entry.call(|interceptor| interceptor.end(call, state, ending)));
            }
        }
    }
}

/// Calls `work`, which does not unwind, as that of an interceptor.
fn intercepting<T>(work: impl FnOnce() -> T) -> T {
    let around = INTERCEPTING.replace(true);
    let value = work();
    INTERCEPTING.set(around);
    value
}

impl fmt::Debug for Started {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = self.0.as_ref().map_or(0, |running| running.states.len());
        f.debug_tuple("Started").field(&count).finish()
    }
}
