//! The log lines of calls: `tracing` events at their start and at their end.
//!
//! A line has the module of the function for its target, so that directives such as `shop::users=debug` work, and is written
//! while the span of the call is active, so that it has the ids of its trace.

mod event;
#[cfg(test)]
mod tests;

use self::event::LineEvent;
use super::ending::{Ending, Failure};
use crate::level::Level;
use crate::trace::exceptions::ExceptionSignal;
use std::panic::{AssertUnwindSafe, catch_unwind};
use tracing::field::Empty;

/// A call site, as its log lines name it.
#[derive(Clone, Copy, Debug)]
pub(super) struct LinesOf {
    pub(super) component: &'static str,
    pub(super) method: &'static str,
    /// The module of the function, which is the target of the lines.
    pub(super) module: &'static str,
    pub(super) file: &'static str,
    pub(super) line: u32,
    /// The level of the lines, where the call site asks for them. Without one only exceptions are logged, if that is where
    /// exceptions go.
    pub(super) level: Option<Level>,
}

/// The log lines of a call site.
///
/// Their fields are `component`, `method`, `outcome`, `error.type` and `duration`, which is in seconds as all durations of
/// OpenTelemetry are, and those of an exception.
///
/// A call that fails or panics writes its last line at level error, whatever the level of the others. That line tells the
/// exception too, so that a call that fails is one event and not two where exceptions go to logs.
#[derive(Debug)]
pub(super) struct Lines {
    component: &'static str,
    method: &'static str,
    /// Of calls that start, and of those that end well or are cancelled.
    regular: Option<LineEvent>,
    /// Of calls that fail.
    failed: LineEvent,
}

impl Lines {
    /// The lines of a call site, kept for ever as the call site is. No subscriber is asked yet.
    pub(super) fn new(of: LinesOf) -> &'static Self {
        Box::leak(Box::new(Self {
            component: of.component,
            method: of.method,
            regular: of
                .level
                .map(|level| LineEvent::new("call", level.into(), of)),
            // The name that the semantic conventions have for an exception.
            failed: LineEvent::new("exception", tracing::Level::ERROR, of),
        }))
    }

    /// Writes that a call has started.
    #[inline]
    pub(super) fn entered(&'static self) {
        if let Some(event) = &self.regular
            && !event.is_off()
        {
            self.write_entered(event);
        }
    }

    /// Writes how a call has ended, after how many seconds.
    ///
    /// Without lines of its own a call site still writes exceptions, if `exceptions` go to logs.
    #[inline]
    pub(super) fn ended(
        &'static self,
        failure: Option<&Failure<'_>>,
        seconds: f64,
        exceptions: ExceptionSignal,
    ) {
        let has_exception =
            || exceptions.has_logs() && failure.and_then(Failure::type_name).is_some();
        if self.regular.is_some() || has_exception() {
            self.write_ended(failure, seconds);
        }
    }

    #[inline(never)]
    fn write_entered(&'static self, event: &'static LineEvent) {
        write_if_wanted(event, || {
            event.write(&[
                &format_args!("{}.{} started", self.component, self.method),
                &self.component,
                &self.method,
                &Empty,
                &Empty,
                &Empty,
                &Empty,
                &Empty,
                &Empty,
            ]);
        });
    }

    #[inline(never)]
    fn write_ended(&'static self, failure: Option<&Failure<'_>>, seconds: f64) {
        let ending = failure.map_or(Ending::Ok, |failure| failure.ending);
        let (event, did) = match ending {
            Ending::Ok => (self.regular.as_ref(), "succeeded"),
            Ending::Cancelled => (self.regular.as_ref(), "was cancelled"),
            Ending::Error(_) => (Some(&self.failed), "failed"),
            Ending::Panic => (Some(&self.failed), "panicked"),
        };
        let Some(event) = event.filter(|event| !event.is_off()) else {
            return;
        };
        write_if_wanted(event, || {
            // Only now that somebody wants them, the texts of the error are made.
            let exception = failure.and_then(Failure::exception);
            event.write(&[
                &format_args!("{}.{} {did}", self.component, self.method),
                &self.component,
                &self.method,
                &ending.outcome(),
                &failure.and_then(|failure| failure.kind),
                &seconds,
                &exception.map(|exception| exception.type_name),
                &exception.and_then(|exception| exception.message),
                &exception.and_then(|exception| exception.chain),
            ]);
        });
    }
}

/// Calls `write` if the subscriber wants the event. A panic of the subscriber costs the line, and not the call.
fn write_if_wanted(event: &'static LineEvent, write: impl FnOnce()) {
    let _ = catch_unwind(AssertUnwindSafe(|| {
        if event.is_wanted() {
            write();
        }
    }));
}

impl From<Level> for tracing::Level {
    fn from(level: Level) -> Self {
        match level {
            Level::Error => Self::ERROR,
            Level::Warn => Self::WARN,
            Level::Info => Self::INFO,
            Level::Debug => Self::DEBUG,
            Level::Trace => Self::TRACE,
        }
    }
}
