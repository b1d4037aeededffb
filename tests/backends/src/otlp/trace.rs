//! Spans and traces.

use std::fmt::Write;

use anyhow::{Result, bail};
use serde_json::Value;

use super::{Attributes, Origin, list, text, whole};

/// The spans of one trace that have arrived, in the order in which they started.
#[derive(Debug, Clone, PartialEq)]
pub struct Trace {
    /// Its id, 32 hexadecimal digits.
    pub id: String,
    /// Its spans.
    pub spans: Vec<Span>,
}

/// One span.
#[derive(Debug, Clone, PartialEq)]
pub struct Span {
    /// The id of its trace.
    pub trace_id: String,
    /// Its own id, 16 hexadecimal digits.
    pub span_id: String,
    /// The id of its parent; `None` for a root.
    pub parent_id: Option<String>,
    /// What other vendors say in the trace, as in the header `tracestate`.
    pub trace_state: String,
    /// Its name.
    pub name: String,
    /// Its kind.
    pub kind: Kind,
    /// When it started, in nanoseconds since 1970.
    pub start: u64,
    /// When it ended, in nanoseconds since 1970.
    pub end: u64,
    /// Its attributes.
    pub attributes: Attributes,
    /// Its status.
    pub status: Status,
    /// Its events.
    pub events: Vec<Event>,
    /// Its links.
    pub links: Vec<Link>,
    /// The resource that produced it.
    pub resource: Attributes,
    /// The instrumentation scope.
    pub scope: String,
}

/// The kind of a span.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Not said.
    Unspecified,
    /// Inside an application.
    Internal,
    /// Answers a request.
    Server,
    /// Makes a request.
    Client,
    /// Sends a message.
    Producer,
    /// Receives a message.
    Consumer,
}

/// The status of a span.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Status {
    /// Nothing was said, which is how success looks.
    Unset,
    /// Somebody vouched for it.
    Ok,
    /// It failed, with this message.
    Error(String),
}

/// Something that happened during a span.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// Its name.
    pub name: String,
    /// When, in nanoseconds since 1970.
    pub time: u64,
    /// Its attributes.
    pub attributes: Attributes,
}

/// A link to another span.
#[derive(Debug, Clone, PartialEq)]
pub struct Link {
    /// The id of the other span's trace.
    pub trace_id: String,
    /// The id of the other span.
    pub span_id: String,
    /// Its attributes.
    pub attributes: Attributes,
}

impl Trace {
    /// The one span of this name.
    ///
    /// # Panics
    /// When there is none, or several.
    #[track_caller]
    pub fn span(&self, name: &str) -> &Span {
        match self.named(name).as_slice() {
            [span] => span,
            found => panic!(
                "{} spans are called `{name}` in the trace\n{}",
                found.len(),
                self.outline()
            ),
        }
    }

    /// Every span of this name.
    pub fn named(&self, name: &str) -> Vec<&Span> {
        self.spans.iter().filter(|span| span.name == name).collect()
    }

    /// The spans under another, in the order in which they started.
    pub fn children(&self, of: &Span) -> Vec<&Span> {
        self.spans
            .iter()
            .filter(|span| span.parent_id.as_ref() == Some(&of.span_id))
            .collect()
    }

    /// The names as a tree, two spaces a level, a line each. A span whose parent has not arrived
    /// stands at the top and says so.
    pub fn outline(&self) -> String {
        let mut outline = String::new();
        for span in &self.spans {
            match &span.parent_id {
                None => self.write(&mut outline, span, 0),
                Some(parent) if self.spans.iter().any(|span| span.span_id == *parent) => {}
                Some(parent) => {
                    let _ = write!(outline, "(under {parent}, which is not here) ");
                    self.write(&mut outline, span, 0);
                }
            }
        }
        outline
    }

    /// Returns true if every span carries a test's mark in its resource.
    pub fn is_marked(&self, mark: &str) -> bool {
        self.spans.iter().all(|span| span.resource.is_marked(mark))
    }

    fn write(&self, outline: &mut String, span: &Span, depth: usize) {
        let _ = writeln!(outline, "{:width$}{}", "", span.name, width = 2 * depth);
        // A span that is its own ancestor is wrong, but no reason to recurse for ever.
        if depth < self.spans.len() {
            for child in self.children(span) {
                self.write(outline, child, depth + 1);
            }
        }
    }
}

