//! A line for people.

use std::error::Error;
use std::fmt;
use std::io::Write;

use anstyle::{AnsiColor, Style};
use humantime::format_rfc3339_millis;
use tracing::field::{Field, Visit};
use tracing::{Event, Level};

use super::field::{FieldValue, Fields, format_value, name_of};
use super::line::{Buffers, Head};
use crate::text::{WithSources, is_unseen};

/// The beginning of all lines of a message but the first.
const INDENT: &str = "\n    ";

/// Appends a line, or several where the message has them.
pub(super) fn write(head: &Head<'_>, event: &Event<'_>, color: bool, buffers: &mut Buffers) {
    let Buffers { line, value, spans } = buffers;
    let mut line = Line {
        text: Text { line, color },
        value,
        is_log_record: head.is_log_record,
    };
    line.text.styled(
        Style::new().dimmed(),
        format_args!("{}", format_rfc3339_millis(head.time)),
    );
    line.text.raw(" ");
    line.text
        .styled(style_of(head.level), format_args!("{:>5}", head.level));
    line.text.raw(" ");
    if !spans.is_empty() {
        line.text.line.append(spans);
        line.text.raw(": ");
    }
    line.text.escaped(head.target, "\\n");
    line.text.raw(":");
    event.record(&mut line);
    for (name, value) in head.pairs.iter().flat_map(Fields::iter) {
        line.text.raw(" ");
        line.text.key(name);
        line.text.value(value);
    }
    for (key, value) in &head.baggage {
        line.text.raw(" ");
        line.text.key(key);
        line.text.quoted(value);
    }
    if let Some(ids) = &head.ids {
        line.text.raw(" ");
        line.text.styled(
            Style::new().dimmed(),
            format_args!("trace_id={:032x} span_id={:016x}", ids.trace, ids.span),
        );
    }
    line.text.raw("\n");
}

/// Appends a span of `tracing` to the other spans: its name, and its fields in braces.
pub(super) fn write_span(name: &str, fields: Option<&Fields>, color: bool, spans: &mut Vec<u8>) {
    let mut text = Text { line: spans, color };
    text.separate();
    text.escaped(name, "\\n");
    let Some(fields) = fields.filter(|fields| !fields.is_empty()) else {
        return;
    };
    let mut before = "{";
    for (name, value) in fields.iter() {
        text.raw(before);
        text.key(name);
        text.value(value);
        before = " ";
    }
    text.raw("}");
}

/// Appends the number of the spans that are left out.
pub(super) fn write_omitted(count: usize, spans: &mut Vec<u8>) {
    let mut text = Text {
        line: spans,
        color: false,
    };
    text.separate();
    text.styled(Style::new(), format_args!("{count} more"));
}

fn style_of(level: Level) -> Style {
    match level {
        Level::ERROR => AnsiColor::Red.on_default().bold(),
        Level::WARN => AnsiColor::Yellow.on_default(),
        Level::INFO => AnsiColor::Green.on_default(),
        Level::DEBUG => AnsiColor::Blue.on_default(),
        Level::TRACE => AnsiColor::Magenta.on_default(),
    }
}

/// A text that grows.
struct Text<'b> {
    line: &'b mut Vec<u8>,
    color: bool,
}

