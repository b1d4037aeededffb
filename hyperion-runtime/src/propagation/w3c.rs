//! W3C Trace Context on carriers.

use super::{Extractor, Injector};
use crate::context::{SpanContext, TraceState, traceparent};

const TRACEPARENT: &str = "traceparent";
const TRACESTATE: &str = "tracestate";

/// Writes [`traceparent`] and [`tracestate`]. A list that is empty is not sent, and none of another trace stays.
///
/// [`traceparent`]: https://www.w3.org/TR/trace-context-2/#traceparent-header
/// [`tracestate`]: https://www.w3.org/TR/trace-context-2/#tracestate-header
#[inline]
pub(super) fn inject(
    (trace_id, span_id, flags): (u128, u64, u8),
    trace_state: &str,
    carrier: &mut dyn Injector,
) {
    let text = traceparent(trace_id, span_id, flags);
    carrier.set(TRACEPARENT, str::from_utf8(&text).unwrap_or_default());
    match trace_state {
        "" => carrier.remove(TRACESTATE),
        trace_state => carrier.set(TRACESTATE, trace_state),
    }
}

/// Reads the headers into `span`, if there is one `traceparent` that is right, and returns true if there is. Without it
/// `tracestate` is not looked at, and one that is wrong does not matter to it ([relationship]).
///
/// [relationship]: https://www.w3.org/TR/trace-context-2/#relationship-between-the-headers
#[inline]
pub(super) fn extract(carrier: &dyn Extractor, span: &mut SpanContext) -> bool {
    let mut header = None;
    let mut count = 0;
    carrier.get_all(TRACEPARENT, &mut |value| {
        count += 1;
        header = Some(value);
    });
    let Some(header) = header.filter(|_| count == 1) else {
        return false;
    };
    let trace_state = || TraceState::read_each(|each| carrier.get_all(TRACESTATE, each));
    let header = header.trim_matches([' ', '\t']);
    span.read_traceparent(header.as_bytes(), trace_state)
        .is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-03";

    fn read(headers: &[(&str, &str)]) -> Option<SpanContext> {
        extracted(&headers)
    }

    fn extracted(carrier: &dyn Extractor) -> Option<SpanContext> {
        let mut span = SpanContext::INVALID;
        extract(carrier, &mut span).then_some(span)
    }

    fn injected(span: &SpanContext, carrier: &mut dyn Injector) {
        let ids = (span.trace_id(), span.span_id(), span.trace_flags());
        inject(ids, span.trace_state(), carrier);
    }

    #[test]
    fn headers_are_read_and_written() {
        let span = read(&[
            ("Traceparent", HEADER),
            ("TraceState", "a=1"),
            ("tracestate", "b=2, "),
        ]);
        let span = span.expect("they are right");
        assert_eq!(
            (span.to_string().as_str(), span.trace_state()),
            (HEADER, "a=1,b=2")
        );
        assert!(span.is_remote());
        let mut written = Vec::<(String, String)>::new();
        injected(&span, &mut written);
        assert_eq!(extracted(&written), Some(span));
        assert_eq!(written.len(), 2);
    }

    #[test]
    fn blanks_around_traceparent_do_not_matter() {
        for header in [format!(" {HEADER}"), format!("\t{HEADER} \t")] {
            assert!(read(&[("traceparent", &header)]).is_some());
        }
        assert_eq!(read(&[("traceparent", &format!("\u{a0}{HEADER}"))]), None);
    }

    #[test]
    fn without_a_right_traceparent_there_is_nothing() {
        assert_eq!(read(&[]), None);
        assert_eq!(read(&[("tracestate", "a=1")]), None);
        assert_eq!(
            read(&[("traceparent", "00-x"), ("tracestate", "a=1")]),
            None
        );
        assert_eq!(
            read(&[("traceparent", HEADER), ("Traceparent", HEADER)]),
            None
        );
    }

    #[test]
    fn a_wrong_tracestate_leaves_traceparent() {
        for wrong in ["a", "a=1,a b=2", "é=1"] {
            let span = read(&[("traceparent", HEADER), ("tracestate", wrong)]);
            let span = span.expect("traceparent is right");
            assert_eq!(
                (span.to_string().as_str(), span.trace_state()),
                (HEADER, "")
            );
        }
        let span = read(&[
            ("traceparent", HEADER),
            ("tracestate", "a=1"),
            ("tracestate", "wrong"),
        ]);
        assert_eq!(span.expect("traceparent is right").trace_state(), "");
    }

    #[test]
    fn a_trace_state_of_another_trace_does_not_stay() {
        let mut carrier = vec![("Tracestate".to_owned(), "old=1".to_owned())];
        injected(&SpanContext::new(1, 2, true), &mut carrier);
        assert_eq!(carrier.len(), 1);
        assert_eq!(carrier.get("tracestate"), None);
    }
}
