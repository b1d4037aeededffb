#![doc = include_str!("../README.md")]

#[doc = include_str!("error_type.md")]
pub use hyperion_derive::ErrorType;
#[doc = include_str!("field.md")]
pub use hyperion_derive::Field;
#[doc = include_str!("label.md")]
pub use hyperion_derive::Label;
#[doc = include_str!("label_set.md")]
pub use hyperion_derive::LabelSet;
#[doc = include_str!("metrics.md")]
pub use hyperion_derive::Metrics;
#[doc = include_str!("observe.md")]
pub use hyperion_derive::observe;
#[doc = include_str!("span.md")]
pub use hyperion_derive::span;
pub use hyperion_runtime::call::{
    EnteredSpan, ErrorCondition, ErrorType, Field, FieldArray, FieldElement, FieldValue, Span,
    SpanKind,
};
pub use hyperion_runtime::context::{
    AsSpanContext, EventBuilder, InContext, Links, ParseSpanContextError, SpanContext, SpanHandle,
    current, in_current_context, with_current_context,
};
pub use hyperion_runtime::interceptor::{CallEnd, CallInfo, CallOutcome, Interceptor};
pub use hyperion_runtime::level::{Level, LevelFilter, MAX_LEVEL, ParseLevelError};
pub use hyperion_runtime::metrics::{
    Bounded, Counter, CounterNumber, Gauge, Histogram, Label, LabelSet, Metrics, Number,
    Observation, SignedNumber, Timer, UpDownCounter,
};
pub use hyperion_runtime::{baggage, propagation};

#[cfg(feature = "logs")]
pub use hyperion_otel::logs;
#[cfg(feature = "otel")]
pub use hyperion_otel::{
    Builder, Error, Levels, ShutdownReport, Telemetry, bridge, builder, config, export, init,
};
#[cfg(feature = "tokio")]
pub use hyperion_runtime::context::{spawn, spawn_blocking};
#[cfg(not(feature = "otel"))]
pub use hyperion_runtime::pipeline::{Error, Levels, ShutdownReport, Telemetry, init};
#[cfg(feature = "otel")]
pub use hyperion_runtime::{interceptor::InterceptorError, metrics::snapshot};

#[cfg(any(doc, doctest))]
#[doc = include_str!("recipes.md")]
pub mod recipes {}

/// The names that expansions use. Not for use by hand: they change without notice.
#[doc(hidden)]
pub mod __private {
    pub use hyperion_runtime::call::*;
    pub use hyperion_runtime::metrics::{
        Counter, Declaration, Gauge, Group, Histogram, Instance, Instrument, LabelSet, Metrics,
        Texts, UpDownCounter, bounds, budget, label_set,
    };
}
