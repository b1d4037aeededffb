//! A span holds no more than its limits say, and what is over them is counted ([span limits]).
//!
//! [span limits]: https://opentelemetry.io/docs/specs/otel/trace/sdk/#span-limits

mod support;

use hyperion::config::{Config, SpanLimits};
use hyperion::{SpanContext, current, observe};
use opentelemetry_sdk::trace::SpanData;
use std::error::Error;
use std::fmt;
use std::sync::{Mutex, PoisonError};
use support::{attribute, install};

#[derive(Debug)]
struct Refused(fmt::Error);

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("refused")
    }
}

impl Error for Refused {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&self.0)
    }
}

#[observe(component = "Limited", fields(a = 1, b = 2, c = 3))]
fn refuses() -> Result<(), Refused> {
    current().event("event").set("a", 1).set("b", 2).set("c", 3);
    current().link(SpanContext::new(1, 2, true));
    Err(Refused(fmt::Error))
}

/// The span of a call within `limits`, of a program whose spans have one attribute in common.
fn span_within(limit: impl FnOnce(&mut SpanLimits)) -> SpanData {
    static ONE: Mutex<()> = Mutex::new(());
    let _one = ONE.lock().unwrap_or_else(PoisonError::into_inner);
    let mut config = Config::default();
    limit(&mut config.tracing.limits);
    config
        .tracing
        .attributes
        .insert("team".into(), "north".into());
    let kept = install(config);
    assert!(refuses().is_err());
    kept.all_spans().remove(0)
}

/// The call site has four attributes, the program one, the call three, and its failure two.
const ALL: usize = 4 + 1 + 3 + 2;

#[test]
fn the_attributes_of_a_span_are_counted_together() {
    for limit in 1..=12u32 {
        let span = span_within(|limits| limits.attributes = limit);
        let kept = ALL.min(limit as usize);
        assert_eq!(span.attributes.len(), kept, "of {limit}");
        assert_eq!(
            span.dropped_attributes_count as usize,
            ALL - kept,
            "of {limit}"
        );
    }
}

#[test]
fn a_span_keeps_what_names_it_first() {
    let span = span_within(|limits| limits.attributes = 3);
    assert!(attribute(&span, "component").is_some());
    assert!(attribute(&span, "team").is_some());
}

#[test]
fn events_and_links_have_limits_of_their_own() {
    let span = span_within(|limits| (limits.attributes, limits.event_attributes) = (2, 128));
    let sizes = |span: &SpanData| -> Vec<(usize, u32)> {
        let events = span.events.iter();
        events
            .map(|event| (event.attributes.len(), event.dropped_attributes_count))
            .collect()
    };
    // The second one is the exception: its type, its message and its sources.
    assert_eq!(sizes(&span), [(3, 0), (3, 0)]);
    let span = span_within(|limits| limits.event_attributes = 2);
    assert_eq!(sizes(&span), [(2, 1), (2, 1)]);
    assert_eq!(span.attributes.len(), ALL);
}
