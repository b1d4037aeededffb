//! A span that the program starts and ends itself.

use super::callsite::Callsite;
use super::fields::Fields;
use super::future::Observed;
use super::guard::Call;
use super::origin::Origin;
use super::place::Place;
use super::suspended::Suspended;
use crate::call::outcome::Outcome;
use std::future::Future;
use std::marker::PhantomData;

/// A span that was started by [`span!`](https://docs.rs/hyperion-observe/latest/hyperion/macro.span.html), and ends when it
/// is dropped.
///
/// It becomes the parent of what happens inside only while it is entered: for a scope with [`enter`](Self::enter), for a
/// closure with [`in_scope`](Self::in_scope), for a future with [`observe`](Self::observe).
#[derive(Debug)]
#[must_use = "a span that is dropped at once ends at once"]
pub struct Span {
    call: Option<Suspended>,
    unwinding: bool,
}

impl Span {
    /// Starts a span; what `span!` expands to.
    #[doc(hidden)]
    #[inline]
    pub fn start<const LEVEL: u8>(
        callsite: &'static Callsite,
        describe: impl FnOnce(&mut Origin),
        record: impl FnOnce(&mut Fields<'_>),
    ) -> Self {
        if !callsite.is_on::<LEVEL>() {
            return Self::of(None);
        }
        let mut call = Self::begin(callsite, Origin::of(describe));
        if let Some(span) = call.as_mut().and_then(Suspended::span_mut) {
            Fields::record(span, record);
        }
        Self::of(call)
    }

    #[inline(never)]
    fn begin(callsite: &'static Callsite, origin: Origin) -> Option<Suspended> {
        Suspended::start_from(callsite, origin)
    }

    fn of(call: Option<Suspended>) -> Self {
        Self {
            call,
            unwinding: std::thread::panicking(),
        }
    }

    /// Enters the span until the guard is dropped, which ends it.
    ///
    /// ```
    /// let entered = hyperion::span!("parse").enter();
    /// // What is called here hangs under `parse`.
    /// drop(entered);
    /// // And here no more.
    /// ```
    ///
    /// The guard must not be held over an `.await`: other tasks of the thread would run inside the span. It is not `Send`,
    /// so that the compiler says so where a future has to be. Use [`observe`](Self::observe) there.
    pub fn enter(mut self) -> EnteredSpan {
        let unwinding = self.unwinding;
        let enter = |call| Call::enter(call, unwinding);
        EnteredSpan {
            _call: self.call.take().map(enter),
            thread: PhantomData,
        }
    }

    /// Runs `work` inside the span, and ends it.
    pub fn in_scope<R>(self, work: impl FnOnce() -> R) -> R {
        let _entered = self.enter();
        work()
    }

    /// The same future, inside the span at every poll. The span ends when the future is done or dropped.
    ///
    /// The value of the future is not looked at; an error is recorded with `hyperion::current().record_error(&error)`, inside it.
    /// A future that is dropped before it is done leaves the attribute `outcome`, which is `cancelled`.
    pub fn observe<F: Future>(mut self, future: F) -> impl Future<Output = F::Output> {
        let probe: fn(&F::Output) -> Outcome<'_> = |_| Outcome::Ok;
        Observed::running(future, probe, self.call.take())
    }
}

impl Drop for Span {
    fn drop(&mut self) {
        if let Some(call) = &mut self.call {
            call.finish(&mut Place::Caller, Outcome::of_drop(self.unwinding));
        }
    }
}

/// A span that the thread is in; see [`Span::enter`].
#[derive(Debug)]
#[must_use = "the span ends when this is dropped"]
pub struct EnteredSpan {
    _call: Option<Call>,
    /// It is left on the thread that entered it.
    thread: PhantomData<*const ()>,
}
