//! Truths about every page and every request, each of which panics where it does not hold.
//!
//! The fuzz targets include this file as the tests do.

#![allow(unreachable_pub, reason = "the fuzz targets are crates of their own")]

mod expected;
mod grammar;

use std::fmt::Debug;

use hyper::HeaderMap;
use hyper::header::{ACCEPT, ACCEPT_ENCODING, HeaderValue};

use self::expected::families;
use self::grammar::Dialect;
use crate::export::prometheus::assembly::Assembly;
use crate::export::prometheus::encode::encode;
use crate::export::prometheus::exposition::Exposition;
use crate::export::prometheus::naming::Prefix;
use crate::export::prometheus::negotiation;
use crate::export::prometheus::numbers::Format;
use hyperion_runtime::metrics::snapshot::Snapshot;

/// Whatever instruments hold, the page is valid in every format and says what it was to say.
///
/// # Panics
///
/// Unless that is so.
pub fn page(snapshot: &Snapshot, namespace: &str) {
    let prefix = Prefix::new(Some(namespace), None);
    let mut assembly = Assembly::new(&prefix);
    assembly.native(snapshot);
    exposition(&assembly.finish());
}

/// The same of what a page is to say.
///
/// # Panics
///
/// Unless that is so.
pub(super) fn exposition(exposition: &Exposition) {
    check(
        exposition,
        Dialect::Text,
        &encode(exposition, Format::Text, false),
    );
    for created in [false, true] {
        let page = encode(exposition, Format::OpenMetrics, created);
        check(exposition, Dialect::OpenMetrics { created }, &page);
    }
}

fn check(exposition: &Exposition, dialect: Dialect, page: &str) {
    let parsed = grammar::parse(page, dialect).unwrap_or_else(|reason| fail(&reason, page));
    let expected = families(exposition, dialect);
    for (parsed, expected) in parsed.iter().zip(&expected) {
        if parsed != expected {
            fail(&format!("{parsed:#?} is not {expected:#?}"), page);
        }
    }
    if parsed.len() != expected.len() {
        fail(&"the number of families differs", page);
    }
}

fn fail(reason: &dyn Debug, page: &str) -> ! {
    panic!("{reason:?} in\n{page}")
}

/// Any request has an answer, which is one that it allows or the one for those who ask for nothing.
///
/// # Panics
///
/// Unless that is so.
pub fn accept(accept: &[u8], accept_encoding: &[u8]) {
    let mut headers = HeaderMap::new();
    for (name, value) in [(ACCEPT, accept), (ACCEPT_ENCODING, accept_encoding)] {
        if let Ok(value) = HeaderValue::from_bytes(value) {
            headers.append(name, value);
        }
    }
    let choice = negotiation::negotiate(&headers);
    let media = match choice.format {
        Format::Text => "text/plain; version=",
        Format::OpenMetrics => "application/openmetrics-text; version=",
    };
    assert!(choice.content_type.starts_with(media), "{choice:?}");
    let says = |header: &[u8], word: &str| {
        String::from_utf8_lossy(header)
            .to_ascii_lowercase()
            .contains(word)
    };
    let open_metrics = choice.format == Format::OpenMetrics;
    assert!(
        !open_metrics || says(accept, "application/") || says(accept, "*/*"),
        "{choice:?}"
    );
    assert!(
        !choice.gzip || says(accept_encoding, "gzip") || says(accept_encoding, "*"),
        "{choice:?}"
    );
}
