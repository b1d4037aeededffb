//! The choice of a format and of compression by a client ([RFC 9110](https://www.rfc-editor.org/rfc/rfc9110#section-12.5), and
//! [Prometheus](https://prometheus.io/docs/instrumenting/content_negotiation/) on top of it).

use std::cmp::Reverse;

use hyper::HeaderMap;
use hyper::header::{ACCEPT, ACCEPT_ENCODING, HeaderName};
use mediatype::{MediaType, MediaTypeList, ReadParams};

use super::numbers::Format;

/// The form of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Negotiated {
    pub(super) format: Format,
    pub(super) content_type: &'static str,
    pub(super) gzip: bool,
}

/// A form that an answer can have.
struct Offer {
    format: Format,
    subtype: (&'static str, &'static str),
    version: &'static str,
    content_type: &'static str,
    /// The same for a client that names a way of escaping, which this tells it: names have no other characters than
    /// those that every reader knows, so that it is always the same one.
    escaped: &'static str,
}

/// The first of those that a client likes the same is taken.
const OFFERS: [Offer; 4] = [
    CLASSIC,
    Offer {
        format: Format::OpenMetrics,
        subtype: OPEN_METRICS,
        version: "1.0.0",
        content_type: "application/openmetrics-text; version=1.0.0; charset=utf-8",
        escaped: "application/openmetrics-text; version=1.0.0; charset=utf-8; escaping=underscores",
    },
    Offer {
        // What 1.0.0 was called while it was drafted, which older servers ask for.
        format: Format::OpenMetrics,
        subtype: OPEN_METRICS,
        version: "0.0.1",
        content_type: "application/openmetrics-text; version=0.0.1; charset=utf-8",
        escaped: "application/openmetrics-text; version=0.0.1; charset=utf-8",
    },
    Offer {
        // It differs from 0.0.4 in names that are not written here.
        format: Format::Text,
        subtype: TEXT,
        version: "1.0.0",
        content_type: "text/plain; version=1.0.0; charset=utf-8; escaping=underscores",
        escaped: "text/plain; version=1.0.0; charset=utf-8; escaping=underscores",
    },
];

/// The answer to a client that asks for nothing, or for nothing that there is.
const CLASSIC: Offer = Offer {
    format: Format::Text,
    subtype: TEXT,
    version: "0.0.4",
    content_type: "text/plain; version=0.0.4; charset=utf-8",
    escaped: "text/plain; version=0.0.4; charset=utf-8",
};

const TEXT: (&str, &str) = ("text", "plain");
const OPEN_METRICS: (&str, &str) = ("application", "openmetrics-text");

/// Reads the headers of a request. Parts of them that are malformed count as absent.
pub(super) fn negotiate(headers: &HeaderMap) -> Negotiated {
    let accept = list(headers, &ACCEPT);
    let ranges: Vec<Range<'_>> = MediaTypeList::new(&accept)
        .flatten()
        .filter_map(Range::read)
        .collect();
    let mut best = (None, &CLASSIC, false);
    for offer in &OFFERS {
        let fitting = ranges
            .iter()
            .enumerate()
            .filter_map(|(at, range)| Some((range.fits(offer)?, Reverse(at), range)))
            .max_by_key(|(fit, at, _)| (*fit, *at));
        if let Some((fit, at, range)) = fitting.filter(|(.., range)| range.quality > 0) {
            let rank = Some((range.quality, fit, at));
            if rank > best.0 {
                best = (rank, offer, range.escaping);
            }
        }
    }
    let (_, offer, escaping) = best;
    Negotiated {
        format: offer.format,
        content_type: if escaping {
            offer.escaped
        } else {
            offer.content_type
        },
        gzip: takes_gzip(&list(headers, &ACCEPT_ENCODING)),
    }
}

/// A part of `Accept`.
struct Range<'a> {
    media: MediaType<'a>,
    /// In thousandths.
    quality: u16,
    escaping: bool,
}

/// The closeness with which a range describes an offer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    Anything,
    Type,
    Subtype,
    Version,
}

