//! What goes out and what comes in, format by format.

mod received;

use super::*;
use crate::config::Propagator::{B3, B3Multi, Baggage, Jaeger, TraceContext};
use opentelemetry::KeyValue;
use opentelemetry::baggage::BaggageExt;
use opentelemetry::propagation::TextMapPropagator;
use opentelemetry::trace::TraceContextExt;
use proptest::prelude::{any, prop, prop_assert, prop_assert_eq, proptest};
use std::collections::{BTreeMap, HashMap};

const TRACE: u128 = 0x463a_c35c_9f64_13ad_4848_5a39_53bb_6124;
const SPAN: u64 = 0x0020_0000_0000_0001;
const IDS: &str = "463ac35c9f6413ad48485a3953bb6124-0020000000000001";

fn extract(propagators: &[Propagator], headers: &[(&str, &str)]) -> PropagatedContext {
    extract_from(propagators, &headers)
}

fn extract_from(propagators: &[Propagator], carrier: &dyn Extractor) -> PropagatedContext {
    let mut found = PropagatedContext::EMPTY;
    Formats.extract(Chosen::of(propagators).0, carrier, &mut found);
    found
}

/// The headers of a context, in the order of their names.
fn injected(propagators: &[Propagator], context: &Context) -> BTreeMap<String, String> {
    let mut headers = BTreeMap::new();
    inject_into(propagators, context, &mut headers);
    headers
}

fn inject_into(propagators: &[Propagator], context: &Context, carrier: &mut dyn Injector) {
    let span = context.span();
    let chosen = Chosen::of(propagators).0;
    Formats.inject(chosen, span.span_context(), Some(context), carrier);
}

fn context(span: &SpanContext) -> Context {
    Context::new().with_remote_span_context(span.into())
}

fn pairs<const N: usize>(pairs: [(&str, &str); N]) -> BTreeMap<String, String> {
    pairs
        .map(|(key, value)| (key.to_owned(), value.to_owned()))
        .into()
}

#[test]
fn chosen_propagators_are_told_apart() {
    for propagators in [&[][..], &[Jaeger], &[B3, Baggage], &ALL] {
        assert_eq!(
            Chosen::of(propagators).all().collect::<Vec<_>>(),
            propagators
        );
    }
    let twice = [B3, TraceContext, B3, TraceContext];
    assert_eq!(Chosen::of(&twice), Chosen::of(&[B3, TraceContext]));
}

#[test]
fn each_format_is_written() {
    let span = SpanContext::new(TRACE, SPAN, true).with_trace_state("a=1");
    let (sampled, unsampled) = (context(&span), context(&SpanContext::new(1, 2, false)));
    let debug = sampled.with_value(DebuggedTrace(TRACE));
    let (trace, span) = IDS.split_once('-').expect("two ids");
    assert_eq!(
        injected(&[TraceContext], &debug),
        pairs([
            ("traceparent", &format!("00-{IDS}-01")),
            ("tracestate", "a=1")
        ])
    );
    for (context, state) in [(&sampled, "1"), (&debug, "d")] {
        assert_eq!(
            injected(&[B3], context),
            pairs([("b3", &format!("{IDS}-{state}"))])
        );
    }
    assert_eq!(
        injected(&[B3], &unsampled)["b3"],
        format!("{:032x}-{:016x}-0", 1, 2)
    );
    let ids = [("x-b3-traceid", trace), ("x-b3-spanid", span)];
    assert_eq!(
        injected(&[B3Multi], &sampled),
        pairs([ids[0], ids[1], ("x-b3-sampled", "1")])
    );
    assert_eq!(
        injected(&[B3Multi], &debug),
        pairs([ids[0], ids[1], ("x-b3-flags", "1")])
    );
    assert_eq!(injected(&[B3Multi], &unsampled)["x-b3-sampled"], "0");
    for (context, flags) in [(&sampled, "1"), (&debug, "3")] {
        let header = format!("{trace}:{span}:0:{flags}");
        assert_eq!(
            injected(&[Jaeger], context),
            pairs([("uber-trace-id", &header)])
        );
    }
    assert_eq!(injected(&ALL, &unsampled).len(), 6);
    // Where there is nothing, nothing is written.
    assert_eq!(injected(&ALL, &Context::new()), pairs([]));
    assert_eq!(injected(&[], &sampled), pairs([]));
}

