//! The rows of the comparison: what they do, and what hyperion has to reach in them.

use super::target::{
    Limit::{Over, Times, TimesBest},
    Target, ours, own_context,
};

/// A row as the tables have it.
#[derive(Debug)]
pub(super) struct Row {
    /// Its name, which `hyperion-benches` has, too.
    pub(super) name: &'static str,
    pub(super) section: Section,
    /// The work of one operation, for a reader who asks if it is the same for all.
    pub(super) about: &'static str,
    pub(super) targets: &'static [Target],
    /// The most allocations of an operation, by peer.
    pub(super) allocations: &'static [(&'static str, f64)],
}

/// A part of the document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Section {
    Spans,
    Metrics,
    Propagation,
}

/// All rows, in the order of the tables.
pub(super) const ROWS: &[Row] = &[
    Row {
        name: "span disabled",
        section: Section::Spans,
        about: "A call where nothing is installed. OpenTelemetry is asked through its global tracer, as a library would. \
                Tracing is without a subscriber, which is oxtel's state, too. The floor reads one atomic word.",
        targets: &[ours(Over("plain", 1.5)), ours(Times("tracing", 1.0))],
        allocations: &[("hyperion", 0.0)],
    },
    Row {
        name: "span unsampled",
        section: Section::Spans,
        about: "A call below the root of a trace that is not recorded, with everything installed; nothing may arrive.",
        targets: &[ours(Times("fastrace", 0.5))],
        allocations: &[("hyperion", 0.0)],
    },
    Row {
        name: "span sync",
        section: Section::Spans,
        about: "A recorded call, the child of an active parent, with two attributes, a `&'static str` and a `u64`. fastrace \
                formats the number, since it has only strings. OpenTelemetry's context is attached by hyperion, the SDK and \
                tracing-opentelemetry; fastrace, oxtel and hyperion with its own context have none of it. The \
                floor reads the clock twice and writes a record of 96 bytes into a buffer that is there.",
        targets: &[
            ours(Times("fastrace", 0.75)),
            own_context(Times("fastrace", 0.30)),
        ],
        allocations: &[("hyperion", 2.0), ("hyperion, own context", 0.0)],
    },
    Row {
        name: "span async",
        section: Section::Spans,
        about: "The same as an `async fn` that is ready at its first poll.",
        targets: &[ours(Times("fastrace", 0.35))],
        allocations: &[("hyperion", 2.0), ("hyperion, own context", 0.0)],
    },
    Row {
        name: "span async 3 yields",
        section: Section::Spans,
        about: "The same, pending three times, so it is polled four times.",
        targets: &[ours(Times("fastrace", 0.35))],
        allocations: &[("hyperion", 2.0), ("hyperion, own context", 0.0)],
    },
    Row {
        name: "span error",
        section: Section::Spans,
        about: "A recorded call that returns `Err`: status, type and message of the error go on the span. tracing has `err`; \
                for fastrace and the SDK it is written by hand.",
        targets: &[ours(Times("fastrace", 0.40))],
        allocations: &[],
    },
    Row {
        name: "span request",
        section: Section::Spans,
        about: "A root and ten children as above, one operation together.",
        targets: &[ours(Times("fastrace", 0.50))],
        allocations: &[],
    },
    Row {
        name: "span 2 threads",
        section: Section::Spans,
        about: "`span sync` on two threads at once, a call.",
        targets: &[
            ours(Times("fastrace", 0.75)),
            own_context(Times("fastrace", 0.35)),
            ours(Times("hyperion, 1 thread", 1.3)),
        ],
        allocations: &[],
    },
    Row {
        name: "span and histogram",
        section: Section::Spans,
        about: "`span sync` whose duration also goes into a histogram, by hand in the SDK and with oxtel, whose histograms \
                are looked up once. autometrics counts the call, too, but has no span. hyperion's histogram has an exemplar \
                and the kind of error as a label.",
        targets: &[ours(Times("hyperion, span alone", 1.2))],
        allocations: &[],
    },
    Row {
        name: "counter",
        section: Section::Metrics,
        about: "An addition to a counter with two labels, of four values and of two. Libraries without more words look their \
                series up once and keep it; those with `labels` are given the labels at every write, as hyperion always is. \
                `plain` makes the labels and works out the number of their series; the floor also adds to a cell of its \
                thread's own.",
        targets: &[ours(Over("plain", 2.0)), ours(Times("prometheus", 1.0))],
        allocations: &[("hyperion", 0.0)],
    },
    Row {
        name: "counter 2 threads",
        section: Section::Metrics,
        about: "The same series on two threads at once, an addition.",
        targets: &[ours(Over("plain", 4.0)), ours(TimesBest(0.2))],
        allocations: &[],
    },
    Row {
        name: "histogram",
        section: Section::Metrics,
        about: "A value for a histogram with 14 bounds and the same labels; the values fall into most buckets.",
        targets: &[ours(TimesBest(0.75))],
        allocations: &[("hyperion", 0.0)],
    },
    Row {
        name: "histogram 2 threads",
        section: Section::Metrics,
        about: "The same series on two threads at once, a value.",
        targets: &[ours(TimesBest(0.2))],
        allocations: &[],
    },
    Row {
        name: "timed call",
        section: Section::Metrics,
        about: "A call whose duration goes into a histogram without labels of the call's own; spans are off. autometrics \
                counts the call, too.",
        targets: &[ours(TimesBest(0.75))],
        allocations: &[("hyperion", 0.0)],
    },
    Row {
        name: "counter in span",
        section: Section::Metrics,
        about: "An addition in a sampled span, to a series that has its exemplar; `outside` is the same series, and no span.",
        targets: &[ours(Over("hyperion, outside", 3.0))],
        allocations: &[("hyperion", 0.0)],
    },
    Row {
        name: "histogram in span",
        section: Section::Metrics,
        about: "A value in a sampled span, for a series whose buckets have their exemplars; `outside` likewise.",
        targets: &[ours(Over("hyperion, outside", 3.0))],
        allocations: &[("hyperion", 0.0)],
    },
    Row {
        name: "inject",
        section: Section::Propagation,
        about: "The context of a sampled span is written into a `HeaderMap` as W3C Trace Context, over the headers of the call \
                before. hyperion looks for baggage, too, and finds none. Its global propagator is asked through \
                OpenTelemetry's API, as other libraries do.",
        targets: &[ours(Times("opentelemetry", 0.3))],
        allocations: &[("hyperion", 1.0)],
    },
    Row {
        name: "inject into a map",
        section: Section::Propagation,
        about: "The same into a `HashMap` of strings.",
        targets: &[ours(Times("opentelemetry", 0.3))],
        allocations: &[("hyperion", 0.0)],
    },
    Row {
        name: "extract",
        section: Section::Propagation,
        about: "A parent is read from a `HeaderMap` with four other headers, as W3C Trace Context. hyperion's own is made part \
                of a context when a span starts under it; the others are a context at once.",
        targets: &[ours(Times("opentelemetry", 0.3))],
        allocations: &[("hyperion", 0.0)],
    },
    Row {
        name: "extract with tracestate",
        section: Section::Propagation,
        about: "The same with a `tracestate` of two members.",
        targets: &[ours(Times("opentelemetry", 0.3))],
        allocations: &[("hyperion", 1.0)],
    },
    Row {
        name: "request tower",
        section: Section::Spans,
        about: "A request that a service of tower answers at once, with its body, below a layer that makes a span of it, whose \
                parent is in the headers: hyperion-tower, opentelemetry-instrumentation-tower, and the `TraceLayer` of tower-http \
                with a span as its users write it. Only hyperion's ends with the body. Metrics are off.",
        targets: &[
            ours(Times("opentelemetry", 1.0)),
            ours(Times("tracing", 0.5)),
        ],
        allocations: &[],
    },
];

/// Returns the row of this name.
pub(super) fn row(name: &str) -> Option<&'static Row> {
    ROWS.iter().find(|row| row.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_has_a_target_and_a_name_of_its_own() {
        for (index, row) in ROWS.iter().enumerate() {
            assert!(!row.targets.is_empty(), "{}", row.name);
            assert!(ROWS[..index].iter().all(|other| other.name != row.name));
        }
    }
}
