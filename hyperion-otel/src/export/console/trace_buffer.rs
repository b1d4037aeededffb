//! Spans that wait for the root of their trace.

use std::collections::{HashMap, HashSet, VecDeque};
use std::time::{Duration, Instant};

use opentelemetry::trace::{SpanId, TraceId};
use opentelemetry_sdk::trace::SpanData;

/// The number of spans that wait at most; beyond it the oldest trace is shown as it is.
const MAX_SPANS: usize = 20_000;
/// The time that spans wait for a root that has not ended.
const ROOT_PATIENCE: Duration = Duration::from_secs(60);
/// The time that the spans which outlive their root wait for each other.
const LATE_PATIENCE: Duration = Duration::from_secs(1);
/// The number of traces that are remembered as shown.
const MAX_SHOWN: usize = 256;

/// Spans of one trace that are shown together.
#[derive(Debug)]
pub(super) struct Trace {
    pub(super) id: TraceId,
    pub(super) spans: Vec<SpanData>,
    pub(super) part: Part,
}

/// The part of its trace that a [`Trace`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// Everything below a local root.
    Whole,
    /// Spans that ended after the root had been shown.
    Late,
    /// Spans that have no root yet.
    Unfinished,
}

/// Collects spans by trace, in whatever order they come.
#[derive(Debug, Default)]
pub(super) struct TraceBuffer {
    waiting: HashMap<TraceId, Waiting>,
    spans: usize,
    shown: VecDeque<TraceId>,
}

#[derive(Debug)]
struct Waiting {
    spans: Vec<SpanData>,
    since: Instant,
}

impl TraceBuffer {
    /// Takes a batch, and gives the traces that are ready to be shown, in the order of their beginning.
    pub(super) fn add(&mut self, batch: Vec<SpanData>, now: Instant) -> Vec<Trace> {
        let mut rooted = HashSet::new();
        for span in batch {
            let id = span.span_context.trace_id();
            if is_local_root(&span) {
                rooted.insert(id);
            }
            self.spans += 1;
            self.waiting
                .entry(id)
                .or_insert_with(|| Waiting {
                    spans: Vec::new(),
                    since: now,
                })
                .spans
                .push(span);
        }
        let mut ready: Vec<Trace> = rooted
            .into_iter()
            .filter_map(|id| self.take_rooted(id))
            .collect();
        ready.extend(self.take_overdue(now));
        in_order(ready)
    }

    /// Gives everything that waits.
    pub(super) fn drain(&mut self) -> Vec<Trace> {
        let ids: Vec<TraceId> = self.waiting.keys().copied().collect();
        in_order(ids.into_iter().filter_map(|id| self.take_all(id)).collect())
    }

    /// The local roots of a trace and what is below them.
    fn take_rooted(&mut self, id: TraceId) -> Option<Trace> {
        let waiting = self.waiting.get_mut(&id)?;
        let below = below_roots(&waiting.spans);
        let (spans, rest): (Vec<_>, Vec<_>) = std::mem::take(&mut waiting.spans)
            .into_iter()
            .partition(|span| below.contains(&span.span_context.span_id()));
        if rest.is_empty() {
            self.waiting.remove(&id);
        } else {
            waiting.spans = rest;
        }
        self.spans -= spans.len();
        self.remember(id);
        Some(Trace {
            id,
            spans,
            part: Part::Whole,
        })
    }

    fn take_overdue(&mut self, now: Instant) -> Vec<Trace> {
        let overdue: Vec<TraceId> = self
            .waiting
            .iter()
            .filter(|(id, waiting)| {
                let patience = if self.shown.contains(id) {
                    LATE_PATIENCE
                } else {
                    ROOT_PATIENCE
                };
                now.saturating_duration_since(waiting.since) >= patience
            })
            .map(|(id, _)| *id)
            .collect();
        let mut taken: Vec<Trace> = overdue
            .into_iter()
            .filter_map(|id| self.take_all(id))
            .collect();
        while self.spans > MAX_SPANS {
            let oldest = self
                .waiting
                .iter()
                .min_by_key(|(_, waiting)| waiting.since)
                .map(|(id, _)| *id);
            let Some(trace) = oldest.and_then(|id| self.take_all(id)) else {
                break;
            };
            taken.push(trace);
        }
        taken
    }

    fn take_all(&mut self, id: TraceId) -> Option<Trace> {
        let spans = self.waiting.remove(&id)?.spans;
        self.spans -= spans.len();
        let part = if self.shown.contains(&id) {
            Part::Late
        } else {
            Part::Unfinished
        };
        Some(Trace { id, spans, part })
    }

    fn remember(&mut self, id: TraceId) {
        if !self.shown.contains(&id) {
            if self.shown.len() == MAX_SHOWN {
                self.shown.pop_front();
            }
            self.shown.push_back(id);
        }
    }
}

/// The traces in the order of their beginning.
fn in_order(mut traces: Vec<Trace>) -> Vec<Trace> {
    traces.sort_by_key(|trace| trace.spans.iter().map(|span| span.start_time).min());
    traces
}

/// Returns true if nothing in this process is above `span`.
fn is_local_root(span: &SpanData) -> bool {
    span.parent_span_id == SpanId::INVALID || span.parent_span_is_remote
}

fn below_roots(spans: &[SpanData]) -> HashSet<SpanId> {
    let mut children: HashMap<SpanId, Vec<SpanId>> = HashMap::new();
    let mut below = HashSet::new();
    let mut next = Vec::new();
    for span in spans {
        let id = span.span_context.span_id();
        if is_local_root(span) {
            next.push(id);
        } else {
            children.entry(span.parent_span_id).or_default().push(id);
        }
    }
    while let Some(id) = next.pop() {
        if below.insert(id) {
            next.extend(children.remove(&id).unwrap_or_default());
        }
    }
    below
}
