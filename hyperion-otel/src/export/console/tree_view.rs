//! A trace as lines of text.
//!
//! ```text
//! trace 4bf92f3577b34da6a3ce929d0e0e4736                                  12.4 ms
//! OrderService.checkout                  ██████████████████████████████   12.4 ms
//! └─ PaymentClient.charge  amount=99           ████████████████████████    9.8 ms  ✗ CardDeclined
//! ```

use std::collections::HashSet;
use std::time::{Duration, SystemTime};

use anstyle::Style;
use opentelemetry::KeyValue;
use opentelemetry::trace::SpanId;
use opentelemetry_sdk::trace::SpanData;

use super::outcome::Outcome;
use super::text::{
    BAD, BAR, BOLD, DIM, Line, ODD, PLAIN, TimeUnit, clean, clip, part_of_time, width,
};
use super::trace_buffer::{Part, Trace};
use super::tree::{Content, Row, Tree};

/// The space between columns.
const GAP: usize = 2;
const DURATION: usize = 8;
/// `trace ` and an id.
const TITLE: usize = 38;
/// The longest value of an attribute.
const MAX_VALUE: usize = 40;
const MAX_BAR: usize = 40;
const MIN_BAR: usize = 16;
const MAX_INDENT: usize = 12;
/// Branches take a third of the line at most, and each is three columns wide.
const INDENT_SHARE: usize = 9;

/// Appends `trace` to `out`, in lines of `columns`.
pub(super) fn render(trace: &Trace, columns: usize, out: &mut String) {
    let tree = Tree::of(&trace.spans, (columns / INDENT_SHARE).min(MAX_INDENT));
    let axis = Axis::of(&trace.spans);
    let layout = Layout::of(&tree, columns);
    title(trace, &axis, &layout, out);
    for row in &tree.rows {
        match &row.content {
            Content::Span(span, outcome) => span_line(row, span, outcome, &axis, &layout, out),
            Content::Omitted { spans, failed } => omitted_line(row, *spans, *failed, &layout, out),
        }
    }
    if tree.hidden > 0 {
        let mut line = Line::default();
        line.push(
            DIM,
            &format!(
                "… {} of {} spans are not shown",
                tree.hidden,
                trace.spans.len()
            ),
        );
        line.end(out);
    }
    out.push('\n');
}

/// The time that all bars of a trace share.
struct Axis {
    start: SystemTime,
    length: Duration,
    unit: TimeUnit,
}

impl Axis {
    fn of(spans: &[SpanData]) -> Self {
        let start = spans
            .iter()
            .map(|span| span.start_time)
            .min()
            .unwrap_or(SystemTime::UNIX_EPOCH);
        let end = spans
            .iter()
            .map(|span| span.end_time)
            .max()
            .unwrap_or(start);
        let length = end.duration_since(start).unwrap_or_default();
        Self {
            start,
            length,
            unit: TimeUnit::of(length.as_secs_f64()),
        }
    }

    /// The number of `steps` that have passed at `time`.
    fn steps(&self, time: SystemTime, steps: usize) -> usize {
        let passed = time
            .duration_since(self.start)
            .unwrap_or_default()
            .min(self.length)
            .as_nanos();
        let scaled = passed * steps as u128 / self.length.as_nanos().max(1);
        usize::try_from(scaled).unwrap_or(steps).min(steps)
    }

    /// A bar in `columns`, to an eighth of a column.
    fn bar(&self, span: &SpanData, columns: usize) -> String {
        const PARTS: [&str; 8] = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];
        let start = self.steps(span.start_time, columns * 8);
        let end = self.steps(span.end_time, columns * 8);
        // What took no time is still to be seen.
        let eighths = end.saturating_sub(start).max(1);
        let column = (start / 8).min(columns.saturating_sub(1));
        let part = PARTS.get(eighths % 8).copied().unwrap_or_default();
        format!("{}{}{part}", " ".repeat(column), "█".repeat(eighths / 8))
    }
}

/// The places of the columns.
struct Layout {
    label: usize,
    bar: usize,
    columns: usize,
}

impl Layout {
    fn of(tree: &Tree<'_>, columns: usize) -> Self {
        let natural = tree.rows.iter().map(natural_width).max().unwrap_or(0);
        let widest_bar = (columns * 3 / 10).min(MAX_BAR);
        let label = natural
            // The title stands above the label and the bar.
            .max((TITLE + GAP).saturating_sub(GAP + widest_bar + GAP))
            .min(columns.saturating_sub(widest_bar + DURATION + 2 * GAP));
        // An error reads best beside its span, for which the bars can make some room.
        let error = tree
            .rows
            .iter()
            .filter_map(error_text)
            .map(|error| width(&error) + GAP)
            .max()
            .unwrap_or(0);
        let bar = columns
            .saturating_sub(label + 2 * GAP + DURATION + error)
            .min(widest_bar);
        let bar = if bar < MIN_BAR { widest_bar } else { bar };
        Self {
            label,
            bar,
            columns,
        }
    }

    fn bar_at(&self) -> usize {
        self.label + GAP
    }

    /// The column where durations end.
    fn duration_end(&self) -> usize {
        self.bar_at() + self.bar + GAP + DURATION
    }
}

