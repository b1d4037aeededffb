//! Which signals carry the exceptions of failed calls.

/// Which signals carry the exceptions of failed calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exceptions {
    /// An event of the call's span.
    pub as_events: bool,
    /// A log record.
    pub as_logs: bool,
}

impl Default for Exceptions {
    fn default() -> Self {
        Self {
            as_events: true,
            as_logs: false,
        }
    }
}