impl Text<'_> {
    fn raw(&mut self, text: &str) {
        self.line.extend_from_slice(text.as_bytes());
    }

    fn separate(&mut self) {
        if !self.line.is_empty() {
            self.raw(":");
        }
    }

    fn styled(&mut self, style: Style, text: fmt::Arguments<'_>) {
        let style = if self.color { style } else { Style::new() };
        // A vector takes whatever it is given; only a time after the year 9999 cannot be formatted.
        let _ = write!(self.line, "{style}{text}{style:#}");
    }

    /// Appends `text` with `newline` for ends of lines, and with other control characters escaped.
    fn escaped(&mut self, text: &str, newline: &str) {
        for character in text.chars() {
            match character {
                '\n' => self.raw(newline),
                '\t' => self.raw("\t"),
                _ if is_unseen(character) => {
                    let _ = write!(self.line, "{}", character.escape_debug());
                }
                _ => self.raw(character.encode_utf8(&mut [0; 4])),
            }
        }
    }

    fn key(&mut self, name: &str) {
        self.styled(
            Style::new().dimmed(),
            format_args!("{}=", name.escape_debug()),
        );
    }

    /// Appends a text, in quotes where it takes them to be told from what is around.
    fn quoted(&mut self, text: &str) {
        if needs_quotes(text) {
            self.styled(Style::new(), format_args!("{text:?}"));
        } else {
            self.escaped(text, "\\n");
        }
    }

    fn value(&mut self, value: &FieldValue) {
        match value {
            FieldValue::I64(value) => self.styled(Style::new(), format_args!("{value}")),
            FieldValue::U64(value) => self.styled(Style::new(), format_args!("{value}")),
            FieldValue::I128(value) => self.styled(Style::new(), format_args!("{value}")),
            FieldValue::U128(value) => self.styled(Style::new(), format_args!("{value}")),
            FieldValue::F64(value) => self.styled(Style::new(), format_args!("{value}")),
            FieldValue::Bool(value) => self.styled(Style::new(), format_args!("{value}")),
            FieldValue::Text(text) => self.quoted(text),
            FieldValue::Formatted(text) => self.escaped(text, "\\n"),
        }
    }
}

struct Line<'b> {
    text: Text<'b>,
    value: &'b mut String,
    is_log_record: bool,
}

impl Line<'_> {
    /// Appends a field whose value `append` appends; the message goes without its name.
    fn field(&mut self, field: &Field, append: impl FnOnce(&mut Self, bool)) {
        let Some(name) = name_of(field, self.is_log_record) else {
            return;
        };
        self.text.raw(" ");
        let is_message = name == "message";
        if !is_message {
            self.text.key(name);
        }
        append(self, is_message);
    }

    /// Appends a value that has to be formatted, as it is but for control characters.
    fn formatted(&mut self, field: &Field, value: fmt::Arguments<'_>) {
        self.field(field, |line, is_message| {
            let mut text = std::mem::take(line.value);
            format_value(&mut text, value);
            line.text_of(&text, is_message);
            *line.value = text;
        });
    }

    fn text_of(&mut self, text: &str, is_message: bool) {
        if is_message {
            self.text
                .escaped(text.trim_end_matches(['\r', '\n']), INDENT);
        } else {
            self.text.escaped(text, "\\n");
        }
    }

    fn plain(&mut self, field: &Field, value: fmt::Arguments<'_>) {
        self.field(field, |line, _| line.text.styled(Style::new(), value));
    }
}

/// Returns true if text among `key=value` pairs has to be quoted to be told from them.
fn needs_quotes(text: &str) -> bool {
    text.is_empty()
        || text.chars().any(|character| {
            character.is_whitespace() || is_unseen(character) || "\"=".contains(character)
        })
}

impl Visit for Line<'_> {
    fn record_i64(&mut self, field: &Field, value: i64) {
        self.plain(field, format_args!("{value}"));
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.plain(field, format_args!("{value}"));
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.plain(field, format_args!("{value}"));
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        self.plain(field, format_args!("{value}"));
    }

    fn record_i128(&mut self, field: &Field, value: i128) {
        self.plain(field, format_args!("{value}"));
    }

    fn record_u128(&mut self, field: &Field, value: u128) {
        self.plain(field, format_args!("{value}"));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.field(field, |line, is_message| {
            if is_message {
                line.text_of(value, is_message);
            } else {
                line.text.quoted(value);
            }
        });
    }

    fn record_error(&mut self, field: &Field, value: &(dyn Error + 'static)) {
        self.formatted(field, format_args!("{}", WithSources(value)));
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.formatted(field, format_args!("{value:?}"));
    }
}
