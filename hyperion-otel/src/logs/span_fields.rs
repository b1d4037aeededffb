//! The fields of a span of `tracing`, as a span of the trace has them.

use std::error::Error;
use std::fmt;

use opentelemetry::trace::{SpanKind, SpanRef, Status};
use opentelemetry::{KeyValue, Value};
use tracing::field::{Field, Visit};
use tracing::span::Attributes;

use super::field::{format_value, name_of};
use crate::text::WithSources;

/// The kind that the field `otel.kind` names.
pub(super) fn kind_of(attributes: &Attributes<'_>) -> SpanKind {
    let mut kind = Kind(SpanKind::Internal);
    if attributes.fields().field("otel.kind").is_some() {
        attributes.record(&mut kind);
    }
    kind.0
}

struct Kind(SpanKind);

impl Visit for Kind {
    fn record_str(&mut self, field: &Field, value: &str) {
        const KINDS: [(&str, SpanKind); 5] = [
            ("server", SpanKind::Server),
            ("client", SpanKind::Client),
            ("producer", SpanKind::Producer),
            ("consumer", SpanKind::Consumer),
            ("internal", SpanKind::Internal),
        ];
        let named = |(name, _): &&(&str, SpanKind)| value.eq_ignore_ascii_case(name);
        if field.name() == "otel.kind"
            && let Some((_, kind)) = KINDS.iter().find(named)
        {
            self.0 = kind.clone();
        }
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        if field.name() == "otel.kind" {
            self.record_str(field, &formatted(format_args!("{value:?}")));
        }
    }
}

/// The text of the field `error`.
#[derive(Default)]
pub(super) struct ErrorText(pub(super) Option<String>);

impl Visit for ErrorText {
    fn record_str(&mut self, field: &Field, value: &str) {
        if field.name() == "error" {
            self.0 = Some(value.to_owned());
        }
    }

    fn record_error(&mut self, field: &Field, value: &(dyn Error + 'static)) {
        if field.name() == "error" {
            self.0 = Some(formatted(format_args!("{}", WithSources(value))));
        }
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        if field.name() == "error" {
            self.0 = Some(formatted(format_args!("{value:?}")));
        }
    }
}

fn formatted(value: fmt::Arguments<'_>) -> String {
    let mut text = String::new();
    format_value(&mut text, value);
    text
}

/// The status that the field `otel.status_code` names.
fn status_of(name: &str) -> Option<Status> {
    match name {
        _ if name.eq_ignore_ascii_case("ok") => Some(Status::Ok),
        _ if name.eq_ignore_ascii_case("error") => Some(Status::error("")),
        _ => None,
    }
}

/// Makes fields updates of the span in a context.
pub(super) struct Updates<'p>(pub(super) SpanRef<'p>);

impl Updates<'_> {
    fn set(&mut self, field: &Field, value: impl Into<Value>) {
        if let Some(name) = name_of(field, false) {
            self.0.set_attribute(KeyValue::new(name, value));
        }
    }

    fn text(&mut self, field: &Field, text: String) {
        match field.name() {
            "otel.name" => self.0.update_name(text),
            // It was read when the span was started.
            "otel.kind" => {}
            "otel.status_code" => {
                if let Some(status) = status_of(&text) {
                    self.0.set_status(status);
                }
            }
            "otel.status_description" => self.0.set_status(Status::error(text)),
            _ => self.set(field, text),
        }
    }
}

impl Visit for Updates<'_> {
    fn record_i64(&mut self, field: &Field, value: i64) {
        self.set(field, value);
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        match i64::try_from(value) {
            Ok(value) => self.set(field, value),
            // OpenTelemetry has no larger number.
            Err(_) => self.set(field, value.to_string()),
        }
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        self.set(field, value);
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.set(field, value);
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.text(field, value.to_owned());
    }

    fn record_error(&mut self, field: &Field, value: &(dyn Error + 'static)) {
        self.text(field, formatted(format_args!("{}", WithSources(value))));
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.text(field, formatted(format_args!("{value:?}")));
    }
}
