//! The header of [Jaeger's own clients], which are no longer maintained.
//!
//! [Jaeger's own clients]: https://www.jaegertracing.io/docs/1.76/sdk-migration/#propagation-format

use super::{Read, trimmed};
use hyperion_runtime::backend::propagation::write_ids;
use hyperion_runtime::propagation::{Extractor, Injector};
use opentelemetry::trace::SpanContext;

pub(super) const UBER_TRACE_ID: &str = "uber-trace-id";

const SAMPLED: u8 = 0b01;
const DEBUG: u8 = 0b10;

/// Writes `{trace id}:{span id}:0:{flags}`. The third part is the parent's id, which nobody reads any more.
pub(super) fn inject(span: &SpanContext, is_debug: bool, carrier: &mut dyn Injector) {
    let mut text = [b':'; 53];
    if let Some((ids, rest)) = text.split_first_chunk_mut::<49>() {
        write_ids(span, ids);
        let flags = match (is_debug, span.is_sampled()) {
            (true, _) => b'3',
            (false, true) => b'1',
            (false, false) => b'0',
        };
        rest.copy_from_slice(&[b':', b'0', b':', flags]);
    }
    carrier.set(UBER_TRACE_ID, str::from_utf8(&text).unwrap_or_default());
}

/// Reads it. Ids may be shorter, and their leading zeros left out; the colons are escaped by some.
pub(super) fn extract(carrier: &dyn Extractor) -> Option<Read> {
    let mut rest = Some(trimmed(carrier.get(UBER_TRACE_ID)?));
    let mut part = || {
        let (part, after) = split(rest?);
        rest = after;
        Some(part)
    };
    let (trace_id, span_id, parent, flags) = (part()?, part()?, part()?, part()?);
    if rest.is_some() {
        return None;
    }
    let (trace_id, span_id) = (hex(trace_id, 32)?, hex(span_id, 16)?);
    hex(parent, 16)?;
    let [flags, ..] = hex(flags, 2)?.to_le_bytes();
    let is_debug = flags & DEBUG != 0;
    let is_sampled = is_debug || flags & SAMPLED != 0;
    let span_id = u64::try_from(span_id).ok()?;
    Read::new(trace_id, span_id, Some(is_sampled), is_debug)
}

/// The text before the first colon, which may be escaped, and the text after it, if there is one.
fn split(text: &str) -> (&str, Option<&str>) {
    for (at, byte) in text.bytes().enumerate() {
        let length = match byte {
            b':' => 1,
            b'%' => 3,
            _ => continue,
        };
        let colon = text.get(at..at + length);
        if colon.is_some_and(|colon| colon == ":" || colon.eq_ignore_ascii_case("%3A")) {
            return (&text[..at], text.get(at + length..));
        }
    }
    (text, None)
}

/// From one digit of hex to `most`, in any case.
fn hex(text: &str, most: usize) -> Option<u128> {
    let is_hex = (1..=most).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_hexdigit());
    is_hex
        .then(|| u128::from_str_radix(text, 16).ok())
        .flatten()
}
