//! The values of the arguments: only those that can be expanded.

use syn::{Expr, LitStr};

use crate::table::{Signal, Word};

/// The kind of the span.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::observe) enum SpanKind {
    Server,
    Client,
    Producer,
    Consumer,
    #[default]
    Internal,
}

impl Word for SpanKind {
    const NAME: &'static str = "kind";
    const WORDS: &'static [(&'static str, Self)] = &[
        ("server", Self::Server),
        ("client", Self::Client),
        ("producer", Self::Producer),
        ("consumer", Self::Consumer),
        ("internal", Self::Internal),
    ];
}

/// How much detail a call or a log line is.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::observe) enum Level {
    Error,
    Warn,
    #[default]
    Info,
    Debug,
    Trace,
}

impl Word for Level {
    const NAME: &'static str = "level";
    const WORDS: &'static [(&'static str, Self)] = &[
        ("error", Self::Error),
        ("warn", Self::Warn),
        ("info", Self::Info),
        ("debug", Self::Debug),
        ("trace", Self::Trace),
    ];
}

/// One span attribute.
#[derive(Clone)]
pub(in crate::observe) struct SpanField {
    /// The key as it is recorded, at the place where the user wrote it.
    pub(in crate::observe) key: LitStr,
    pub(in crate::observe) value: FieldValue,
}

/// What a field records, and how.
#[derive(Clone)]
pub(in crate::observe) enum FieldValue {
    /// `key = expr`, or the bare name of an argument.
    Typed(Expr),
    /// `key = "text"`.
    Literal(LitStr),
    /// `key = %expr`.
    Display(Expr),
    /// `key = ?expr`.
    Debug(Expr),
}

impl FieldValue {
    /// What is evaluated.
    pub(in crate::observe) fn expr(&self) -> Option<&Expr> {
        match self {
            Self::Typed(expr) | Self::Display(expr) | Self::Debug(expr) => Some(expr),
            Self::Literal(_) => None,
        }
    }
}

/// One metric label.
#[derive(Clone)]
pub(in crate::observe) struct CallLabel {
    pub(in crate::observe) key: LitStr,
    pub(in crate::observe) value: Expr,
}

/// A question to an error or to an output.
#[derive(Clone)]
pub(in crate::observe) enum Predicate {
    /// The name of a function, which is called as it stands there: its argument coerces.
    Path(syn::ExprPath),
    /// A closure, whose argument has a type only where the closure is passed to a function.
    Closure(syn::ExprClosure),
}

/// How an error is written to its span.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::observe) enum ErrorRecord {
    Status,
    #[default]
    Event,
    None,
}

impl Word for ErrorRecord {
    const NAME: &'static str = "record";
    const WORDS: &'static [(&'static str, Self)] = &[
        ("status", Self::Status),
        ("event", Self::Event),
        ("none", Self::None),
    ];
}

/// What a call takes part in.
#[derive(Clone, Default)]
pub(in crate::observe) enum Parts {
    #[default]
    All,
    Only(Vec<Part>),
    Exclude(Vec<Part>),
}

/// Something that a call takes part in.
#[derive(Clone)]
pub(in crate::observe) enum Part {
    /// What hyperion itself does with it.
    Signal(Signal),
    /// An interceptor of the user's, by its name.
    Interceptor(LitStr),
}

/// Where a span hangs.
#[derive(Clone, Default)]
pub(in crate::observe) enum Origin {
    /// Under the current span.
    #[default]
    Current,
    Root,
    Parent(Expr),
}
