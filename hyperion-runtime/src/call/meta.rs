//! The facts about a call site that are known when it is compiled.

use crate::interceptor::Only;
use crate::level::Level;
use crate::span_kind::SpanKind;

/// A call site as the macro saw it.
#[derive(Debug)]
pub struct CallsiteMeta {
    /// The span's name; empty where the user gave none.
    pub name: &'static str,
    /// The first half of the span's name; empty where the user gave none.
    pub component: &'static str,
    /// The function's own name.
    pub method: &'static str,
    /// The kind of the span.
    pub kind: SpanKind,
    /// The level of the call.
    pub level: Level,
    /// Names a type beside the call site, and so the function: `crate::module::Type::method::__Here`.
    pub path: fn() -> &'static str,
    /// The settings that few call sites have.
    pub details: &'static Details,
}

impl CallsiteMeta {
    /// A call site that says nothing, for an expansion to begin with.
    pub const DEFAULT: Self = Self {
        name: "",
        component: "",
        method: "",
        kind: SpanKind::Internal,
        level: Level::Info,
        path: || "",
        details: &NO_DETAILS,
    };
}

/// The settings that few call sites have. Most share one of these.
#[derive(Debug)]
pub struct Details {
    /// The parts that are recorded.
    pub parts: Parts,
    /// The interceptors of the program that see the call: only these,
    pub only: Only,
    /// and not these.
    pub exclude: &'static [&'static str],
    /// The level of the lines that tell of the call's start and end.
    pub log: Option<Level>,
    /// Set if calls that run are counted.
    pub in_flight: bool,
    /// Upper bounds of the duration's buckets, in seconds; empty for the usual ones.
    pub buckets: &'static [f64],
    /// The keys of the labels.
    pub labels: &'static [&'static str],
    /// The detail in which an error is written to the span.
    pub record: Record,
    /// Set if the span begins a trace, whatever is around it.
    pub root: bool,
    /// Set if the span has attributes about the code that makes it.
    pub location: bool,
}

static NO_DETAILS: Details = Details::DEFAULT;

impl Details {
    /// Those of a call site that says nothing.
    pub const DEFAULT: Self = Self {
        parts: Parts::ALL,
        only: Only::Any,
        exclude: &[],
        log: None,
        in_flight: false,
        buckets: &[],
        labels: &[],
        record: Record::Event,
        root: false,
        location: true,
    };
}

/// The detail in which an error is recorded: the argument of `err(record = …)`.
///
/// In every case the metric of the call counts the error under its kind, and a log line of the call names the kind. A panic is
/// not the caller's to hush up: it always marks its span.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Record {
    /// `event`: the span's status is `Error` with the error's message, `error.type` names its kind, and an exception with
    /// its type, message and sources is recorded.
    #[default]
    Event,
    /// `status`: as `event`, but without the exception.
    Status,
    /// `none`: the span tells nothing but `outcome = "error"`. For errors that are expected, or that hold what must not
    /// leave the process.
    None,
}

/// A set of the parts that can be recorded of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parts(u8);

impl Parts {
    /// A span.
    pub const TRACE: Self = Self(1);
    /// The duration, and what else is counted.
    pub const METRICS: Self = Self(1 << 1);
    /// Lines that tell of its start and end.
    pub const LOG: Self = Self(1 << 2);
    /// All of these.
    pub const ALL: Self = Self(0b111);
    /// Nothing.
    pub const NONE: Self = Self(0);

    /// These and those.
    #[must_use]
    pub const fn with(self, others: Self) -> Self {
        Self(self.0 | others.0)
    }

    /// These without those.
    #[must_use]
    pub const fn without(self, others: Self) -> Self {
        Self(self.0 & !others.0)
    }

    /// Returns true if all of `others` are among these.
    pub const fn contains(self, others: Self) -> bool {
        self.0 & others.0 == others.0
    }
}

/// Names a type by its path, which holds that of the function that it is in.
pub fn path_of<T>() -> &'static str {
    core::any::type_name::<T>()
}

/// Checks upper bounds when the program is compiled.
///
/// # Panics
///
/// During compilation, where they are not finite or not in ascending order.
#[track_caller]
pub const fn buckets(bounds: &'static [f64]) -> &'static [f64] {
    assert!(
        !bounds.is_empty(),
        "`buckets` needs at least one upper bound"
    );
    let mut rest = bounds;
    let mut last = -1.0;
    while let [bound, after @ ..] = rest {
        assert!(
            bound.is_finite(),
            "every upper bound in `buckets` has to be finite"
        );
        assert!(
            *bound >= 0.0,
            "an upper bound in `buckets` is negative, and no measurement is"
        );
        assert!(
            *bound > last,
            "the upper bounds in `buckets` have to be in ascending order, each once"
        );
        last = *bound;
        rest = after;
    }
    bounds
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_a_set() {
        let parts = Parts::ALL.without(Parts::LOG);
        assert!(parts.contains(Parts::TRACE.with(Parts::METRICS)));
        assert!(!parts.contains(Parts::LOG));
        assert_eq!(Parts::NONE.with(Parts::LOG), Parts::LOG);
    }

    #[test]
    fn bounds_that_ascend_are_bounds() {
        const BOUNDS: &[f64] = buckets(&[0.1, 0.5, 2.0]);
        assert_eq!(BOUNDS.len(), 3);
        for wrong in [
            &[-1.0, 1.0][..],
            &[1.0, 1.0][..],
            &[2.0, 1.0],
            &[f64::NAN],
            &[1.0, f64::INFINITY],
            &[],
        ] {
            assert!(
                std::panic::catch_unwind(|| buckets(wrong)).is_err(),
                "{wrong:?}"
            );
        }
    }
}
