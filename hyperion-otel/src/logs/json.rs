//! A line for machines: one JSON object.

use std::error::Error;
use std::fmt;
use std::io::Write;

use humantime::format_rfc3339_micros;
use tracing::Event;
use tracing::field::{Field, Visit};

use super::field::{FieldValue, Fields, format_value, name_of};
use super::line::{Buffers, Head};
use crate::text::WithSources;

/// The names that are ours. `message` is not among them: an event's message is a field of that name.
const OURS: [&str; 7] = [
    "timestamp",
    "level",
    "target",
    "spans",
    "trace_id",
    "span_id",
    "trace_flags",
];

/// Appends an object and the end of the line.
pub(super) fn write(head: &Head<'_>, event: &Event<'_>, buffers: &mut Buffers) {
    let mut object = Object {
        buffers,
        is_log_record: head.is_log_record,
        reserved: head.reserved,
    };
    object.raw(format_args!(
        "{{\"timestamp\":\"{}\"",
        format_rfc3339_micros(head.time)
    ));
    object.raw(format_args!(",\"level\":\"{}\"", head.level));
    object.raw(format_args!(",\"target\":"));
    object.string(head.target);
    event.record(&mut object);
    for (name, value) in head.pairs.iter().flat_map(Fields::iter) {
        object.key(match name {
            // The record has one of its own.
            "message" => "fields.message",
            _ => name,
        });
        object.value(value);
    }
    for (key, value) in &head.baggage {
        object.raw(format_args!(","));
        // A name of ours stands for what is ours.
        let prefix = if OURS.contains(key) { "baggage." } else { "" };
        object.string(&format!("{prefix}{key}"));
        object.raw(format_args!(":"));
        object.string(value);
    }
    if !object.buffers.spans.is_empty() {
        object.raw(format_args!(",\"spans\":["));
        let Buffers { line, spans, .. } = &mut *object.buffers;
        line.append(spans);
        object.raw(format_args!("]"));
    }
    if let Some(ids) = &head.ids {
        object.raw(format_args!(",\"trace_id\":\"{:032x}\"", ids.trace));
        object.raw(format_args!(",\"span_id\":\"{:016x}\"", ids.span));
        object.raw(format_args!(",\"trace_flags\":\"{:02x}\"", ids.flags));
    }
    object.raw(format_args!("}}\n"));
}

/// Appends an object for a span of `tracing` to the other spans.
pub(super) fn write_span(name: &str, fields: Option<&Fields>, spans: &mut Vec<u8>) {
    separate(spans);
    raw(spans, format_args!("{{\"name\":"));
    string(spans, name);
    for (name, value) in fields.into_iter().flat_map(Fields::iter) {
        raw(spans, format_args!(","));
        match name {
            "name" => string(spans, "fields.name"),
            _ => string(spans, name),
        }
        raw(spans, format_args!(":"));
        write_value(spans, value);
    }
    raw(spans, format_args!("}}"));
}

/// Appends an object for spans that are left out.
pub(super) fn write_omitted(count: usize, spans: &mut Vec<u8>) {
    separate(spans);
    raw(spans, format_args!("{{\"omitted\":{count}}}"));
}

fn separate(spans: &mut Vec<u8>) {
    if !spans.is_empty() {
        spans.push(b',');
    }
}

fn raw(json: &mut Vec<u8>, text: fmt::Arguments<'_>) {
    // A vector takes whatever it is given; only a time after the year 9999 cannot be formatted.
    let _ = json.write_fmt(text);
}

fn string(json: &mut Vec<u8>, text: &str) {
    // The same holds for JSON of a string.
    let _ = serde_json::to_writer(json, text);
}

fn float(json: &mut Vec<u8>, value: f64) {
    if value.is_finite() {
        let _ = serde_json::to_writer(json, &value);
    } else {
        raw(json, format_args!("\"{value}\""));
    }
}

fn write_value(json: &mut Vec<u8>, value: &FieldValue) {
    match value {
        FieldValue::I64(value) => raw(json, format_args!("{value}")),
        FieldValue::U64(value) => raw(json, format_args!("{value}")),
        FieldValue::I128(value) => raw(json, format_args!("\"{value}\"")),
        FieldValue::U128(value) => raw(json, format_args!("\"{value}\"")),
        FieldValue::F64(value) => float(json, *value),
        FieldValue::Bool(value) => raw(json, format_args!("{value}")),
        FieldValue::Text(text) | FieldValue::Formatted(text) => string(json, text),
    }
}

struct Object<'b> {
    buffers: &'b mut Buffers,
    is_log_record: bool,
    reserved: &'b [String],
}

impl Object<'_> {
    fn raw(&mut self, json: fmt::Arguments<'_>) {
        raw(&mut self.buffers.line, json);
    }

    fn string(&mut self, text: &str) {
        string(&mut self.buffers.line, text);
    }

    fn value(&mut self, value: &FieldValue) {
        write_value(&mut self.buffers.line, value);
    }

    /// Appends the name of `field`; false if the field is not to be written.
    fn key_of(&mut self, field: &Field) -> bool {
        let name = name_of(field, self.is_log_record);
        name.map(|name| self.key(name)).is_some()
    }

    fn key(&mut self, name: &str) {
        self.raw(format_args!(","));
        if OURS.contains(&name) {
            // No name of ours needs escaping.
            self.raw(format_args!("\"fields.{name}\""));
        } else if self.reserved.iter().any(|reserved| reserved == name) {
            self.string(&format!("fields.{name}"));
        } else {
            self.string(name);
        }
        self.raw(format_args!(":"));
    }

    fn number(&mut self, field: &Field, number: fmt::Arguments<'_>) {
        if self.key_of(field) {
            self.raw(number);
        }
    }

    /// Appends a value that has to be formatted, as a string.
    fn formatted(&mut self, field: &Field, value: fmt::Arguments<'_>) {
        if self.key_of(field) {
            let mut text = std::mem::take(&mut self.buffers.value);
            format_value(&mut text, value);
            self.string(&text);
            self.buffers.value = text;
        }
    }
}

impl Visit for Object<'_> {
    fn record_i64(&mut self, field: &Field, value: i64) {
        self.number(field, format_args!("{value}"));
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.number(field, format_args!("{value}"));
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.number(field, format_args!("{value}"));
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        if self.key_of(field) {
            float(&mut self.buffers.line, value);
        }
    }

    fn record_i128(&mut self, field: &Field, value: i128) {
        self.number(field, format_args!("\"{value}\""));
    }

    fn record_u128(&mut self, field: &Field, value: u128) {
        self.number(field, format_args!("\"{value}\""));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        if self.key_of(field) {
            self.string(value);
        }
    }

    fn record_error(&mut self, field: &Field, value: &(dyn Error + 'static)) {
        self.formatted(field, format_args!("{}", WithSources(value)));
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.formatted(field, format_args!("{value:?}"));
    }
}
