//! The outcome of a call.

mod condition;
mod fallible;
mod probe;

pub use condition::ErrorCondition;
pub use probe::{Probe, Probed};

use super::error_type::ErrorType;
use crate::asking::ask;
use crate::error_kind::kind_of_type;
use crate::interceptor::CallOutcome;
use std::error::Error;
use std::fmt::{self, Debug, Display};

/// The outcome of a call: asked of the value that it returned, or seen by whoever runs it.
#[derive(Clone, Copy)]
pub enum Outcome<'a> {
    /// The call went well.
    Ok,
    /// The call failed.
    Error(ErrorRef<'a>),
    /// It returned an error that counts as an answer.
    Accepted(ErrorRef<'a>),
    /// It unwound.
    Panic,
    /// Its future was dropped before it was done.
    Cancelled,
}

/// An error as it was returned.
#[derive(Clone, Copy)]
pub struct ErrorRef<'a> {
    /// The value of `error.type`: that of its [`ErrorType`], else the name of its type.
    pub kind: &'static str,
    /// The name of its type, for `exception.type`. There is none where no error was returned and the call failed all the same.
    pub type_name: Option<&'static str>,
    /// Its texts.
    pub detail: Detail<'a>,
}

/// The texts of an error, as far as it has some.
#[derive(Clone, Copy)]
pub enum Detail<'a> {
    /// A message and a chain of sources.
    Error(&'a (dyn Error + 'a)),
    /// A message.
    Display(&'a dyn Display),
    /// What a programmer reads.
    Debug(&'a dyn Debug),
    /// Nothing but its type.
    Opaque,
}

/// The message of the error, which has none if it is opaque.
impl Display for Detail<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Error(error) => Display::fmt(error, f),
            Self::Display(error) => error.fmt(f),
            Self::Debug(error) => error.fmt(f),
            Self::Opaque => Ok(()),
        }
    }
}

impl<'a> Outcome<'a> {
    /// Its name, as the label `outcome` has it.
    pub fn call_outcome(&self) -> CallOutcome {
        match self {
            Self::Ok | Self::Accepted(_) => CallOutcome::Ok,
            Self::Error(_) => CallOutcome::Error,
            Self::Panic => CallOutcome::Panic,
            Self::Cancelled => CallOutcome::Cancelled,
        }
    }

    /// The value of `error.type`, where the call failed or returned an error.
    pub fn error_type(&self) -> Option<&'static str> {
        match self {
            Self::Error(error) | Self::Accepted(error) => Some(error.kind),
            Self::Panic => Some("panic"),
            Self::Ok | Self::Cancelled => None,
        }
    }

    /// The outcome of a call that is over because it is dropped, and that started `unwinding` or not: a destructor's call cannot
    /// tell its own panic from the one around it.
    #[cfg(feature = "otel")]
    pub(super) fn of_drop(unwinding: bool) -> Self {
        if std::thread::panicking() && !unwinding {
            Self::Panic
        } else {
            Self::Ok
        }
    }

    /// The outcome of a call of which `ok_if` says that its error is an answer, if it does.
    #[cold]
    #[must_use]
    pub fn accepted(self) -> Self {
        match self {
            Self::Error(error) => Self::Accepted(error),
            other => other,
        }
    }

    /// The outcome of a call that went well, unless the answer of `error_if` says that it failed. `name` is its kind where
    /// the answer names none.
    ///
    /// The question is the user's, about a value that is the caller's: if it panics, the call counts as it would have without.
    #[inline]
    #[must_use]
    pub fn error_if<A: ErrorCondition>(
        self,
        name: &'static str,
        question: impl FnOnce() -> A,
    ) -> Self {
        match self {
            Self::Ok | Self::Accepted(_) => ask(question)
                .and_then(|answer| answer.failed_with(name))
                .map_or(self, Self::because),
            Self::Error(_) | Self::Panic | Self::Cancelled => self,
        }
    }

    /// The call failed, although it returned no error: the caller says so, and why.
    fn because(kind: &'static str) -> Self {
        Self::Error(ErrorRef {
            kind,
            type_name: None,
            detail: Detail::Opaque,
        })
    }

    /// A call that returned an error: of the type of this name, of a kind that the error knows or that of its type.
    #[cold]
    fn of_error(type_name: &'static str, kind: Option<&dyn ErrorType>, detail: Detail<'a>) -> Self {
        Self::Error(ErrorRef {
            kind: kind
                .and_then(kind_of)
                .unwrap_or_else(|| kind_of_type(type_name)),
            type_name: Some(type_name),
            detail,
        })
    }
}

/// The kind of the error, unless finding it out panics: the caller is to have its error, and no panic.
fn kind_of(error: &dyn ErrorType) -> Option<&'static str> {
    ask(|| error.error_type())
}

/// The name of the type of `_error`. A reference to an error is the same error.
#[inline]
fn type_name<E>(_error: &E) -> &'static str {
    let mut name = core::any::type_name::<E>();
    while let Some(referenced) = name.strip_prefix('&') {
        name = referenced.strip_prefix("mut ").unwrap_or(referenced);
    }
    name
}

/// Asks a closure about a value for an answer of its own type; see [`holds`].
#[inline(always)]
pub fn answer<T: ?Sized, A>(value: &T, question: impl FnOnce(&T) -> A) -> A {
    question(value)
}

/// Calls the body of an observed function.
///
/// The bound makes the compiler see a closure that is called once, so that it may return borrows from what it owns, such
/// as a `&mut` into `self`.
#[inline(always)]
pub fn call_once<R>(body: impl FnOnce() -> R) -> R {
    body()
}

/// Asks a closure about a value.
///
/// The bound tells the compiler the type of the closure's parameter, which a closure that is called where it is written
/// lacks.
#[inline(always)]
pub fn holds<T: ?Sized>(value: &T, predicate: impl FnOnce(&T) -> bool) -> bool {
    predicate(value)
}

/// Puts a question of the user's about a call that is over, whose value is the caller's: a question that panics has no answer,
/// and the call counts as it would have without it.
#[inline]
pub fn asks(question: impl FnOnce() -> bool) -> bool {
    ask(question).unwrap_or(false)
}

/// Names the type that an observed `async` body returns, for the compiler; never called.
///
/// An `async` block has no place to write its type, and without one `?` and coercions in it lack what they convert to.
pub fn returned<T>() -> T {
    unreachable!("the expansion guards this with `if false`")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_is_named_for_what_it_refers_to() {
        assert_eq!(type_name(&"text"), "str");
        assert_eq!(type_name(&&mut &std::fmt::Error), "core::fmt::Error");
        assert_eq!(type_name(&["text"; 2]), "[&str; 2]");
    }

    #[test]
    fn a_question_that_panics_is_answered_with_no() {
        assert!(asks(|| true) && !asks(|| false));
        assert!(!asks(|| panic!("no answer")));
    }

    #[test]
    fn a_call_can_fail_without_an_error() {
        let Outcome::Error(error) = Outcome::because("is_refused") else {
            panic!("it failed")
        };
        assert_eq!((error.kind, error.type_name), ("is_refused", None));
        assert!(matches!(error.detail, Detail::Opaque));
    }
}
