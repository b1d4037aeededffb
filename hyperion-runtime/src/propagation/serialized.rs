//! A propagated context in a message that serde writes: the headers of W3C as a map.

use super::{Carried, PropagatedContext, w3c};
use crate::context::SpanContext;
use serde::de::{MapAccess, Visitor};
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::time::{Duration, UNIX_EPOCH};

/// The header of [W3C Baggage](https://www.w3.org/TR/baggage/#header-name).
const BAGGAGE: &str = "baggage";
/// The moment at which the context was current, in nanoseconds since 1970, as OTLP has times.
const TIME: &str = "time_unix_nano";

impl Serialize for PropagatedContext {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut headers = Vec::<(String, String)>::new();
        let span = self.span_context();
        if span.is_valid() {
            let ids = (span.trace_id(), span.span_id(), span.trace_flags());
            w3c::inject(ids, span.trace_state(), &mut headers);
        }
        let baggage = self.carried.baggage_header();
        headers.extend(baggage.map(|header| (BAGGAGE.to_owned(), header)));
        let since_1970 = self.taken.and_then(|at| at.duration_since(UNIX_EPOCH).ok());
        headers.extend(since_1970.map(|time| (TIME.to_owned(), time.as_nanos().to_string())));
        let mut map = serializer.serialize_map(Some(headers.len()))?;
        for (key, value) in &headers {
            map.serialize_entry(key, value)?;
        }
        map.end()
    }
}

impl<'de> Deserialize<'de> for PropagatedContext {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Headers)
    }
}

/// Reads the headers. Others are passed over, for a later version may know more.
struct Headers;

impl<'de> Visitor<'de> for Headers {
    type Value = PropagatedContext;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a map of texts: `traceparent`, `tracestate`, `baggage` and `time_unix_nano`")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut headers = Vec::<(String, String)>::new();
        while let Some((key, value)) = map.next_entry::<String, String>()? {
            headers.push((key, value));
        }
        let mut span = SpanContext::INVALID;
        w3c::extract(&headers, &mut span);
        let text = |wanted| {
            let found = headers.iter().find(|(key, _)| key == wanted);
            found.map(|(_, text)| text.as_str())
        };
        let nanoseconds = text(TIME).and_then(|time| time.parse().ok());
        Ok(PropagatedContext {
            span,
            carried: text(BAGGAGE).map_or(Carried::NOTHING, Carried::of_baggage_header),
            taken: nanoseconds.and_then(|time| UNIX_EPOCH.checked_add(Duration::from_nanos(time))),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_names_are_those_of_w3c() {
        let span = SpanContext::new(1, 2, true).with_trace_state("a=1");
        let json =
            serde_json::to_string(&PropagatedContext::from(span.clone())).expect("it is a map");
        assert_eq!(
            json,
            r#"{"traceparent":"00-00000000000000000000000000000001-0000000000000002-01","tracestate":"a=1"}"#
        );
        let read: PropagatedContext = serde_json::from_str(&json).expect("it was written so");
        assert_eq!(read.span_context(), &span);
        let empty = serde_json::to_string(&PropagatedContext::EMPTY).expect("it is a map");
        assert_eq!(empty, "{}");
        let read: PropagatedContext = serde_json::from_str(&empty).expect("it was written so");
        assert!(read.is_empty());
    }

    #[test]
    fn a_job_knows_how_long_it_has_waited() {
        let read = |json: &str| serde_json::from_str::<PropagatedContext>(json).expect("a map");
        assert_eq!(read("{}").age(), None);
        let waited = read(r#"{"time_unix_nano":"1000000000"}"#).age();
        assert!(waited > Some(Duration::from_secs(1_700_000_000)));
        let written = serde_json::to_string(&read(r#"{"time_unix_nano":"1000000000"}"#));
        assert_eq!(
            written.expect("it is a map"),
            r#"{"time_unix_nano":"1000000000"}"#
        );
        let ahead = read(&format!(r#"{{"time_unix_nano":"{}"}}"#, u64::MAX));
        assert_eq!(ahead.age(), Some(Duration::ZERO));
    }

    #[test]
    fn what_cannot_be_understood_is_no_mistake() {
        for json in [
            r#"{"traceparent":"no"}"#,
            r#"{"later":"more","tracestate":"a=1"}"#,
            r#"{"baggage":";;;=,"}"#,
            r#"{"time_unix_nano":"yesterday"}"#,
        ] {
            let read: PropagatedContext = serde_json::from_str(json).expect("it is a map of texts");
            assert!(read.is_empty(), "{json}");
        }
        assert!(serde_json::from_str::<PropagatedContext>("7").is_err());
    }
}
