//! The sight that people get, without the colours.

mod tables;
mod trees;
mod waiting;

use std::time::{Duration, SystemTime};

use anstream::adapter::strip_str;
use opentelemetry::trace::{
    SpanContext, SpanId, SpanKind, Status, TraceFlags, TraceId, TraceState,
};
use opentelemetry::{InstrumentationScope, KeyValue};
use opentelemetry_sdk::trace::{SpanData, SpanEvents, SpanLinks};

const TRACE: u128 = 0x4bf9_2f35_77b3_4da6_a3ce_929d_0e0e_4736;

/// A span that begins and ends so many microseconds after the epoch.
fn span(id: u64, parent: u64, name: &'static str, start: u64, end: u64) -> SpanData {
    SpanData {
        span_context: SpanContext::new(
            TraceId::from(TRACE),
            SpanId::from(id),
            TraceFlags::SAMPLED,
            false,
            TraceState::default(),
        ),
        parent_span_id: SpanId::from(parent),
        parent_span_is_remote: false,
        span_kind: SpanKind::Internal,
        name: name.into(),
        start_time: SystemTime::UNIX_EPOCH + Duration::from_micros(start),
        end_time: SystemTime::UNIX_EPOCH + Duration::from_micros(end),
        attributes: Vec::new(),
        dropped_attributes_count: 0,
        events: SpanEvents::default(),
        links: SpanLinks::default(),
        status: Status::Unset,
        instrumentation_scope: InstrumentationScope::default(),
    }
}

fn with(mut span: SpanData, attributes: &[(&'static str, &'static str)]) -> SpanData {
    span.attributes.extend(
        attributes
            .iter()
            .map(|&(key, value)| KeyValue::new(key, value)),
    );
    span
}

fn failed(mut span: SpanData, kind: &'static str, message: &'static str) -> SpanData {
    span.status = Status::error(message);
    span.attributes.push(KeyValue::new("error.type", kind));
    span
}

/// The text that was written, without the colours.
fn plain(out: &[u8]) -> String {
    strip_str(std::str::from_utf8(out).unwrap()).to_string()
}
