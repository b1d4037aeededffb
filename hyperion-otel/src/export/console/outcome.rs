//! The end of a span, as far as it says so.

use std::borrow::Cow;

use opentelemetry::KeyValue;
use opentelemetry::trace::Status;
use opentelemetry_sdk::trace::SpanData;

use super::text::clean;

/// The ends of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    Ok,
    /// With what is known about the error, on one line.
    Failed(String),
    Panicked(String),
    Cancelled,
}

impl Outcome {
    pub(super) fn of(span: &SpanData) -> Self {
        let kind = attribute(&span.attributes, "error.type");
        let outcome = attribute(&span.attributes, "outcome");
        match outcome.as_deref().or(kind.as_deref()) {
            Some("panic") => return Self::Panicked(message(span).unwrap_or_default().into_owned()),
            Some("cancelled") => return Self::Cancelled,
            _ => {}
        }
        if !matches!(span.status, Status::Error { .. }) {
            return Self::Ok;
        }
        let kind = kind.or_else(|| {
            exception(span, "exception.type").map(|path| Cow::Owned(last_segment(&path).to_owned()))
        });
        let parts: Vec<String> = [kind, message(span)]
            .into_iter()
            .flatten()
            .map(|part| clean(&part).into_owned())
            .collect();
        let text = match parts.as_slice() {
            [kind, message] if message.starts_with(kind.as_str()) => message.clone(),
            parts => parts.join(": "),
        };
        Self::Failed(if text.is_empty() {
            "failed".to_owned()
        } else {
            text
        })
    }
}

fn message(span: &SpanData) -> Option<Cow<'_, str>> {
    let description = match &span.status {
        Status::Error { description } => Some(Cow::Borrowed(description.as_ref())),
        Status::Ok | Status::Unset => None,
    };
    exception(span, "exception.message")
        .or(description)
        .filter(|message| !message.is_empty())
}

fn exception<'a>(span: &'a SpanData, key: &str) -> Option<Cow<'a, str>> {
    span.events
        .iter()
        .filter(|event| event.name == "exception")
        .find_map(|event| attribute(&event.attributes, key))
}

fn attribute<'a>(attributes: &'a [KeyValue], key: &str) -> Option<Cow<'a, str>> {
    attributes
        .iter()
        .find(|attribute| attribute.key.as_str() == key)
        .map(|attribute| attribute.value.as_str())
}

/// `CardDeclined` of `shop::payment::CardDeclined`; a path with parameters is left whole.
fn last_segment(path: &str) -> &str {
    if path.contains('<') {
        path
    } else {
        path.rsplit("::").next().unwrap_or(path)
    }
}
