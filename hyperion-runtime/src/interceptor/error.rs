//! The reasons why interceptors cannot be installed.

use super::MOST;
use std::fmt;

/// A reason why interceptors cannot be installed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum InterceptorError {
    /// One has a name that `only(..)` and `exclude(..)` know already.
    BuiltIn(&'static str),
    /// Two have this name.
    Duplicate(&'static str),
    /// One has a name that `only(..)` and `exclude(..)` cannot take.
    NotAName(&'static str),
    /// There are this many, more than can be told apart.
    TooMany(usize),
}

impl fmt::Display for InterceptorError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BuiltIn(name) => write!(
                f,
                "an interceptor is called `{name}`, as one of those that are built in; give it another name"
            ),
            Self::Duplicate(name) => write!(
                f,
                "two interceptors are called `{name}`; give one of them another name"
            ),
            Self::NotAName(name) => write!(
                f,
                "an interceptor is called `{name}`, which `only(..)` and `exclude(..)` cannot take; give it a name of \
                 letters, digits and `_`"
            ),
            Self::TooMany(count) => write!(
                f,
                "there are {count} interceptors, and at most {MOST} can be told apart; unite some of them"
            ),
        }
    }
}

impl std::error::Error for InterceptorError {}