fn natural_width(row: &Row<'_>) -> usize {
    let content = match &row.content {
        Content::Span(span, _) => {
            let attributes = attributes(&span.attributes);
            let gap = if attributes.is_empty() { 0 } else { GAP };
            width(&clean(&span.name)) + gap + width(&attributes)
        }
        Content::Omitted { .. } => 0,
    };
    width(&row.branch) + content
}

fn title(trace: &Trace, axis: &Axis, layout: &Layout, out: &mut String) {
    let mut line = Line::default();
    line.push(DIM, &format!("trace {}", trace.id));
    line.push(PLAIN, "  ");
    line.push_right(
        BOLD,
        &part_of_time(axis.length, axis.unit),
        layout.duration_end(),
    );
    let note = match trace.part {
        Part::Late => "  ended after its root",
        Part::Unfinished => "  its root has not ended",
        Part::Whole if is_called_from_outside(&trace.spans) => "  called from another process",
        Part::Whole => "",
    };
    line.push(DIM, note);
    line.end(out);
}

/// Returns true if a span has a parent that was propagated and is none of the others: what a queue carries inside a process is.
fn is_called_from_outside(spans: &[SpanData]) -> bool {
    let ids = spans.iter().map(|span| span.span_context.span_id());
    let ids: HashSet<SpanId> = ids.collect();
    spans
        .iter()
        .any(|span| span.parent_span_is_remote && !ids.contains(&span.parent_span_id))
}

fn span_line(
    row: &Row<'_>,
    span: &SpanData,
    outcome: &Outcome,
    axis: &Axis,
    layout: &Layout,
    out: &mut String,
) {
    let style = match outcome {
        Outcome::Ok => PLAIN,
        Outcome::Failed(_) | Outcome::Panicked(_) => BAD,
        Outcome::Cancelled => ODD,
    };
    let mut line = Line::default();
    label(row, span, style, layout.label, &mut line);
    line.pad_to(layout.bar_at());
    line.push(
        if *outcome == Outcome::Ok { BAR } else { style },
        &axis.bar(span, layout.bar),
    );
    let duration = span
        .end_time
        .duration_since(span.start_time)
        .unwrap_or_default();
    line.push_right(
        PLAIN,
        &part_of_time(duration, axis.unit),
        layout.duration_end(),
    );

    let Some(error) = error_text(row) else {
        return line.end(out);
    };
    let room = layout.columns.saturating_sub(layout.duration_end() + GAP);
    if width(&error) <= room {
        line.push(PLAIN, "  ");
        line.push(style, &error);
        return line.end(out);
    }
    line.end(out);
    let mut below = Line::default();
    below.push(DIM, &row.trunk);
    below.push(PLAIN, "  ");
    below.push(
        style,
        &clip(
            &error,
            layout.columns.saturating_sub(width(&row.trunk) + GAP),
        ),
    );
    below.end(out);
}

/// The branches, the name and as many attributes as fit.
fn label(row: &Row<'_>, span: &SpanData, style: Style, columns: usize, line: &mut Line) {
    line.push(DIM, &row.branch);
    let room = columns.saturating_sub(width(&row.branch));
    let name = clean(&span.name);
    let name = clip(&name, room);
    line.push(
        if row.branch.is_empty() {
            style.bold()
        } else {
            style
        },
        &name,
    );
    let room = room.saturating_sub(width(&name) + GAP);
    let attributes = attributes(&span.attributes);
    // A few characters of an attribute tell nobody anything.
    if !attributes.is_empty() && room >= width(&attributes).min(6) {
        line.push(PLAIN, "  ");
        line.push(DIM, &clip(&attributes, room));
    }
}

fn omitted_line(row: &Row<'_>, spans: usize, failed: usize, layout: &Layout, out: &mut String) {
    let mut line = Line::default();
    line.push(DIM, &row.branch);
    let text = if failed == 0 {
        format!("… {spans} more")
    } else {
        format!("… {spans} more, {failed} failed")
    };
    line.push(
        if failed == 0 { DIM } else { BAD },
        &clip(&text, layout.columns),
    );
    line.end(out);
}

fn error_text(row: &Row<'_>) -> Option<String> {
    match &row.content {
        Content::Span(_, Outcome::Failed(error)) => Some(format!("✗ {error}")),
        Content::Span(_, Outcome::Panicked(message)) if message.is_empty() => {
            Some("✗ panicked".to_owned())
        }
        Content::Span(_, Outcome::Panicked(message)) => {
            Some(format!("✗ panicked: {}", clean(message)))
        }
        Content::Span(_, Outcome::Cancelled) => Some("⊘ cancelled".to_owned()),
        Content::Span(_, Outcome::Ok) | Content::Omitted { .. } => None,
    }
}

/// The attributes that the user recorded: the place in the code and the outcome are shown by other means.
fn attributes(attributes: &[KeyValue]) -> String {
    let shown = attributes.iter().filter(|attribute| {
        let key = attribute.key.as_str();
        !matches!(
            key,
            "component" | "error.type" | "outcome" | "busy_ns" | "idle_ns" | "level" | "target"
        ) && !["code.", "exception.", "hyperion.", "thread."]
            .iter()
            .any(|prefix| key.starts_with(prefix))
    });
    let pairs: Vec<String> = shown
        .map(|attribute| {
            let value = attribute.value.as_str();
            format!(
                "{}={}",
                clean(attribute.key.as_str()),
                clip(&clean(&value), MAX_VALUE)
            )
        })
        .collect();
    pairs.join("  ")
}
