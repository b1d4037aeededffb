//! The part of a thread in tracing: one block, without a destructor, that every call finds in one step.

use super::generator::Generator;
use super::open::Open;
use super::recorder::Place;
use crate::asking;
use crate::lock::lock;
use opentelemetry::Context;
use std::cell::Cell;
use std::panic::catch_unwind;
use std::sync::Mutex;

/// The state of one thread.
pub(crate) struct Local {
    pub(super) generator: Generator,
    /// The span that the thread is in; each knows the one around it.
    pub(crate) current: Cell<Option<&'static mut Open>>,
    /// The last call here was in a trace that is not recorded, and the next one most likely is so, too.
    pub(crate) was_unsampled: Cell<bool>,
    /// The number of spans that the thread is in.
    pub(super) depth: Cell<usize>,
    /// Memory for spans.
    spare: Cell<Option<&'static mut Open>>,
    spares: Cell<usize>,
    /// The place for ended spans.
    pub(super) place: Place,
    life: Cell<Life>,
}

/// The part of its life that a thread is in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Life {
    New,
    Running,
    Ending,
}

thread_local! {
    static LOCAL: Local = const {
        Local {
            generator: Generator::new(),
            current: Cell::new(None),
            was_unsampled: Cell::new(false),
            depth: Cell::new(0),
            spare: Cell::new(None),
            spares: Cell::new(0),
            place: Place::none(),
            life: Cell::new(Life::New),
        }
    };
    static END: End = const { End };
}

/// Gives back what the thread has when it ends.
struct End;

/// Spare memory for spans of threads that have more than they need, or have ended. It is never freed: there is no more of it
/// than there were open spans at once.
static SPARES: Mutex<Vec<&'static mut Open>> = Mutex::new(Vec::new());

/// The most spare spans of a thread: calls rarely nest deeper.
const MOST_SPARES: usize = 16;

/// The state of this thread.
///
/// A closure in `LocalKey::with` that is long and stands in two places costs a call; this never does.
#[inline(always)]
pub(crate) fn local() -> &'static Local {
    // SAFETY: it has no destructor and is there from the beginning, so it is there as long as its thread is. It is not
    // `Sync`, so a reference to it does not leave the thread.
    unsafe { &*LOCAL.with(std::ptr::from_ref) }
}

/// Returns true if a call can be recorded here and now.
#[inline]
pub(crate) fn is_possible() -> bool {
    local().is_possible()
}

/// Returns true unless the thread is ending, and has lost OpenTelemetry's context.
#[inline]
pub fn is_alive() -> bool {
    !local().is_ending()
}

/// Forgets what the thread shares with the process that it was forked from: its sequence of ids, and its chunk.
pub(crate) fn abandon() {
    let local = local();
    local.generator.abandon();
    local.place.forget();
}

impl Local {
    #[inline]
    pub(crate) fn is_possible(&self) -> bool {
        match self.life.get() {
            Life::Running => !asking::is_too_deep(),
            Life::New => self.begin(),
            Life::Ending => false,
        }
    }

    /// Arranges for the end of the thread.
    #[cold]
    fn begin(&self) -> bool {
        // OpenTelemetry's own slot is made first, so that it outlives this one: while this one can be reached, so can it. On
        // a thread that is ending and has lost it already, nothing is recorded.
        let has_context = catch_unwind(|| Context::map_current(|_| ())).is_ok();
        let is_running = has_context && END.try_with(|_| ()).is_ok();
        self.life.set(if is_running {
            Life::Running
        } else {
            Life::Ending
        });
        is_running
    }

    /// Returns true if nobody will give back what the thread takes from now on.
    pub(super) fn is_ending(&self) -> bool {
        match self.life.get() {
            Life::New => !self.begin(),
            Life::Running => false,
            Life::Ending => true,
        }
    }

    /// Memory for a span.
    #[inline(always)]
    pub(super) fn take_spare(&self) -> &'static mut Open {
        match self.spare.take() {
            Some(open) => {
                self.spare.set(open.outer.take());
                self.spares.set(self.spares.get() - 1);
                open
            }
            None => new_open(),
        }
    }

    /// Keeps the memory of a span that is over.
    #[inline(always)]
    pub(super) fn keep_spare(&self, open: &'static mut Open) {
        let spares = self.spares.get();
        if spares >= MOST_SPARES || self.life.get() != Life::Running {
            return lock(&SPARES).push(open);
        }
        open.outer = self.spare.take();
        self.spare.set(Some(open));
        self.spares.set(spares + 1);
    }
}

#[cold]
fn new_open() -> &'static mut Open {
    let spare = lock(&SPARES).pop();
    spare.unwrap_or_else(|| Box::leak(Box::new(Open::new())))
}

impl Drop for End {
    fn drop(&mut self) {
        let local = local();
        local.life.set(Life::Ending);
        local.place.give_back();
        while let Some(open) = local.spare.take() {
            local.spare.set(open.outer.take());
            lock(&SPARES).push(open);
        }
        local.spares.set(0);
    }
}
