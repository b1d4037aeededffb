//! The log lines of a build with `logs`.

use super::LinesOf;
use super::event::LineEvent;
use crate::asking::ask;
use crate::call::enabled::failure::Failure;
use crate::call::outcome::Outcome;
use crate::level::Level;
use crate::trace::settings::ExceptionSignal;
use tracing::field::Empty;

/// The log lines of a call site.
///
/// Their fields are `component`, `method`, `outcome`, `error.type` and `duration`, which is in seconds as all durations of
/// OpenTelemetry are, and those of an exception.
///
/// A call that fails or panics writes its last line at level error, whatever the level of the others. That line tells the
/// exception too, so that a call that fails is one event and not two where exceptions go to logs.
#[derive(Debug)]
pub(in crate::call::enabled) struct Lines {
    component: &'static str,
    method: &'static str,
    /// Of calls that start, and of those that end well or are cancelled.
    regular: Option<LineEvent>,
    /// Of calls that fail.
    failed: LineEvent,
}

impl Lines {
    /// The lines of a call site, kept for ever as the call site is. No subscriber is asked yet.
    pub(in crate::call::enabled) fn new(of: LinesOf) -> &'static Self {
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
    pub(in crate::call::enabled) fn entered(&'static self) {
        if let Some(event) = &self.regular
            && !event.is_off()
        {
            self.write_entered(event);
        }
    }

    /// Writes that a call has ended, after so many seconds.
    ///
    /// Without lines of its own a call site still writes exceptions, if `exceptions` go to logs.
    #[inline]
    pub(in crate::call::enabled) fn ended(
        &'static self,
        failure: Option<&Failure<'_>>,
        seconds: f64,
        exceptions: ExceptionSignal,
    ) {
        let has_exception =
            || exceptions.has_logs() && failure.and_then(Failure::exception_type).is_some();
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
        let outcome = failure.map_or(Outcome::Ok, |failure| failure.outcome);
        let (event, did) = match outcome {
            Outcome::Ok | Outcome::Accepted(_) => (self.regular.as_ref(), "succeeded"),
            Outcome::Cancelled => (self.regular.as_ref(), "was cancelled"),
            Outcome::Error(_) => (Some(&self.failed), "failed"),
            Outcome::Panic => (Some(&self.failed), "panicked"),
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
                &outcome.call_outcome().as_str(),
                &failure.and_then(|failure| failure.error_type),
                &to_nanoseconds(seconds),
                &exception.map(|(type_name, _)| type_name),
                &exception.and_then(|(_, texts)| texts.message.as_deref()),
                &exception.and_then(|(_, texts)| texts.chain.as_deref()),
            ]);
        });
    }
}

/// The duration without the digits below a nanosecond, which nobody has measured.
fn to_nanoseconds(seconds: f64) -> f64 {
    const PER_SECOND: f64 = 1e9;
    (seconds * PER_SECOND).round() / PER_SECOND
}

/// Calls `write` if the subscriber wants the event. A panic of the subscriber costs the line, and not the call.
fn write_if_wanted(event: &'static LineEvent, write: impl FnOnce()) {
    ask(|| {
        if event.is_wanted() {
            write();
        }
    });
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

#[cfg(test)]
mod tests {
    use super::to_nanoseconds;

    #[test]
    fn a_duration_has_no_more_digits_than_were_measured() {
        for (seconds, shown) in [
            (0.006_512_345_000_000_001, "0.006512345"),
            (0.000_000_1, "0.0000001"),
            (0.000_000_000_4, "0"),
            (12.000_000_000_3, "12"),
            (86_400.123_456_789_12, "86400.123456789"),
        ] {
            assert_eq!(to_nanoseconds(seconds).to_string(), shown);
        }
    }
}
