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

/// The level of a call or a log line, from the most important to the most detailed.
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

/// The value of a field, and the way in which it is recorded.
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
    /// The expression that is evaluated.
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

/// The way in which an error is written to its span.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::observe) enum ErrorRecord {
    Status,
    #[default]
    Event,
    /// As an event, whose message is what `Debug` gives.
    Debug,
    None,
}

impl Word for ErrorRecord {
    const NAME: &'static str = "record";
    const WORDS: &'static [(&'static str, Self)] = &[
        ("status", Self::Status),
        ("event", Self::Event),
        ("debug", Self::Debug),
        ("none", Self::None),
    ];
}

/// The parts of telemetry that a call takes part in.
#[derive(Clone, Default)]
pub(in crate::observe) enum Parts {
    #[default]
    All,
    Only(Vec<Part>),
    Exclude(Vec<Part>),
}

/// A part of telemetry.
#[derive(Clone)]
pub(in crate::observe) enum Part {
    /// A signal that hyperion itself gives.
    Signal(Signal),
    /// An interceptor of the user's, by its name.
    Interceptor(LitStr),
}

/// The place of a span in its trace.
#[derive(Clone, Default)]
pub(in crate::observe) enum Origin {
    /// Under the current span.
    #[default]
    Current,
    Root,
    Parent(Expr),
}
