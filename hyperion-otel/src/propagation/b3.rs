//! [B3](https://github.com/openzipkin/b3-propagation), by one header and by several, as OpenTelemetry's specification wants it
//! ([B3 requirements]).
//!
//! [B3 requirements]: https://opentelemetry.io/docs/specs/otel/context/api-propagators/#b3-requirements

use super::{Read, trimmed};
use hyperion_runtime::backend::propagation::{read_hex, write_ids};
use hyperion_runtime::backend::random;
use hyperion_runtime::propagation::{Extractor, Injector};
use opentelemetry::trace::SpanContext;

pub(super) const SINGLE: &str = "b3";
pub(super) const TRACE_ID: &str = "x-b3-traceid";
pub(super) const SPAN_ID: &str = "x-b3-spanid";
const PARENT_SPAN_ID: &str = "x-b3-parentspanid";
pub(super) const SAMPLED: &str = "x-b3-sampled";
pub(super) const FLAGS: &str = "x-b3-flags";

/// The sampling state that a caller sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Deny,
    Accept,
    Debug,
}

impl State {
    fn is_sampled(self) -> bool {
        self != Self::Deny
    }
}

/// Writes `b3`: the ids and the decision, or `d` for debug. The parent's id is not sent, since spans are not shared by the two
/// sides of a call.
pub(super) fn inject_single(span: &SpanContext, is_debug: bool, carrier: &mut dyn Injector) {
    let state = match (is_debug, span.is_sampled()) {
        (true, _) => b'd',
        (false, true) => b'1',
        (false, false) => b'0',
    };
    let mut text = [b'-'; 51];
    if let Some((ids, [_, last])) = text.split_first_chunk_mut::<49>() {
        write_ids(span, ids);
        *last = state;
    }
    carrier.set(SINGLE, str::from_utf8(&text).unwrap_or_default());
}

/// Writes `X-B3-TraceId` and so on. `X-B3-Flags` stands in the place of `X-B3-Sampled`, for debug implies that.
pub(super) fn inject_multi(span: &SpanContext, is_debug: bool, carrier: &mut dyn Injector) {
    let mut ids = [b'-'; 49];
    write_ids(span, &mut ids);
    let text = str::from_utf8(&ids).unwrap_or_default();
    if let Some((trace_id, span_id)) = text.split_once('-') {
        carrier.set(TRACE_ID, trace_id);
        carrier.set(SPAN_ID, span_id);
    }
    carrier.remove(PARENT_SPAN_ID);
    if is_debug {
        carrier.set(FLAGS, "1");
        carrier.remove(SAMPLED);
    } else {
        carrier.set(SAMPLED, if span.is_sampled() { "1" } else { "0" });
        carrier.remove(FLAGS);
    }
}

/// Reads either: `b3` counts before the others, if it is right.
pub(super) fn extract(carrier: &dyn Extractor) -> Option<Read> {
    carrier
        .get(SINGLE)
        .and_then(single)
        .or_else(|| multi(carrier))
}

/// Reads `{trace id}-{span id}-{state}-{parent's span id}`, of which the last one or two are left out by some, or a state alone.
fn single(header: &str) -> Option<Read> {
    let mut parts = trimmed(header).split('-');
    let (first, second) = (parts.next()?, parts.next());
    let Some(span_id) = second else {
        return without_ids(state(first)?);
    };
    let decided = parts.next().map(state);
    if let Some(parent) = parts.next() {
        span_id_of(parent)?;
    }
    if parts.next().is_some() || decided == Some(None) {
        return None;
    }
    read(first, span_id, decided.flatten())
}

/// Reads the headers that stand for the parts. Debug counts before the decision.
fn multi(carrier: &dyn Extractor) -> Option<Read> {
    let decided = match carrier.get(FLAGS).map(trimmed) {
        Some("1") => Some(State::Debug),
        _ => match carrier.get(SAMPLED).map(trimmed) {
            None => None,
            // As early implementations wrote it.
            Some("true") => Some(State::Accept),
            Some("false") => Some(State::Deny),
            Some("d") => return None,
            Some(text) => Some(state(text)?),
        },
    };
    let ids = carrier.get(TRACE_ID).zip(carrier.get(SPAN_ID));
    let Some((trace_id, span_id)) = ids else {
        return without_ids(decided?);
    };
    read(trimmed(trace_id), trimmed(span_id), decided)
}

/// A decision without a span: a trace that is not recorded begins here, by ids of our own. To record one needs no word.
fn without_ids(state: State) -> Option<Read> {
    if state != State::Deny {
        return None;
    }
    let trace_id = u128::from_be_bytes(random::trace_id().to_bytes());
    let span_id = u64::from_be_bytes(random::span_id().to_bytes());
    Read::new(trace_id, span_id, Some(false), false)
}

fn read(trace_id: &str, span_id: &str, state: Option<State>) -> Option<Read> {
    let trace_id = match trace_id.as_bytes().split_at_checked(16)? {
        // 64 bits, which are the lower ones.
        (low, []) => u128::from(read_hex(low)?),
        (high, low) if low.len() == 16 => {
            u128::from(read_hex(high)?) << 64 | u128::from(read_hex(low)?)
        }
        _ => return None,
    };
    let is_debug = state == Some(State::Debug);
    Read::new(
        trace_id,
        span_id_of(span_id)?,
        state.map(State::is_sampled),
        is_debug,
    )
}

fn span_id_of(text: &str) -> Option<u64> {
    read_hex(text.as_bytes()).filter(|_| text.len() == 16)
}

fn state(text: &str) -> Option<State> {
    match text {
        "0" => Some(State::Deny),
        "1" => Some(State::Accept),
        "d" => Some(State::Debug),
        _ => None,
    }
}
