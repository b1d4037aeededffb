//! The headers of HTTP and gRPC.

use super::{Extractor, Injector};
use http::{HeaderMap, HeaderName, HeaderValue};

/// A value that is no text cannot be read, and is not to be overlooked where a header may stand only once.
const UNREADABLE: &str = "\u{fffd}";

/// What a map has no room for is left out: more than 32,768 headers.
impl Injector for HeaderMap {
    fn set(&mut self, key: &'static str, value: &str) {
        let Ok(value) = HeaderValue::from_str(value) else {
            return;
        };
        if let Some(name) = known(key) {
            let _ = self.try_insert(name, value);
        } else if let Ok(name) = HeaderName::try_from(key) {
            let _ = self.try_insert(name, value);
        }
    }

    fn remove(&mut self, key: &'static str) {
        match known(key) {
            Some(name) => HeaderMap::remove(self, name),
            None => HeaderMap::remove(self, key),
        };
    }
}

impl Extractor for HeaderMap {
    fn get(&self, key: &str) -> Option<&str> {
        let value = match known(key) {
            Some(name) => HeaderMap::get(self, name),
            None => HeaderMap::get(self, key),
        };
        value.map(text)
    }

    fn get_all<'a>(&'a self, key: &str, each: &mut dyn FnMut(&'a str)) {
        let values = match known(key) {
            Some(name) => HeaderMap::get_all(self, name),
            None => HeaderMap::get_all(self, key),
        };
        values.iter().map(text).for_each(each);
    }

    fn keys<'a>(&'a self, each: &mut dyn FnMut(&'a str)) {
        HeaderMap::keys(self).map(HeaderName::as_str).for_each(each);
    }
}

static TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");
static TRACESTATE: HeaderName = HeaderName::from_static("tracestate");
static BAGGAGE: HeaderName = HeaderName::from_static("baggage");
static B3: HeaderName = HeaderName::from_static("b3");

/// The names of most messages, which need not be parsed.
fn known(key: &str) -> Option<&'static HeaderName> {
    match key {
        "traceparent" => Some(&TRACEPARENT),
        "tracestate" => Some(&TRACESTATE),
        "baggage" => Some(&BAGGAGE),
        "b3" => Some(&B3),
        _ => None,
    }
}

fn text(value: &HeaderValue) -> &str {
    str::from_utf8(value.as_bytes()).unwrap_or(UNREADABLE)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(headers: &HeaderMap, key: &str) -> Vec<String> {
        let mut values = Vec::new();
        Extractor::get_all(headers, key, &mut |value| values.push(value.to_owned()));
        values
    }

    #[test]
    fn headers_are_carriers() {
        let mut headers = HeaderMap::new();
        headers.append("Tracestate", HeaderValue::from_static("a=1"));
        headers.append("tracestate", HeaderValue::from_static("b=2"));
        assert_eq!(Extractor::get(&headers, "TraceState"), Some("a=1"));
        assert_eq!(all(&headers, "tracestate"), ["a=1", "b=2"]);
        headers.set("tracestate", "c=3");
        assert_eq!(all(&headers, "tracestate"), ["c=3"]);
        headers.set("b3", "0");
        let mut names = Vec::new();
        Extractor::keys(&headers, &mut |key| names.push(key));
        assert_eq!(names, ["tracestate", "b3"]);
        Injector::remove(&mut headers, "tracestate");
        assert_eq!(Extractor::get(&headers, "tracestate"), None);
    }

    #[test]
    fn what_is_no_header_is_not_written() {
        let mut headers = HeaderMap::new();
        headers.set("no header", "a");
        headers.set("b3", "two\nlines");
        assert!(headers.is_empty());
    }

    #[test]
    fn a_value_that_cannot_be_read_is_not_overlooked() {
        let mut headers = HeaderMap::new();
        headers.append(
            "traceparent",
            HeaderValue::from_bytes(b"\xff").expect("bytes"),
        );
        assert_eq!(all(&headers, "traceparent"), [UNREADABLE]);
        assert_eq!(Extractor::get(&headers, "no header"), None);
    }

    #[test]
    fn a_full_map_takes_no_more() {
        let mut headers = HeaderMap::new();
        for number in 0.. {
            let Ok(name) = HeaderName::try_from(format!("x-{number}")) else {
                break;
            };
            if headers
                .try_insert(name, HeaderValue::from_static(""))
                .is_err()
            {
                break;
            }
        }
        headers.set("traceparent", "00");
        assert_eq!(Extractor::get(&headers, "traceparent"), None);
    }
}
