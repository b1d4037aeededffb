//! What comes in by B3 and from Jaeger's clients, to the letter.

use super::{IDS, SPAN, TRACE};
use crate::propagation::b3 as format;
use crate::propagation::jaeger;

/// The ids, the decision and the debug flag that B3 headers hold.
fn b3(headers: &[(&str, &str)]) -> Option<(u128, u64, bool, bool)> {
    let read = format::extract(&headers)?;
    let span = &read.span;
    assert!(span.is_valid() && span.is_remote());
    Some((
        span.trace_id(),
        span.span_id(),
        span.is_sampled(),
        read.is_debug,
    ))
}

fn single(header: &str) -> Option<(u128, u64, bool, bool)> {
    b3(&[("b3", header)])
}

fn uber(header: &str) -> Option<(u128, u64, bool, bool)> {
    let read = jaeger::extract(&[("Uber-Trace-Id", header)])?;
    let span = &read.span;
    Some((
        span.trace_id(),
        span.span_id(),
        span.is_sampled(),
        read.is_debug,
    ))
}

#[test]
fn a_single_header_is_read() {
    let (id, low) = (TRACE, TRACE & u128::from(u64::MAX));
    for (header, expected) in [
        (format!("{IDS}-1"), (id, SPAN, true, false)),
        (format!("{IDS}-0"), (id, SPAN, false, false)),
        (format!("{IDS}-d"), (id, SPAN, true, true)),
        (
            format!(" {IDS}-1-00000000000000ff\t"),
            (id, SPAN, true, false),
        ),
        (format!("{}-1", &IDS[16..]), (low, SPAN, true, false)),
        // Nobody has decided, and here nothing is recorded.
        (IDS.to_owned(), (id, SPAN, false, false)),
        (IDS[16..].to_owned(), (low, SPAN, false, false)),
    ] {
        assert_eq!(single(&header), Some(expected), "{header}");
    }
}

#[test]
fn a_wrong_single_header_is_none() {
    for header in [
        "",
        "-",
        "--",
        "---",
        "----",
        "2",
        "00",
        "D",
        "1",
        "d",
        IDS.split('-').next().unwrap_or_default(),
        &format!("{IDS}-"),
        &format!("{IDS}-2"),
        &format!("{IDS}-D"),
        &format!("{IDS}-true"),
        &format!("{IDS}-01"),
        &format!("{IDS}-1-"),
        &format!("{IDS}-1-ff"),
        &format!("{IDS}-1-00000000000000ff-1"),
        &format!("{IDS}-00000000000000ff"),
        &format!("{IDS} -1"),
        &IDS.to_uppercase(),
        &format!("0{IDS}"),
        &IDS[1..],
        &IDS[15..],
        &IDS[17..],
        &IDS[..48],
        &format!("{IDS}0"),
        &IDS.replace("463a", "463g"),
        &IDS.replace("463a", "+63a"),
        &IDS.replace("463a", "46\u{e9}"),
        "00000000000000000000000000000000-0020000000000001-1",
        "0000000000000000-0020000000000001-1",
        "463ac35c9f6413ad48485a3953bb6124-0000000000000000-1",
    ] {
        assert_eq!(single(header), None, "{header:?}");
    }
}

#[test]
fn a_denial_without_ids_begins_a_trace_that_is_not_recorded() {
    for headers in [
        &[("b3", "0")][..],
        &[("X-B3-Sampled", "0")],
        &[("x-b3-sampled", "false")],
    ] {
        let (one, other) = (b3(headers), b3(headers));
        assert!(matches!(one, Some((_, _, false, false))), "{one:?}");
        assert_ne!(one, other, "each has ids of its own");
    }
    for headers in [
        &[("X-B3-Sampled", "1")][..],
        &[("X-B3-Flags", "1")],
        &[("X-B3-Sampled", "d")],
    ] {
        assert_eq!(b3(headers), None);
    }
}