impl<'a> Range<'a> {
    fn read(media: MediaType<'a>) -> Option<Self> {
        let quality = match parameter(&media, "q") {
            Some(text) => quality(&text)?,
            None => 1000,
        };
        let escaping = parameter(&media, "escaping").is_some();
        Some(Self {
            media,
            quality,
            escaping,
        })
    }

    fn fits(&self, offer: &Offer) -> Option<Fit> {
        let (of_type, subtype) = offer.subtype;
        let (ranged_type, ranged_subtype) = (self.media.ty.as_str(), self.media.subty.as_str());
        if ranged_type == "*" {
            return (ranged_subtype == "*").then_some(Fit::Anything);
        }
        if !ranged_type.eq_ignore_ascii_case(of_type) {
            return None;
        }
        if ranged_subtype == "*" {
            return Some(Fit::Type);
        }
        let other_charset = parameter(&self.media, "charset")
            .is_some_and(|charset| !charset.eq_ignore_ascii_case("utf-8"));
        if !ranged_subtype.eq_ignore_ascii_case(subtype) || other_charset {
            return None;
        }
        match parameter(&self.media, "version") {
            None => Some(Fit::Subtype),
            Some(version) => (version == offer.version).then_some(Fit::Version),
        }
    }
}

fn parameter(media: &MediaType<'_>, wanted: &str) -> Option<String> {
    let found = media
        .params()
        .find(|(name, _)| name.as_str().eq_ignore_ascii_case(wanted));
    found.map(|(_, value)| value.unquoted_str().into_owned())
}

/// A weight in thousandths.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "it is between 0 and 1000"
)]
fn quality(text: &str) -> Option<u16> {
    let weight: f32 = text.parse().ok()?;
    (0.0..=1.0)
        .contains(&weight)
        .then(|| (weight * 1000.0).round() as u16)
}

/// Returns true if compression is asked for, and not liked less than none.
fn takes_gzip(accept_encoding: &str) -> bool {
    let (mut gzip, mut identity, mut others) = (None, None, None);
    for part in accept_encoding.split(',') {
        let (coding, weight) = part.split_once(';').unwrap_or((part, ""));
        let weight = weight.trim();
        let weight = match weight.strip_prefix("q=").or(weight.strip_prefix("Q=")) {
            Some(text) => quality(text.trim()),
            None => weight.is_empty().then_some(1000),
        };
        let coding = coding.trim();
        if ["gzip", "x-gzip"]
            .iter()
            .any(|name| coding.eq_ignore_ascii_case(name))
        {
            gzip = weight;
        } else if coding.eq_ignore_ascii_case("identity") {
            identity = weight;
        } else if coding == "*" {
            others = weight;
        }
    }
    let gzip = gzip.or(others).unwrap_or(0);
    gzip > 0 && gzip >= identity.unwrap_or(0)
}

/// The lines of a header as one.
fn list(headers: &HeaderMap, name: &HeaderName) -> String {
    let lines: Vec<&str> = headers
        .get_all(name)
        .iter()
        .filter_map(|line| line.to_str().ok())
        .collect();
    lines.join(",")
}

#[cfg(test)]
mod tests {
    use hyper::header::HeaderValue;

    use super::*;

