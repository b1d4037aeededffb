//! The model of `#[derive(Metrics)]`: only what can be expanded.

use proc_macro2::Span;
use syn::{Ident, LitStr, Type, Visibility};

use crate::buckets::Buckets;
use crate::name::Name;
use crate::table::Place;
use crate::target::Target;

/// The struct, without its metrics.
pub(super) struct Frame {
    pub(super) target: Target,
    pub(super) visibility: Visibility,
    /// The name of the struct, where the user wrote it.
    pub(super) name: Name,
    /// The most series of all its metrics together, if it says so.
    pub(super) max_series: Option<usize>,
    /// The labels that tell its instances apart.
    pub(super) instance_keys: Vec<Name>,
    /// The most instances that there may be.
    pub(super) max_instances: usize,
}

/// A field of the struct.
pub(super) struct MetricsField {
    pub(super) ident: Ident,
    pub(super) ty: Type,
    pub(super) role: Role,
}

/// The purpose of a field.
pub(super) enum Role {
    Metric(Metric),
    Flattened(Flattened),
}

/// A metric, without what its type says.
pub(super) struct Metric {
    pub(super) kind: InstrumentKind,
    /// With the prefix.
    pub(super) name: Name,
    pub(super) unit: String,
    pub(super) help: String,
    pub(super) bounds: Bounds,
    /// The most series that it may have, if it says so.
    pub(super) max_series: Option<usize>,
    pub(super) zero: Zero,
}

/// Another struct of metrics.
pub(super) struct Flattened {
    /// The values that tell the instance apart.
    pub(super) instance: Vec<LitStr>,
    /// The place where that is said, or would be.
    pub(super) span: Span,
}

/// The attribute of a metric.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum InstrumentKind {
    Counter,
    UpDownCounter,
    Gauge,
    Histogram,
}

impl InstrumentKind {
    pub(super) const ALL: [Self; 4] = [
        Self::Counter,
        Self::UpDownCounter,
        Self::Gauge,
        Self::Histogram,
    ];

    /// The name of the attribute.
    pub(super) const fn attribute(self) -> &'static str {
        self.row().0
    }

    /// The type of the field.
    pub(super) const fn instrument(self) -> &'static str {
        self.row().1
    }

    pub(super) const fn place(self) -> Place {
        self.row().2
    }

    const fn row(self) -> (&'static str, &'static str, Place) {
        match self {
            Self::Counter => ("counter", "Counter", Place::Counter),
            Self::UpDownCounter => ("up_down_counter", "UpDownCounter", Place::UpDownCounter),
            Self::Gauge => ("gauge", "Gauge", Place::Gauge),
            Self::Histogram => ("histogram", "Histogram", Place::Histogram),
        }
    }
}

/// Upper bounds of buckets.
pub(super) enum Bounds {
    /// It has no buckets.
    None,
    /// Those of its unit, by their name in the runtime.
    Usual(&'static str),
    Own(Buckets),
}

/// The reason for every series to be there from the start.
#[derive(Clone, Copy)]
pub(super) enum Zero {
    No,
    /// The struct asks for it, for metrics whose labels are known by then.
    IfKnown,
    /// The metric asks for it.
    Yes,
}