#[test]
fn headers_of_another_call_do_not_stay() {
    let mut headers = pairs([
        ("X-B3-ParentSpanId", "1"),
        ("X-B3-Flags", "1"),
        ("Tracestate", "old=1"),
    ]);
    let sampled = context(&SpanContext::new(TRACE, SPAN, true));
    inject_into(&[B3Multi, TraceContext], &sampled, &mut headers);
    let names: Vec<_> = headers.keys().map(String::as_str).collect();
    assert_eq!(
        names,
        ["traceparent", "x-b3-sampled", "x-b3-spanid", "x-b3-traceid"]
    );
}

#[test]
fn a_debug_flag_is_one_of_its_trace() {
    let read = extract(&[B3], &[("b3", &format!("{IDS}-d"))]);
    let debug = read.__in(&Context::new());
    assert_eq!(injected(&[B3], &debug)["b3"], format!("{IDS}-d"));
    let other_trace = debug.with_remote_span_context((&SpanContext::new(1, 2, true)).into());
    assert!(injected(&[B3], &other_trace)["b3"].ends_with("-1"));
}

#[test]
fn of_several_formats_the_last_that_is_found_counts() {
    let headers = [
        (
            "traceparent",
            "00-00000000000000000000000000000001-0000000000000002-01",
        ),
        ("b3", &format!("{IDS}-1")),
        ("uber-trace-id", "wrong"),
    ];
    let trace = |propagators: &[_]| extract(propagators, &headers).span_context().trace_id();
    assert_eq!(trace(&[TraceContext, B3, Jaeger]), TRACE);
    assert_eq!(trace(&[B3, TraceContext]), 1);
    assert_eq!(trace(&[Jaeger]), 0);
}

#[test]
fn of_the_same_span_in_several_formats_everything_is_kept() {
    let span = SpanContext::new(TRACE, SPAN, true)
        .with_trace_flags(3)
        .with_trace_state("a=1");
    let around = context(&span).with_value(DebuggedTrace(TRACE));
    let headers = injected(&ALL, &around);
    let read = extract_from(&[TraceContext, B3], &headers);
    assert_eq!(read.span_context(), &span);
    assert_eq!(injected(&ALL, &read.__in(&Context::new())), headers);
}

#[test]
fn baggage_is_read_and_written() {
    let read = extract(
        &[TraceContext, Baggage],
        &[
            ("Baggage", "tenant=acme ; p = 1, note = two%20words"),
            ("baggage", "n=%C3%A9,wrong,="),
        ],
    );
    assert!(!read.span_context().is_valid() && !read.is_empty());
    for (key, value) in [("tenant", "acme"), ("note", "two words"), ("n", "\u{e9}")] {
        assert_eq!(read.baggage(key), Some(value));
    }
    assert_eq!(read.baggage("wrong"), None);
    let context = read.__in(&Context::new());
    let header = &injected(&[Baggage], &context)["baggage"];
    let mut members: Vec<_> = header.split(',').collect();
    members.sort_unstable();
    assert_eq!(
        members,
        ["n=%C3%A9", "note=two%20words", "tenant=acme;p = 1"]
    );
    assert!(extract(&[TraceContext], &[("baggage", "a=b")]).is_empty());
    assert!(extract(&[Baggage], &[("baggage", "")]).is_empty());
}

#[test]
fn values_keep_their_percent_and_equals_signs() {
    let read = extract(
        &[Baggage],
        &[("baggage", "a=1==2=;p=q=r,b=50%25,wrong,c=x")],
    );
    assert_eq!(read.baggage("a"), Some("1==2="));
    assert_eq!(
        (read.baggage("b"), read.baggage("c")),
        (Some("50%"), Some("x"))
    );
    assert_eq!(read.baggage("wrong"), None);
    let headers = injected(&[Baggage], &read.__in(&Context::new()));
    let again = extract_from(&[Baggage], &headers);
    for key in ["a", "b", "c"] {
        assert_eq!(again.baggage(key), read.baggage(key));
    }
}

#[test]
fn baggage_cannot_break_out_of_its_header() {
    let read = extract(&[Baggage], &[("baggage", "a=1;p=%0D%0Ax-admin:%201,b=2")]);
    assert_eq!(read.baggage("a"), Some("1"));
    let context = read.__in(&Context::new());
    assert_eq!(injected(&[Baggage], &context), pairs([("baggage", "b=2")]));
}

