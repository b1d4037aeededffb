//! The places where arguments stand, and the signals that they are about.

use syn::Data;

/// The thing that the attribute of an argument stands on, or the macro around the argument.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    Enum,
    Struct,
    Union,
    Variant,
    Field,
    Counter,
    UpDownCounter,
    Gauge,
    Histogram,
    /// A function or a block, while it is not known which.
    Item,
    /// A function by itself.
    Function,
    /// A method of an observed impl block.
    Method,
    Block,
    /// `span!`, after the name.
    Span,
}

impl Place {
    /// Every place where a type is declared.
    pub(crate) const TYPES: &[Self] = &[Self::Enum, Self::Struct, Self::Union];
    /// Every field that is a metric.
    pub(crate) const METRICS: &[Self] = &[
        Self::Counter,
        Self::UpDownCounter,
        Self::Gauge,
        Self::Histogram,
    ];

    /// The place where the type itself is declared.
    pub(crate) fn of(data: &Data) -> Self {
        match data {
            Data::Enum(_) => Self::Enum,
            Data::Struct(_) => Self::Struct,
            Data::Union(_) => Self::Union,
        }
    }

    pub(crate) fn in_words(self) -> &'static str {
        match self {
            Self::Enum => "an enum",
            Self::Struct => "a struct",
            Self::Union => "a union",
            Self::Variant => "a variant",
            Self::Field => "a field",
            Self::Counter => "a counter",
            Self::UpDownCounter => "an up-down counter",
            Self::Gauge => "a gauge",
            Self::Histogram => "a histogram",
            Self::Item | Self::Function | Self::Method => "a function",
            Self::Block => "an impl block",
            Self::Span => "a span",
        }
    }
}

/// A signal of telemetry, which a call can do without.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Signal {
    Trace,
    Metrics,
    Log,
}

impl Signal {
    pub(crate) const ALL: [Self; 3] = [Self::Trace, Self::Metrics, Self::Log];

    /// The word that users have for it.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Trace => "trace",
            Self::Metrics => "metrics",
            Self::Log => "log",
        }
    }
}
