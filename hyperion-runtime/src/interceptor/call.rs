//! Interceptors, and the calls as they see them.

use crate::level::Level;
use crate::span_kind::SpanKind;
use std::any::Any;
use std::fmt;
use std::time::Duration;

/// Code of a program that runs at the start and at the end of every observed call: an audit trail, a limit, a counter in
/// a system of one's own.
///
/// It is registered with `hyperion::builder().interceptor(..)`, runs as long as that telemetry does, and is let go at its
/// shutdown. A call that is under way then still gets its [`end`](Self::end), and the interceptor is dropped after the last
/// of them.
///
/// `#[observe(only(trace, audit))]` and `#[observe(exclude(audit))]` choose by [`name`](Self::name) where it runs. It does not
/// run for calls that are off by their level, nor for spans by hand.
///
/// It runs on the thread of the call, which waits for it, and inside the call's span: `hyperion::current()` sets attributes of
/// it. A panic in it ends there: it is counted in the metric
/// `hyperion.interceptor.panics`, told once on standard error, and neither the call nor the other interceptors notice. A
/// [`start`](Self::start) that panicked is as one that returned `None`. Calls of observed functions from an interceptor run
/// no interceptors, since they would never end.
///
/// ```
/// use hyperion::{CallEnd, CallInfo, CallOutcome, Interceptor};
/// use std::any::Any;
///
/// /// Tells of calls that failed.
/// struct Failures;
///
/// impl Interceptor for Failures {
///     fn name(&self) -> &'static str {
///         "failures"
///     }
///
///     fn end(&self, call: &CallInfo<'_>, _state: Option<Box<dyn Any + Send>>, ending: &CallEnd<'_>) {
///         if ending.outcome == CallOutcome::Error {
///             eprintln!("{} failed after {:?}", call.span_name, ending.duration);
///         }
///     }
/// }
/// ```
pub trait Interceptor: Send + Sync {
    /// The name that `only(..)` and `exclude(..)` use: an identifier other than `trace`, `metrics` and `log`, unlike that of any
    /// other interceptor. It is asked for once.
    fn name(&self) -> &'static str;

    /// The place among the others, asked for once: the lowest starts first and ends last, and those of the same order
    /// start as they were registered. 0 by default.
    fn order(&self) -> i32 {
        0
    }

    /// A call starts. What this returns is given to [`end`](Self::end). An asynchronous call starts with its first poll.
    ///
    /// ```
    /// use hyperion::{CallEnd, CallInfo, Interceptor};
    /// use std::any::Any;
    /// use std::thread::{self, ThreadId};
    ///
    /// /// Marks the spans of calls that ended on another thread than they began on.
    /// struct Moved;
    ///
    /// impl Interceptor for Moved {
    ///     fn name(&self) -> &'static str {
    ///         "moved"
    ///     }
    ///
    ///     fn start(&self, _call: &CallInfo<'_>) -> Option<Box<dyn Any + Send>> {
    ///         Some(Box::new(thread::current().id()))
    ///     }
    ///
    ///     fn end(&self, _call: &CallInfo<'_>, state: Option<Box<dyn Any + Send>>, _ending: &CallEnd<'_>) {
    ///         let began = state.and_then(|state| state.downcast::<ThreadId>().ok());
    ///         if began.is_some_and(|began| *began != thread::current().id()) {
    ///             hyperion::current().set("moved", true);
    ///         }
    ///     }
    /// }
    /// ```
    fn start(&self, call: &CallInfo<'_>) -> Option<Box<dyn Any + Send>> {
        let _ = call;
        None
    }

    /// The call has ended; an asynchronous one maybe on another thread. Of several interceptors the one that started last
    /// is told first.
    fn end(&self, call: &CallInfo<'_>, state: Option<Box<dyn Any + Send>>, ending: &CallEnd<'_>);
}

/// The function that is called.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct CallInfo<'a> {
    /// The first half of the span's name: `UserService` of `UserService.get_user`.
    pub component: &'a str,
    /// The function's own name.
    pub method: &'a str,
    /// The name of its spans.
    pub span_name: &'a str,
    /// The kind of its spans.
    pub kind: SpanKind,
    /// The level of the call.
    pub level: Level,
    /// The file of the function, as the compiler was given it.
    pub file: &'a str,
    /// Its line, counted from 1.
    pub line: u32,
    /// The path of the function: `crate::module::Type::method`.
    pub function: &'a str,
}

/// The end of a call.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub struct CallEnd<'a> {
    /// The way it ended.
    pub outcome: CallOutcome,
    /// The kind of the error, or `panic`, as in the attribute `error.type`; `None` where there was no error. A call that went
    /// well has one if it returned an error that its `ok_if` lets pass.
    pub error_type: Option<&'a str>,
    /// The error's own message, whatever `err(record = ..)` says; `None` where nothing failed or the error cannot say.
    ///
    /// It is made when it is shown, by the error's own code.
    pub error_message: Option<&'a dyn fmt::Display>,
    /// From the start to the end, the time between the polls of a future included.
    pub duration: Duration,
}

/// The way a call ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CallOutcome {
    /// It returned, and not an error.
    Ok,
    /// It returned an error.
    Error,
    /// It unwound.
    Panic,
    /// Its future was dropped before it was done.
    Cancelled,
}

impl CallOutcome {
    /// Its name, as in the label `outcome`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Error => "error",
            Self::Panic => "panic",
            Self::Cancelled => "cancelled",
        }
    }
}

impl fmt::Display for CallOutcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for CallEnd<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let message = self.error_message.map(|message| format!("{message}"));
        f.debug_struct("CallEnd")
            .field("outcome", &self.outcome)
            .field("error_type", &self.error_type)
            .field("error_message", &message)
            .field("duration", &self.duration)
            .finish()
    }
}