#[test]
fn baggage_has_its_limits() {
    let read = extract(&[Baggage], &[("baggage", &"a".repeat(9000))]);
    assert!(read.is_empty());
    let headers: Vec<_> = (0..1000)
        .map(|number| ("baggage", format!("key{number}={}", "v".repeat(100))))
        .collect();
    assert!(extract_from(&[Baggage], &headers).is_empty());
    let many = vec![("baggage", "a=1"); 1000];
    assert_eq!(extract(&[Baggage], &many).baggage("a"), Some("1"));
    // What is escaped grows.
    let full = (0..60).map(|number| KeyValue::new(format!("k{number}"), "\u{1f980}".repeat(30)));
    let header = baggage::header(&Context::new().with_baggage(full)).expect("some fits");
    assert!(
        header.len() <= 8192 && header.len() > 7000,
        "{}",
        header.len()
    );
    assert!(
        header.split(',').all(|member| member.ends_with("%80")),
        "members are whole"
    );
}

#[derive(Debug, PartialEq)]
struct Kept(u8);

#[test]
fn libraries_that_ask_opentelemetry_get_the_same() {
    let text_map = text_map::TextMap::new(Chosen::of(&[TraceContext, Baggage, B3Multi]));
    let fields: Vec<_> = text_map.fields().collect();
    assert_eq!(fields[..3], ["traceparent", "tracestate", "baggage"]);
    let around = context(&SpanContext::new(TRACE, SPAN, true).with_trace_state("a=1"))
        .with_baggage([KeyValue::new("tenant", "acme")]);
    let mut headers = HashMap::<String, String>::new();
    text_map.inject_context(&around, &mut headers);
    let expected = injected(&[TraceContext, Baggage, B3Multi], &around);
    assert_eq!(
        headers.iter().collect::<BTreeMap<_, _>>(),
        expected.iter().collect()
    );
    let read = text_map.extract_with_context(&Context::new().with_value(Kept(7)), &headers);
    assert_eq!(read.get(), Some(&Kept(7)));
    assert_eq!(read.span().span_context(), around.span().span_context());
    assert_eq!(
        read.baggage()
            .get("tenant")
            .map(opentelemetry::StringValue::as_str),
        Some("acme")
    );
    let nothing = text_map.extract_with_context(&around, &HashMap::<String, String>::new());
    assert_eq!(nothing.span().span_context(), around.span().span_context());
}

proptest! {
    #[test]
    fn what_is_written_is_read(
        trace_id in 1u128..,
        span_id in 1u64..,
        flags in 0..4u8,
        is_debug in any::<bool>(),
        state in "([a-z]{1,5}=[!-+]{1,9})?",
        tenant in "\\PC{0,20}",
        format in prop::sample::select(&[TraceContext, B3, B3Multi, Jaeger]),
    ) {
        let flags = if is_debug { flags | 1 } else { flags };
        let span = SpanContext::new(trace_id, span_id, false).with_trace_flags(flags).with_trace_state(&state);
        // The SDK keeps no blanks around.
        let tenant = tenant.trim();
        let mut around = context(&span).with_baggage([KeyValue::new("tenant", tenant.to_owned())]);
        if is_debug {
            around = around.with_value(DebuggedTrace(trace_id));
        }
        let headers = injected(&[format, Baggage], &around);
        let read = extract_from(&[format, Baggage], &headers);
        prop_assert_eq!(read.baggage("tenant"), Some(tenant));
        let read_span = read.span_context();
        if format == TraceContext {
            prop_assert_eq!(read_span, &span);
        } else {
            let sent = SpanContext::new(trace_id, span_id, span.is_sampled());
            prop_assert_eq!(read_span, &sent);
            let debugged = read.__in(&Context::new()).get::<DebuggedTrace>().is_some();
            prop_assert_eq!(debugged, is_debug);
        }
    }

    #[test]
    fn no_header_panics_or_loses_the_rest(
        headers in prop::collection::vec(
            (prop::sample::select(&["traceparent", "tracestate", "baggage", "b3", "x-b3-traceid", "x-b3-spanid",
                "x-b3-sampled", "x-b3-flags", "uber-trace-id"]), "\\PC{0,60}|[0-9a-fd:%A,=;-]{0,80}"), 0..8),
    ) {
        let all: Vec<_> = headers.iter().map(|(key, value)| (*key, value.as_str())).collect();
        let read = extract(&ALL, &all);
        let context = read.__in(&Context::new());
        for value in injected(&ALL, &context).into_values() {
            prop_assert!(value.len() <= 8192 && value.bytes().all(|byte| matches!(byte, b' '..=b'~')));
        }
        let wrong: Vec<_> = all.into_iter().filter(|(key, _)| *key != "traceparent").collect();
        let header = format!("00-{IDS}-01");
        let read = extract(&[B3, Jaeger, TraceContext], &[&wrong[..], &[("traceparent", &header)]].concat());
        prop_assert_eq!(read.span_context().trace_id(), TRACE);
    }
}
