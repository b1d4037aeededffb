//! Settings of spans that a program chooses: the bounds of one, and the signals that carry exceptions.

use super::attributes::AttributeValue;
use opentelemetry::{Array, KeyValue, StringValue, Value};

/// The bounds of one span: the [span limits] of the specification. What is over a limit is dropped and counted.
///
/// [span limits]: https://opentelemetry.io/docs/specs/otel/trace/sdk/#span-limits
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SpanLimits {
    /// Attributes of a span, with those of its call site and of all spans; 128 by default.
    ///
    /// File: `tracing.limits.attributes`. Environment: `OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT`, else
    /// `OTEL_ATTRIBUTE_COUNT_LIMIT`.
    pub attributes: u32,
    /// Events of a span; 128 by default.
    ///
    /// File: `tracing.limits.events`. Environment: `OTEL_SPAN_EVENT_COUNT_LIMIT`.
    pub events: u32,
    /// Links of a span; 128 by default.
    ///
    /// File: `tracing.limits.links`. Environment: `OTEL_SPAN_LINK_COUNT_LIMIT`.
    pub links: u32,
    /// Attributes of an event; 128 by default.
    ///
    /// File: `tracing.limits.event_attributes`. Environment: `OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT`, else
    /// `OTEL_ATTRIBUTE_COUNT_LIMIT`.
    pub event_attributes: u32,
    /// Attributes of a link; 128 by default.
    ///
    /// File: `tracing.limits.link_attributes`. Environment: `OTEL_LINK_ATTRIBUTE_COUNT_LIMIT`, else
    /// `OTEL_ATTRIBUTE_COUNT_LIMIT`.
    pub link_attributes: u32,
    /// Characters of an attribute that is text, which is cut there; no limit by default.
    ///
    /// File: `tracing.limits.attribute_value_length`. Environment: `OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT`, else
    /// `OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT`.
    pub attribute_value_length: Option<u32>,
}

impl Default for SpanLimits {
    fn default() -> Self {
        Self::DEFAULT
    }
}

impl SpanLimits {
    /// Those of the specification.
    pub(crate) const DEFAULT: Self = Self {
        attributes: 128,
        events: 128,
        links: 128,
        event_attributes: 128,
        link_attributes: 128,
        attribute_value_length: None,
    };

    /// Returns true if a list of `count` things has room for one more, of `most`, and else counts it as dropped.
    #[inline]
    pub(super) fn admits(most: u32, count: usize, dropped: &mut u32) -> bool {
        let has_room = count < most as usize;
        if !has_room {
            *dropped = dropped.saturating_add(1);
        }
        has_room
    }

    /// The value without what is too long, if something is.
    pub(super) fn cut(&self, value: AttributeValue<'_>) -> Option<Value> {
        let length = self.attribute_value_length? as usize;
        match value {
            AttributeValue::Text(text) => head(text, length).map(|head| head.to_owned().into()),
            AttributeValue::Other(value) => {
                let mut value = value.clone();
                truncate(&mut value, length);
                Some(value)
            }
            _ => None,
        }
    }

    /// The attributes of an event or a link, at most `most`, and the number of those that were too many.
    pub(super) fn apply(&self, mut attributes: Vec<KeyValue>, most: u32) -> (Vec<KeyValue>, u32) {
        let dropped = attributes.len().saturating_sub(most as usize);
        attributes.truncate(most as usize);
        if let Some(length) = self.attribute_value_length {
            for attribute in &mut attributes {
                truncate(&mut attribute.value, length as usize);
            }
        }
        (attributes, u32::try_from(dropped).unwrap_or(u32::MAX))
    }
}

/// Cuts text after `length` characters, also inside arrays.
fn truncate(value: &mut Value, length: usize) {
    match value {
        Value::String(text) => truncate_text(text, length),
        Value::Array(Array::String(texts)) => texts
            .iter_mut()
            .for_each(|text| truncate_text(text, length)),
        _ => {}
    }
}

fn truncate_text(text: &mut StringValue, length: usize) {
    if let Some(head) = head(text.as_str(), length) {
        *text = head.to_owned().into();
    }
}

/// The first `length` characters, if there are more.
fn head(text: &str, length: usize) -> Option<&str> {
    let (end, _) = text.char_indices().nth(length)?;
    text.get(..end)
}

/// The signals that carry the exception of a failed call: the type of the error, its message and its sources.
///
/// The [semantic conventions] are moving exceptions from spans to logs; a program chooses when it follows. The span's
/// status and its `error.type` stay on the span in any case. Logs need the feature `logs`.
///
/// [semantic conventions]: https://opentelemetry.io/docs/specs/semconv/exceptions/
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum ExceptionSignal {
    /// `events`: to an event of the span.
    #[default]
    Events,
    /// `logs`: to a `tracing` event at level error, whether the trace is sampled or not.
    Logs,
    /// `both`: to both, while what reads one of them learns to read the other.
    Both,
}

impl ExceptionSignal {
    pub(crate) fn has_events(self) -> bool {
        matches!(self, Self::Events | Self::Both)
    }

    pub(crate) fn has_logs(self) -> bool {
        matches!(self, Self::Logs | Self::Both)
    }
}

/// The part that OpenTelemetry's context has in the spans of a program.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum ContextMode {
    /// `full`: the span of every call is current in OpenTelemetry's context, where instrumentation by others finds it, hangs
    /// its own spans under it, sends its ids to other services, and writes on it.
    #[default]
    Full,
    /// `own`: the spans of calls are known to this library alone, which costs less. It is for programs in which nobody
    /// else uses OpenTelemetry's context: instrumentation by others finds the parent that was there before the call, and sends no ids of ours.
    Own,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_element_of_an_array_is_cut() {
        let limits = SpanLimits {
            attribute_value_length: Some(3),
            ..SpanLimits::DEFAULT
        };
        let cut = |array| limits.cut(AttributeValue::Other(&Value::Array(array)));
        let texts = |texts: [&'static str; 3]| Array::String(texts.map(Into::into).into());
        assert_eq!(
            cut(texts(["grüße", "Ada", "Grace"])),
            Some(Value::Array(texts(["grü", "Ada", "Gra"])))
        );
        let numbers = || Array::I64(vec![12_345]);
        assert_eq!(cut(numbers()), Some(Value::Array(numbers())));
    }
}
