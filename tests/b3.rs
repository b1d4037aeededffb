//! B3 between services, chosen in the configuration.

mod support;

use hyperion::config::{Config, Propagator, Sampler};
use hyperion::observe;
use hyperion::propagation::{extract, inject};
use opentelemetry::trace::{SpanId, TraceId};
use std::collections::BTreeMap;
use std::sync::OnceLock;
use support::{Kept, span};

fn kept() -> &'static Kept {
    static KEPT: OnceLock<Kept> = OnceLock::new();
    KEPT.get_or_init(|| {
        let mut config = Config::default();
        config.propagation.propagators = vec![Propagator::B3, Propagator::B3Multi];
        config.tracing.sampler = Sampler::ParentBasedRatio(0.5);
        support::install(config)
    })
}

#[observe(component = "Server", parent = extract(&[("b3", header)]))]
fn answer(header: &str) -> BTreeMap<String, String> {
    let mut headers = BTreeMap::new();
    inject(&mut headers);
    headers
}

/// The headers that are sent on, and the number of spans that were recorded.
fn answered(trace: u128, header: &str) -> (BTreeMap<String, String>, usize) {
    kept();
    let sent = answer(header);
    (sent, kept().spans_of(TraceId::from(trace)).len())
}

#[test]
fn the_decision_of_the_caller_holds() {
    // A ratio records the lower half of all ids.
    let high = u128::MAX;
    for (state, recorded, sent_state) in [("-1", 1, "1"), ("-0", 0, "0"), ("-d", 1, "d")] {
        for trace in [high, 1] {
            let trace = trace ^ u128::from(sent_state.as_bytes()[0]) << 64;
            let (sent, count) = answered(trace, &format!("{trace:032x}-00000000000000b2{state}"));
            assert_eq!(count, recorded, "{state}");
            assert!(sent["b3"].starts_with(&format!("{trace:032x}-")));
            assert!(
                sent["b3"].ends_with(&format!("-{sent_state}")),
                "{}",
                sent["b3"]
            );
            assert_eq!(sent.contains_key("x-b3-flags"), sent_state == "d");
            assert_eq!(sent.len(), 4);
        }
    }
}

#[test]
fn a_decision_that_is_left_to_us_is_made_here() {
    for (trace, recorded, state) in [
        (0xffff_u128 << 64 | u128::from(u64::MAX), 0, "-0"),
        (0xffff_u128 << 64 | 1, 1, "-1"),
    ] {
        let (sent, count) = answered(trace, &format!("{trace:032x}-00000000000000b2"));
        assert_eq!(count, recorded, "{trace:x}");
        assert!(sent["b3"].ends_with(state), "{}", sent["b3"]);
    }
}

#[test]
fn sixty_four_bits_are_a_trace() {
    let (_, count) = answered(0xabc, "0000000000000abc-00000000000000b2-1");
    assert_eq!(count, 1);
    let spans = kept().spans_of(TraceId::from(0xabc));
    assert_eq!(
        span(&spans, "Server.answer").parent_span_id,
        SpanId::from(0xb2)
    );
}

#[test]
fn a_denial_is_handed_on() {
    kept();
    let sent = answer("0");
    let header = &sent["b3"];
    assert!(header.ends_with("-0") && header.len() == 51, "{header}");
    let trace = u128::from_str_radix(&header[..32], 16).expect("an id");
    assert!(kept().spans_of(TraceId::from(trace)).is_empty());
}

#[test]
fn what_is_not_chosen_is_not_read() {
    kept();
    let headers = [
        (
            "traceparent",
            "00-000000000000000000000000000000c1-00000000000000c2-01",
        ),
        ("baggage", "a=1"),
    ];
    assert!(extract(&headers).is_empty());
}