#[test]
fn several_headers_are_read() {
    let (trace, span) = IDS.split_at(32);
    let span = &span[1..];
    let read = |trace, span, more: &[(&'static str, &'static str)]| {
        let ids = [("X-B3-TraceId", trace), ("X-B3-SpanId", span)];
        b3(&[&ids, more].concat())
    };
    for (more, expected) in [
        (&[("X-B3-Sampled", "1")][..], Some((true, false))),
        (&[("X-B3-Sampled", "true")], Some((true, false))),
        (&[("x-b3-sampled", " 0 ")], Some((false, false))),
        (&[("X-B3-Sampled", "false")], Some((false, false))),
        (&[("X-B3-Flags", "1")], Some((true, true))),
        (
            &[("X-B3-Flags", "1"), ("X-B3-Sampled", "0")],
            Some((true, true)),
        ),
        (
            &[("X-B3-Flags", "0"), ("X-B3-Sampled", "1")],
            Some((true, false)),
        ),
        (
            &[("X-B3-ParentSpanId", "whatever"), ("X-B3-Sampled", "1")],
            Some((true, false)),
        ),
        (&[], Some((false, false))),
        (&[("X-B3-Sampled", "2")], None),
        (&[("X-B3-Sampled", "")], None),
        (&[("X-B3-Sampled", "d")], None),
    ] {
        let expected = expected.map(|(is_sampled, is_debug)| (TRACE, SPAN, is_sampled, is_debug));
        assert_eq!(read(trace, span, more), expected, "{more:?}");
    }
    assert!(read(&trace[16..], span, &[]).is_some());
    assert_eq!(read(&trace[15..], span, &[]), None);
    assert_eq!(read(trace, &span[1..], &[]), None);
    assert_eq!(b3(&[("X-B3-TraceId", trace), ("X-B3-Sampled", "1")]), None);
    assert_eq!(b3(&[("X-B3-SpanId", span), ("X-B3-Sampled", "1")]), None);
}

#[test]
fn the_single_header_counts_if_it_is_right() {
    let others = [
        ("x-b3-traceid", "00000000000000000000000000000001"),
        ("x-b3-spanid", "0000000000000002"),
    ];
    let with = |header: &str| b3(&[&[("b3", header)], &others[..]].concat());
    assert_eq!(with(&format!("{IDS}-1")), Some((TRACE, SPAN, true, false)));
    assert_eq!(with("wrong"), Some((1, 2, false, false)));
}

#[test]
fn what_jaeger_s_clients_send_is_read() {
    let (trace, span) = IDS.split_once('-').expect("two ids");
    let short = (7, 0xa, true, false);
    for (header, expected) in [
        (format!("{trace}:{span}:0:1"), (TRACE, SPAN, true, false)),
        (format!("{trace}:{span}:0:0"), (TRACE, SPAN, false, false)),
        (format!("{trace}:{span}:ff:03"), (TRACE, SPAN, true, true)),
        (format!("{trace}:{span}:ff:2"), (TRACE, SPAN, true, true)),
        (
            format!("{trace}%3A{span}%3a0%3A9"),
            (TRACE, SPAN, true, false),
        ),
        (" 7:A:0:1\t".to_owned(), short),
        (
            "0007:000000000000000a:0000000000000000:01".to_owned(),
            short,
        ),
    ] {
        assert_eq!(uber(&header), Some(expected), "{header}");
    }
    for header in [
        "",
        ":",
        ":::",
        "7:a:0",
        "7:a:0:",
        "7:a::1",
        "7:a:0:1:",
        "7:a:0:1:2",
        "7:a:0:100",
        "0:a:0:1",
        "7:0:0:1",
        "g:a:0:1",
        "+7:a:0:1",
        "7:a:0:x",
        "7: a:0:1",
        "7%3:a:0:1",
        "%3A%3A%3A",
        "7%",
        "7:a:0:1%3A",
        "\u{e9}:a:0:1",
        "000000000000000000000000000000007:a:0:1",
        "7:0000000000000000a:0:1",
    ] {
        assert_eq!(uber(header), None, "{header:?}");
    }
}
