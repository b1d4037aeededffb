//! The comparisons, and the goals of hyperion in each.

/// A goal of hyperion in a row.
#[derive(Clone, Copy, Debug)]
pub enum Goal {
    /// At most so many times what this peer takes.
    Times(&'static str, f64),
    /// At most so many times what hyperion takes in this row.
    TimesRow(&'static str, f64),
    /// At most so many nanoseconds over what hyperion takes in this row.
    OverRow(&'static str, f64),
    /// At most so many nanoseconds over the plain function.
    OverPlain(f64),
    /// At most so many nanoseconds, on the machine that the goal was set on.
    Nanoseconds(f64),
}

/// One comparison: a group of benchmarks that ran in one go.
#[derive(Debug)]
pub struct Row {
    /// Its name, which its group of benchmarks has too.
    pub name: &'static str,
    /// The goals that hyperion has to reach.
    pub goals: &'static [Goal],
}

/// Nothing is installed.
pub const DISABLED: Row = Row {
    name: "span disabled",
    goals: &[Goal::OverPlain(1.0)],
};
/// Below the root of a trace that is not recorded.
pub const UNSAMPLED: Row = Row {
    name: "span unsampled",
    goals: &[Goal::Times("fastrace", 0.5)],
};
/// A recorded call.
pub const SYNC: Row = Row {
    name: "span sync",
    goals: &[Goal::Times("fastrace", 0.6)],
};
/// A recorded asynchronous call that is ready at its first poll.
pub const ASYNC: Row = Row {
    name: "span async",
    goals: &[Goal::Times("fastrace", 0.4)],
};
/// A recorded asynchronous call that is pending three times.
pub const YIELDS: Row = Row {
    name: "span async 3 yields",
    goals: &[Goal::Times("fastrace", 0.4)],
};
/// A recorded call that fails.
pub const ERROR: Row = Row {
    name: "span error",
    goals: &[Goal::Times("fastrace", 0.5)],
};
/// A root and ten children.
pub const REQUEST: Row = Row {
    name: "span request",
    goals: &[Goal::Times("fastrace", 0.5)],
};
/// Recorded calls on two threads, a call.
pub const TWO_THREADS: Row = Row {
    name: "span 2 threads",
    goals: &[Goal::Times("fastrace", 0.5), Goal::TimesRow(SYNC.name, 1.3)],
};
/// A recorded call whose duration goes into a histogram.
pub const WITH_HISTOGRAM: Row = Row {
    name: "span and histogram",
    goals: &[Goal::Times("opentelemetry", 0.23)],
};

/// An addition to a counter.
pub const COUNTER: Row = Row {
    name: "counter",
    goals: &[Goal::Nanoseconds(2.0)],
};
/// Additions to the same series on two threads, an addition.
pub const COUNTER_TWO_THREADS: Row = Row {
    name: "counter 2 threads",
    goals: &[Goal::Nanoseconds(4.0)],
};
/// A value for a histogram with 14 bounds.
pub const HISTOGRAM: Row = Row {
    name: "histogram",
    goals: &[Goal::Nanoseconds(12.0)],
};
/// Values for the same series on two threads, a value.
pub const HISTOGRAM_TWO_THREADS: Row = Row {
    name: "histogram 2 threads",
    goals: &[Goal::Nanoseconds(18.0)],
};
/// An addition in a sampled span, to a series that has its exemplar.
pub const COUNTER_IN_SPAN: Row = Row {
    name: "counter in span",
    goals: &[Goal::OverRow(COUNTER.name, 3.0)],
};
/// A value in a sampled span, for a series whose buckets have their exemplars.
pub const HISTOGRAM_IN_SPAN: Row = Row {
    name: "histogram in span",
    goals: &[Goal::OverRow(HISTOGRAM.name, 3.0)],
};
/// A call whose duration goes into a histogram, without a span.
pub const TIMED: Row = Row {
    name: "timed call",
    goals: &[Goal::Nanoseconds(50.0)],
};

/// The table of spans.
pub const SPANS: &[Row] = &[
    DISABLED,
    UNSAMPLED,
    SYNC,
    ASYNC,
    YIELDS,
    ERROR,
    REQUEST,
    TWO_THREADS,
    WITH_HISTOGRAM,
];
/// The table of metrics.
pub const METRICS: &[Row] = &[
    COUNTER,
    COUNTER_TWO_THREADS,
    HISTOGRAM,
    HISTOGRAM_TWO_THREADS,
    COUNTER_IN_SPAN,
    HISTOGRAM_IN_SPAN,
    TIMED,
];
