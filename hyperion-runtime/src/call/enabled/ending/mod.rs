//! How a call ended.

mod failure;

pub(super) use failure::Failure;

use crate::call::outcome::{Detail, ErrorRef, Outcome};
use crate::call::record_mode::Record;
use crate::interceptor::CallOutcome;
use std::fmt::Display;

/// How a call ended.
#[derive(Clone, Copy)]
pub(super) enum Ending<'a> {
    Ok,
    Error(ErrorRef<'a>),
    /// It unwound.
    Panic,
    /// Its future was dropped before it was done.
    Cancelled,
}

impl<'a> From<Outcome<'a>> for Ending<'a> {
    fn from(outcome: Outcome<'a>) -> Self {
        match outcome {
            Outcome::Ok => Self::Ok,
            Outcome::Error(error) => Self::Error(error),
        }
    }
}

impl<'a> Ending<'a> {
    /// The value of the label `outcome`.
    pub(super) fn outcome(&self) -> &'static str {
        self.call_outcome().as_str()
    }

    /// The value of `error.type`, where the call failed.
    pub(super) fn error_type(&self) -> Option<&'static str> {
        match self {
            Self::Error(error) => Some(error.kind),
            Self::Panic => Some("panic"),
            Self::Ok | Self::Cancelled => None,
        }
    }

    /// The same, as interceptors see it.
    pub(super) fn call_outcome(&self) -> CallOutcome {
        match self {
            Self::Ok => CallOutcome::Ok,
            Self::Error(_) => CallOutcome::Error,
            Self::Panic => CallOutcome::Panic,
            Self::Cancelled => CallOutcome::Cancelled,
        }
    }

    /// What the error says of itself.
    pub(super) fn message(&self) -> Option<&dyn Display> {
        match self {
            Self::Error(ErrorRef {
                detail: Detail::Error(error),
                ..
            }) => Some(error),
            Self::Error(ErrorRef {
                detail: Detail::Display(error),
                ..
            }) => Some(error),
            Self::Error(_) | Self::Ok | Self::Panic | Self::Cancelled => None,
        }
    }

    /// What there is to tell of a call that did not go well.
    ///
    /// `kind` is [`error_type`](Self::error_type) as the call's metric has it, so that metric, span and log name the same
    /// kind.
    #[inline]
    pub(super) fn failure(self, kind: Option<&'static str>, record: Record) -> Option<Failure<'a>> {
        match self {
            Self::Ok => None,
            Self::Error(_) | Self::Panic | Self::Cancelled => {
                Some(Failure::new(self, kind, record))
            }
        }
    }
}
