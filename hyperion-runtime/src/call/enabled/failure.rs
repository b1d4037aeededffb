//! A call that did not go well, as its span and its log lines tell it.

use crate::asking::ask;
use crate::call::meta::Record;
use crate::call::outcome::{Detail, ErrorRef, Outcome};
use crate::text::ErrorTexts;
use crate::trace::attributes::{self as trace, AttributeValue};
use crate::trace::open::Open;
use crate::trace::settings::ExceptionSignal;
use std::cell::OnceCell;
use std::fmt::Display;

/// A call that failed, was cancelled, or returned an error that counts as an answer.
///
/// The error's texts are the user's code and cost what they cost, so they are made for the first that needs them, and once.
pub(super) struct Failure<'a> {
    pub(super) outcome: Outcome<'a>,
    /// The value of `error.type`; none if the call was cancelled.
    pub(super) error_type: Option<&'static str>,
    record: Record,
    texts: OnceCell<ErrorTexts>,
}

impl<'a> Failure<'a> {
    /// The failure, unless the call went well.
    ///
    /// `error_type` is the outcome's as the call's metric has it, so that metric, span and log name the same kind.
    #[inline]
    pub(super) fn of(
        outcome: Outcome<'a>,
        error_type: Option<&'static str>,
        record: Record,
    ) -> Option<Self> {
        match outcome {
            Outcome::Ok => None,
            Outcome::Error(_) | Outcome::Accepted(_) | Outcome::Panic | Outcome::Cancelled => {
                Some(Self::new(outcome, error_type, record))
            }
        }
    }

    #[cold]
    fn new(outcome: Outcome<'a>, error_type: Option<&'static str>, record: Record) -> Self {
        Self {
            outcome,
            error_type,
            // What a caller says of its errors does not hold for its panics.
            record: match outcome {
                Outcome::Error(_) | Outcome::Accepted(_) => record,
                Outcome::Ok | Outcome::Panic | Outcome::Cancelled => Record::Status,
            },
            texts: OnceCell::new(),
        }
    }

    /// The type and the texts of the exception, if the call returned an error and its details are to be recorded.
    #[cfg(any(feature = "logs", test))]
    pub(super) fn exception(&self) -> Option<(&'static str, &ErrorTexts)> {
        self.exception_type().map(|name| (name, self.texts()))
    }

    /// The type of the exception, if there is one. This does not ask the error for its texts.
    pub(super) fn exception_type(&self) -> Option<&'static str> {
        match (&self.outcome, self.record) {
            (Outcome::Error(error), Record::Event) => error.type_name,
            _ => None,
        }
    }

    /// The message of the error, made by the error whenever it is shown.
    pub(super) fn message(&self) -> Option<&dyn Display> {
        match &self.outcome {
            Outcome::Error(ErrorRef { detail, .. }) if !matches!(detail, Detail::Opaque) => {
                Some(detail)
            }
            _ => None,
        }
    }

    /// The message, if nobody has needed the texts of the error so far and it is all of them.
    fn unshown_message(&self) -> Option<&dyn Display> {
        let Outcome::Error(ErrorRef { detail, .. }) = &self.outcome else {
            return None;
        };
        if self.texts.get().is_some() {
            return None;
        }
        match detail {
            Detail::Error(error) => {
                let is_alone = ask(|| error.source().is_none()).unwrap_or(false);
                is_alone.then_some(error)
            }
            Detail::Display(error) => Some(error),
            Detail::Debug(_) => Some(detail),
            Detail::Opaque => None,
        }
    }

    fn texts(&self) -> &ErrorTexts {
        self.texts.get_or_init(|| match self.outcome {
            Outcome::Error(error) => match error.detail {
                Detail::Error(error) => ErrorTexts::of(&error, Some(error)),
                Detail::Opaque => ErrorTexts::default(),
                shown => ErrorTexts::of(&shown, None),
            },
            Outcome::Ok | Outcome::Accepted(_) | Outcome::Panic | Outcome::Cancelled => {
                ErrorTexts::default()
            }
        })
    }

    /// Writes the outcome to the call's span.
    pub(super) fn describe(&self, span: &mut Open, exceptions: ExceptionSignal) {
        let outcome = self.outcome.call_outcome().as_str();
        span.set("outcome", AttributeValue::Text(outcome));
        let (Some(kind), Record::Event | Record::Status) = (self.error_type, self.record) else {
            return;
        };
        span.set("error.type", AttributeValue::Text(kind));
        if let Outcome::Accepted(_) = self.outcome {
            return;
        }
        let exception = self.exception_type().filter(|_| exceptions.has_events());
        if let Some(message) = self.unshown_message() {
            return span.fail_shown(exception, message);
        }
        let texts = self.texts();
        let message = match self.outcome {
            Outcome::Panic => "the call panicked",
            _ => texts.message.as_deref().unwrap_or_default(),
        };
        let failure = trace::Failure::new(exception, message);
        span.fail(
            failure,
            texts.chain.as_deref().filter(|_| exception.is_some()),
        );
    }
}

#[cfg(test)]
mod tests;
