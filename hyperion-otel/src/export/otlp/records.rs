//! Log records, written where they are logged.
//!
//! A record is bytes from the start: it borrows what the event lends, and nothing of it is copied twice or allocated for
//! itself. Fields come in the order of their numbers, as `prost` writes them.

use opentelemetry::trace::{SpanId, TraceFlags, TraceId};
use opentelemetry_proto::tonic::logs::v1::SeverityNumber;

use super::values::{any_value, attribute};
use super::wire::Wire;
use crate::config::LogLimits;
use crate::export::{Attribute, AttributeValue};
use crate::text::head;

/// The most bytes of a text, where no limit is set.
const MAX_TEXT: usize = 16 * 1024;

/// The most bytes of a message.
const MAX_BODY: usize = 64 * 1024;

/// Writes the fields of one `LogRecord`. Its memory can be used again.
#[derive(Debug, Default)]
pub(crate) struct RecordWriter {
    body: Wire,
    attributes: Wire,
    /// The keys of the attributes, one after the other, and where each ends.
    keys: String,
    ends: Vec<usize>,
    dropped: u32,
    record: Wire,
}

/// All that a record says besides the message and the attributes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RecordHead<'a> {
    /// When it happened, which is when it was observed, in nanoseconds since 1970.
    pub(crate) unix_nanos: u64,
    pub(crate) severity: SeverityNumber,
    pub(crate) severity_text: &'a str,
    /// The name of the kind of event, if it has one.
    pub(crate) event_name: &'a str,
    pub(crate) ids: Option<(TraceId, SpanId, TraceFlags)>,
}

impl RecordWriter {
    /// Forgets the record before, and lets go of what a huge one left behind.
    pub(crate) fn clear(&mut self) {
        const KEPT: usize = 64 * 1024;
        for wire in [&mut self.body, &mut self.attributes, &mut self.record] {
            wire.clear(KEPT);
        }
        self.keys.clear();
        self.keys.shrink_to(KEPT);
        self.ends.clear();
        self.dropped = 0;
    }

    /// Sets the message.
    pub(crate) fn body(&mut self, value: AttributeValue<'_>) {
        self.body.truncate(0);
        any_value(&mut self.body, cut_bytes(value, MAX_BODY));
    }

    /// Adds an attribute, unless there is one of this key already. What is over a limit is cut, or left out and counted.
    pub(crate) fn attribute(&mut self, key: &str, value: AttributeValue<'_>, limits: &LogLimits) {
        if key.is_empty() || self.has(key) {
            return;
        }
        if self.ends.len() >= limits.attributes as usize {
            self.dropped = self.dropped.saturating_add(1);
            return;
        }
        let value = match limits.attribute_value_length {
            Some(length) => cut_characters(value, length as usize),
            None => value,
        };
        let value = cut_bytes(value, MAX_TEXT);
        attribute(&mut self.attributes, 6, Attribute::new(key, value));
        self.keys.push_str(key);
        self.ends.push(self.keys.len());
    }

    fn has(&self, key: &str) -> bool {
        let mut start = 0;
        self.ends.iter().any(|end| {
            let known = self.keys.get(start..*end);
            start = *end;
            known == Some(key)
        })
    }

    /// The fields of `LogRecord`.
    pub(crate) fn finish(&mut self, head: &RecordHead<'_>) -> &[u8] {
        let wire = &mut self.record;
        wire.fixed64(1, head.unix_nanos);
        wire.uint(2, head.severity as u64);
        wire.bytes(3, head.severity_text.as_bytes());
        wire.bytes(5, self.body.as_bytes());
        wire.raw(self.attributes.as_bytes());
        wire.uint(7, self.dropped.into());
        if let Some((trace_id, span_id, flags)) = head.ids {
            wire.fixed32(8, flags.to_u8().into());
            wire.bytes(9, &trace_id.to_bytes());
            wire.bytes(10, &span_id.to_bytes());
        }
        wire.fixed64(11, head.unix_nanos);
        wire.bytes(12, head.event_name.as_bytes());
        wire.as_bytes()
    }
}

fn cut_characters(value: AttributeValue<'_>, most: usize) -> AttributeValue<'_> {
    match value {
        AttributeValue::Text(text) => {
            let end = text.char_indices().nth(most).map(|(end, _)| end);
            AttributeValue::Text(end.and_then(|end| text.get(..end)).unwrap_or(text))
        }
        other => other,
    }
}

fn cut_bytes(value: AttributeValue<'_>, most: usize) -> AttributeValue<'_> {
    match value {
        AttributeValue::Text(text) => AttributeValue::Text(head(text, most)),
        other => other,
    }
}
