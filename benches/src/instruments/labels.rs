//! The labels of the series that is written to: four methods and two outcomes.

use hyperion::LabelSet;
use measured::FixedCardinalityLabel;
use std::hint::black_box;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, hyperion::Label, FixedCardinalityLabel)]
pub(super) enum Method {
    Get,
    List,
    Create,
    Delete,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, hyperion::Label, FixedCardinalityLabel)]
pub(super) enum Outcome {
    Ok,
    Error,
}

/// The labels of one series.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, LabelSet)]
pub(super) struct Lookup {
    pub(super) method: Method,
    pub(super) outcome: Outcome,
}

impl Lookup {
    /// The number of series.
    pub(super) const CARDINALITY: usize = <Self as LabelSet>::CARDINALITY;

    /// The keys of the labels.
    pub(super) const KEYS: [&'static str; 2] = ["method", "outcome"];

    /// The number of the series.
    #[inline]
    pub(super) fn index(self) -> usize {
        LabelSet::index(&self)
    }

    /// The values of the labels, in the order of [`KEYS`](Self::KEYS).
    #[inline]
    pub(super) fn values(self) -> [&'static str; 2] {
        let method = match self.method {
            Method::Get => "get",
            Method::List => "list",
            Method::Create => "create",
            Method::Delete => "delete",
        };
        let outcome = match self.outcome {
            Outcome::Ok => "ok",
            Outcome::Error => "error",
        };
        [method, outcome]
    }
}

/// Every call that the labels can tell apart.
const CALLS: [Lookup; 8] = {
    use Method::{Create, Delete, Get, List};
    use Outcome::{Error, Ok};
    const fn of(method: Method, outcome: Outcome) -> Lookup {
        Lookup { method, outcome }
    }
    [
        of(Get, Ok),
        of(Get, Error),
        of(List, Ok),
        of(List, Error),
        of(Create, Ok),
        of(Create, Error),
        of(Delete, Ok),
        of(Delete, Error),
    ]
};

/// The labels, of which the compiler knows no more than in a program.
#[inline]
pub(super) fn labels() -> Lookup {
    CALLS[black_box(0)]
}