    fn choice(accept: &str, encoding: &str) -> Negotiated {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, HeaderValue::from_str(accept).unwrap());
        headers.insert(ACCEPT_ENCODING, HeaderValue::from_str(encoding).unwrap());
        negotiate(&headers)
    }

    fn content_type(accept: &str) -> &'static str {
        choice(accept, "").content_type
    }

    const OPEN: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    const OPEN_ESCAPED: &str =
        "application/openmetrics-text; version=1.0.0; charset=utf-8; escaping=underscores";
    const DRAFT: &str = "application/openmetrics-text; version=0.0.1; charset=utf-8";
    const TEXT_1: &str = "text/plain; version=1.0.0; charset=utf-8; escaping=underscores";

    #[test]
    fn every_release_of_prometheus_gets_the_richest_it_knows() {
        for (accept, expected) in [
            // 3
            (
                "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,\
                 application/openmetrics-text;version=0.0.1;q=0.5,\
                 text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2",
                OPEN_ESCAPED,
            ),
            // 3 that would rather have protobuf
            (
                "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;q=0.6,\
                 application/openmetrics-text;version=1.0.0;escaping=underscores;q=0.5,*/*;q=0.2",
                OPEN_ESCAPED,
            ),
            // 3 told to ask for text
            (
                "text/plain;version=1.0.0;escaping=allow-utf-8;q=0.6,text/plain;version=0.0.4;q=0.5,*/*;q=0.4",
                TEXT_1,
            ),
            // 2.40
            (
                "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,\
                 text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
                OPEN,
            ),
            // 2.20
            (
                "application/openmetrics-text; version=0.0.1,text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
                DRAFT,
            ),
        ] {
            assert_eq!(content_type(accept), expected, "{accept}");
        }
    }

    #[test]
    fn everybody_else_gets_what_is_liked_best() {
        for (accept, expected) in [
            ("*/*", CLASSIC.content_type),
            ("", CLASSIC.content_type),
            ("text/plain", CLASSIC.content_type),
            (
                "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
                CLASSIC.content_type,
            ),
            ("application/json", CLASSIC.content_type),
            ("application/openmetrics-text", OPEN),
            (
                "Application/OpenMetrics-Text; Version=1.0.0; Charset=UTF-8; Q=1.000",
                OPEN,
            ),
            ("application/openmetrics-text; version=\"1.0.0\"", OPEN),
            ("application/*", OPEN),
            // The order decides between equals.
            ("application/openmetrics-text, text/plain", OPEN),
            (
                "text/plain, application/openmetrics-text",
                CLASSIC.content_type,
            ),
            // The closest description counts, and not the one that likes it best.
            (
                "*/*, application/openmetrics-text;q=0.1, text/plain;q=0.2",
                CLASSIC.content_type,
            ),
            ("text/plain;q=0, */*;q=0.1", OPEN),
            (
                "application/openmetrics-text;version=2.0.0, text/plain;q=0.5",
                CLASSIC.content_type,
            ),
            (
                "application/openmetrics-text;charset=latin1, text/plain;q=0.5",
                CLASSIC.content_type,
            ),
            ("*/*;q=0", CLASSIC.content_type),
            // What is malformed counts for nothing.
            ("/;q=0.9,application/openmetrics-text;q=0.5", OPEN),
            ("text/plain;q=2, application/openmetrics-text;q=0.5", OPEN),
            ("text/plain;q=NaN, application/openmetrics-text;q=0.5", OPEN),
            (
                "a\"b,,;=, application/openmetrics-text",
                CLASSIC.content_type,
            ),
        ] {
            assert_eq!(content_type(accept), expected, "{accept}");
        }
        assert_eq!(
            negotiate(&HeaderMap::new()),
            Negotiated {
                format: Format::Text,
                content_type: "text/plain; version=0.0.4; charset=utf-8",
                gzip: false
            }
        );
    }

    #[test]
    fn lines_of_a_header_are_one_list() {
        let mut headers = HeaderMap::new();
        headers.append(ACCEPT, HeaderValue::from_static("text/plain;q=0.1"));
        headers.append(ACCEPT, HeaderValue::from_bytes(b"\xFF").unwrap());
        headers.append(
            ACCEPT,
            HeaderValue::from_static("application/openmetrics-text"),
        );
        assert_eq!(negotiate(&headers).content_type, OPEN);
    }

    #[test]
    fn compression_is_for_those_who_ask() {
        for (encoding, gzip) in [
            ("gzip", true),
            ("GZIP;q=0.5", true),
            ("x-gzip", true),
            ("deflate, gzip;q=1.0, *;q=0.5", true),
            ("*", true),
            ("zstd, br", false),
            ("identity", false),
            ("", false),
            ("gzip;q=0", false),
            ("gzip;q=0, *", false),
            ("gzip;q=0.5, identity;q=0.9", false),
            ("gzip;q=nonsense", false),
        ] {
            assert_eq!(choice("*/*", encoding).gzip, gzip, "{encoding}");
        }
    }
}
