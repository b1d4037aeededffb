//! Which signals carry the exceptions of failed calls.

/// Where the exception of a failed call goes: the type of the error, its message and its sources.
///
/// The [semantic conventions] are moving exceptions from spans to logs; a program chooses when it follows. The span's
/// status and its `error.type` stay on the span in any case. Logs need the feature `logs`.
///
/// [semantic conventions]: https://opentelemetry.io/docs/specs/semconv/exceptions/
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum ExceptionSignal {
    /// `events`: to an event of the span.
    #[default]
    Events,
    /// `logs`: to a `tracing` event at level error, whether the trace is sampled or not.
    Logs,
    /// `both`: to both, while what reads one of them learns to read the other.
    Both,
}

impl ExceptionSignal {
    pub(crate) fn has_events(self) -> bool {
        matches!(self, Self::Events | Self::Both)
    }

    pub(crate) fn has_logs(self) -> bool {
        matches!(self, Self::Logs | Self::Both)
    }
}