impl Span {
    pub(super) fn read(value: &Value, origin: &Origin<'_>) -> Result<Self> {
        let name = text(value, "name");
        let parent = text(value, "parentSpanId");
        Ok(Self {
            trace_id: text(value, "traceId").to_owned(),
            span_id: text(value, "spanId").to_owned(),
            parent_id: (!parent.is_empty()).then(|| parent.to_owned()),
            trace_state: text(value, "traceState").to_owned(),
            name: name.to_owned(),
            kind: kind(whole(value, "kind")?)?,
            start: whole(value, "startTimeUnixNano")?,
            end: whole(value, "endTimeUnixNano")?,
            attributes: Attributes::read(&format!("span `{name}`"), value)?,
            status: status(&value["status"])?,
            events: list(value, "events")
                .iter()
                .map(|event| Event::read(event, name))
                .collect::<Result<_>>()?,
            links: list(value, "links")
                .iter()
                .map(|link| Link::read(link, name))
                .collect::<Result<_>>()?,
            resource: origin.resource.clone(),
            scope: origin.scope.to_owned(),
        })
    }

    /// The one event of this name.
    ///
    /// # Panics
    /// When there is none, or several.
    #[track_caller]
    pub fn event(&self, name: &str) -> &Event {
        let found: Vec<&Event> = self
            .events
            .iter()
            .filter(|event| event.name == name)
            .collect();
        match found.as_slice() {
            [event] => event,
            _ => panic!(
                "span `{}` has {} events `{name}`: {:#?}",
                self.name,
                found.len(),
                self.events
            ),
        }
    }
}

impl Event {
    fn read(value: &Value, span: &str) -> Result<Self> {
        let name = text(value, "name");
        Ok(Self {
            name: name.to_owned(),
            time: whole(value, "timeUnixNano")?,
            attributes: Attributes::read(&format!("event `{name}` of span `{span}`"), value)?,
        })
    }
}

impl Link {
    fn read(value: &Value, span: &str) -> Result<Self> {
        Ok(Self {
            trace_id: text(value, "traceId").to_owned(),
            span_id: text(value, "spanId").to_owned(),
            attributes: Attributes::read(&format!("a link of span `{span}`"), value)?,
        })
    }
}

fn kind(number: u64) -> Result<Kind> {
    Ok(match number {
        0 => Kind::Unspecified,
        1 => Kind::Internal,
        2 => Kind::Server,
        3 => Kind::Client,
        4 => Kind::Producer,
        5 => Kind::Consumer,
        other => bail!("{other} is no span kind"),
    })
}

fn status(value: &Value) -> Result<Status> {
    Ok(match whole(value, "code")? {
        0 => Status::Unset,
        1 => Status::Ok,
        2 => Status::Error(text(value, "message").to_owned()),
        other => bail!("{other} is no status code"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::otlp;
    use serde_json::json;

    fn trace() -> Trace {
        let span = |id: &str, parent: &str, name: &str| json!({"traceId": "0a", "spanId": id, "parentSpanId": parent, "name": name});
        let export = json!({"resourceSpans": [{"scopeSpans": [{"spans": [
            span("01", "", "root"), span("02", "01", "left"), span("03", "02", "leaf"),
            span("04", "01", "right"), span("05", "ff", "lost"),
        ]}]}]});
        otlp::traces(otlp::spans(&export).expect("spans")).remove(0)
    }

    #[test]
    fn an_outline_is_the_tree_of_names() {
        assert_eq!(
            trace().outline(),
            "root\n  left\n    leaf\n  right\n(under ff, which is not here) lost\n"
        );
    }

    #[test]
    #[should_panic(expected = "0 spans are called `stem` in the trace\nroot\n  left")]
    fn an_absent_span_shows_the_trace() {
        trace().span("stem");
    }

    #[test]
    fn a_status_keeps_its_message() {
        assert_eq!(status(&json!({})).expect("a status"), Status::Unset);
        let failed = status(&json!({"code": 2, "message": "no"})).expect("a status");
        assert_eq!(failed, Status::Error("no".to_owned()));
        assert!(status(&json!({"code": 9})).is_err());
    }
}
