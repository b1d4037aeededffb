//! The spans of a trace as rows of a tree.

use std::collections::{HashMap, HashSet};

use opentelemetry::trace::SpanId;
use opentelemetry_sdk::trace::SpanData;

use super::outcome::Outcome;

/// The number of rows that a trace takes at most.
const MAX_ROWS: usize = 200;
/// The number of children of one span that are shown.
const MAX_CHILDREN: usize = 40;

/// A tree that is ready to be drawn.
#[derive(Debug)]
pub(super) struct Tree<'a> {
    pub(super) rows: Vec<Row<'a>>,
    /// The number of spans that have no row.
    pub(super) hidden: usize,
}

/// A line of the tree.
#[derive(Debug)]
pub(super) struct Row<'a> {
    /// The branches that lead to the row.
    pub(super) branch: String,
    /// The branches that pass below it.
    pub(super) trunk: String,
    pub(super) content: Content<'a>,
}

#[derive(Debug)]
pub(super) enum Content<'a> {
    Span(&'a SpanData, Outcome),
    /// Siblings that are not shown, and how many of them failed.
    Omitted {
        spans: usize,
        failed: usize,
    },
}

/// A row to come.
struct Pending<'a> {
    content: Content<'a>,
    depth: usize,
    /// The branches that its parent hands down.
    trunk: String,
    is_last: bool,
}

impl<'a> Tree<'a> {
    /// Rows deeper than `max_indent` are not indented further but show their depth as a number.
    pub(super) fn of(spans: &'a [SpanData], max_indent: usize) -> Self {
        let present: HashSet<SpanId> = spans
            .iter()
            .map(|span| span.span_context.span_id())
            .collect();
        let mut children: HashMap<SpanId, Vec<&SpanData>> = HashMap::new();
        let mut tops = Vec::new();
        for span in spans {
            if present.contains(&span.parent_span_id) {
                children.entry(span.parent_span_id).or_default().push(span);
            } else {
                tops.push(span);
            }
        }
        if tops.is_empty() {
            // Spans that are each other's parents have no top; any of them will do, and each is reached once.
            tops.extend(spans.first());
        }
        Self::grow(tops, children, spans.len(), max_indent)
    }

    /// Goes down without recursion, since a trace may be deeper than the stack.
    fn grow(
        tops: Vec<&'a SpanData>,
        mut children: HashMap<SpanId, Vec<&'a SpanData>>,
        total: usize,
        max_indent: usize,
    ) -> Self {
        let mut rows: Vec<Row<'a>> = Vec::new();
        let mut shown = HashSet::new();
        let mut pending = Vec::new();
        push_siblings(&mut pending, tops, 0, "");
        while rows.len() < MAX_ROWS
            && let Some(next) = pending.pop()
        {
            let (branch, trunk) = branches(&next, max_indent);
            if let Content::Span(span, _) = &next.content {
                if !shown.insert(std::ptr::from_ref::<SpanData>(span)) {
                    continue;
                }
                let below = children
                    .remove(&span.span_context.span_id())
                    .unwrap_or_default();
                push_siblings(&mut pending, below, next.depth + 1, &trunk);
            }
            rows.push(Row {
                branch,
                trunk,
                content: next.content,
            });
        }
        Self {
            rows,
            hidden: total - shown.len(),
        }
    }
}

/// Puts siblings on the stack, the first of them on top.
fn push_siblings<'a>(
    pending: &mut Vec<Pending<'a>>,
    spans: Vec<&'a SpanData>,
    depth: usize,
    trunk: &str,
) {
    let mut siblings: Vec<(&SpanData, Outcome)> = spans
        .into_iter()
        .map(|span| (span, Outcome::of(span)))
        .collect();
    siblings.sort_by_key(|(span, _)| (span.start_time, span.span_context.span_id().to_bytes()));
    let omitted = omit(&mut siblings);
    let mut contents: Vec<Content<'a>> = siblings
        .into_iter()
        .map(|(span, outcome)| Content::Span(span, outcome))
        .collect();
    contents.extend(omitted);
    let last = contents.len().saturating_sub(1);
    let rows = contents
        .into_iter()
        .enumerate()
        .map(|(position, content)| Pending {
            content,
            depth,
            trunk: trunk.to_owned(),
            is_last: position == last,
        });
    let before = pending.len();
    pending.extend(rows);
    if let Some(added) = pending.get_mut(before..) {
        added.reverse();
    }
}

/// Leaves the first siblings and, of the others, those that failed, as far as there is room.
fn omit<'a>(siblings: &mut Vec<(&'a SpanData, Outcome)>) -> Option<Content<'a>> {
    if siblings.len() <= MAX_CHILDREN {
        return None;
    }
    let rest = siblings.split_off(MAX_CHILDREN / 2);
    let mut omitted = 0;
    let mut failed = 0;
    for sibling in rest {
        let bad = sibling.1 != Outcome::Ok;
        if bad && siblings.len() < MAX_CHILDREN {
            siblings.push(sibling);
        } else {
            omitted += 1;
            failed += usize::from(bad);
        }
    }
    (omitted > 0).then_some(Content::Omitted {
        spans: omitted,
        failed,
    })
}

/// The branches before a row and those that it hands down.
fn branches(row: &Pending<'_>, max_indent: usize) -> (String, String) {
    let Pending {
        depth,
        trunk,
        is_last,
        ..
    } = row;
    if *depth == 0 {
        return (String::new(), String::new());
    }
    if *depth > max_indent {
        return (format!("{trunk}└{depth}─ "), trunk.clone());
    }
    let (branch, below) = if *is_last {
        ("└─ ", "   ")
    } else {
        ("├─ ", "│  ")
    };
    (format!("{trunk}{branch}"), format!("{trunk}{below}"))
}
