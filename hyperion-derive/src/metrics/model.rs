//! What `#[derive(Metrics)]` can be: only what can be expanded.

use proc_macro2::Span;
use syn::{Ident, LitStr, Type, Visibility};

use crate::buckets::Buckets;
use crate::name::Name;
use crate::table::Place;
use crate::target::Target;

/// What the struct says about all its metrics.
pub(super) struct Frame {
    pub(super) target: Target,
    pub(super) visibility: Visibility,
    /// The name of the struct, where the user wrote it.
    pub(super) name: Name,
    /// How many series there may be, and where that is said.
    pub(super) max_series: Option<usize>,
    /// The labels that tell its instances apart.
    pub(super) instance_keys: Vec<Name>,
    /// How many instances there may be.
    pub(super) max_instances: usize,
}

/// A field of the struct.
pub(super) struct MetricsField {
    pub(super) ident: Ident,
    pub(super) ty: Type,
    pub(super) role: Role,
}

/// What a field is for.
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
    /// How many series it may have, if it says so.
    pub(super) max_series: Option<usize>,
    pub(super) zero: Zero,
}

/// Another struct of metrics.
pub(super) struct Flattened {
    /// What tells the instance apart.
    pub(super) instance: Vec<LitStr>,
    /// Where that is said, or would be.
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

/// Whether every series is there from the start.
#[derive(Clone, Copy)]
pub(super) enum Zero {
    No,
    /// If its labels are known by then: the struct asks for it.
    IfKnown,
    /// The metric asks for it.
    Yes,
}
