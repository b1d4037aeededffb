//! The exemplars of a metric.

mod slot;

use crate::state;
use crate::trace::active;
use opentelemetry::trace::{SpanId, TraceId};
use slot::{ExemplarSlot, Measurement};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// The generation that slots are filled for.
static GENERATION: AtomicU64 = AtomicU64::new(slot::FIRST);

/// The generation that slots are filled for now. There is none that is zero.
#[inline]
pub(crate) fn generation() -> u64 {
    GENERATION.load(Ordering::Relaxed)
}

/// Begins the next generation: metrics were read, and new measurements take the places of those that were seen.
pub(crate) fn renew() {
    GENERATION.fetch_add(slot::NEXT, Ordering::Relaxed);
}

/// Room for one exemplar in each bucket of each series.
#[derive(Debug)]
pub(crate) struct Exemplars {
    /// Made when the first one is kept; the slots of a series when it gets its first one.
    series: OnceLock<Box<[SeriesSlots]>>,
    cardinality: usize,
    buckets: usize,
}

/// The slots of one series, one for each bucket.
type SeriesSlots = OnceLock<Box<[ExemplarSlot]>>;

/// The span that a measurement was made in.
#[derive(Clone, Copy, Debug)]
pub(crate) enum InSpan {
    /// The one that is current.
    Current,
    /// This one, which is recorded.
    Recorded(TraceId, SpanId),
    /// One that is not sampled.
    Unsampled,
}

/// Returns true if measurements may become exemplars.
#[inline]
pub(crate) fn are_wanted(state: u8) -> bool {
    state & (state::EXEMPLARS | state::ALL_EXEMPLARS) != 0
}

impl Exemplars {
    pub(crate) fn new(cardinality: usize, buckets: usize) -> Self {
        Self {
            series: OnceLock::new(),
            cardinality,
            buckets,
        }
    }

    /// Returns true if there is an exemplar of `generation` in a slot.
    #[inline]
    pub(crate) fn has(&self, generation: u64, index: usize, bucket: usize) -> bool {
        let slot = || self.series.get()?.get(index)?.get()?.get(bucket);
        slot().is_some_and(|slot| slot.is_full(generation))
    }

    /// Keeps what was measured in `span` if the filter in `state` lets it pass and its slot has room in `generation`.
    #[inline(never)]
    pub(crate) fn keep(
        &self,
        generation: u64,
        state: u8,
        index: usize,
        bucket: usize,
        value: u64,
        span: &InSpan,
    ) {
        let span = span.ids();
        if span.is_none() && state & state::ALL_EXEMPLARS == 0 {
            return;
        }
        let (trace_id, span_id) = span.unwrap_or((TraceId::INVALID, SpanId::INVALID));
        let series = self
            .series
            .get_or_init(|| (0..self.cardinality).map(|_| OnceLock::new()).collect());
        let make = || (0..self.buckets).map(|_| ExemplarSlot::new()).collect();
        let slots = series.get(index).map(|slots| slots.get_or_init(make));
        if let Some(slot) = slots.and_then(|slots| slots.get(bucket)) {
            slot.keep(
                generation,
                Measurement {
                    value,
                    time: now(),
                    trace_id: u128::from_be_bytes(trace_id.to_bytes()),
                    span_id: u64::from_be_bytes(span_id.to_bytes()),
                },
            );
        }
    }

    /// The exemplars of each series, in the order of the buckets.
    pub(crate) fn all(&self) -> impl Iterator<Item = (usize, impl Iterator<Item = Seen>)> {
        let series = self.series.get().into_iter().flatten();
        series.enumerate().filter_map(|(index, slots)| {
            let kept = slots.get()?.iter().filter_map(ExemplarSlot::read);
            Some((index, kept.map(seen)))
        })
    }
}

/// The exemplars of one series of another library, one for each of its buckets.
#[derive(Debug)]
pub struct SeriesExemplars(Exemplars);

impl SeriesExemplars {
    /// Room for as many.
    pub fn new(buckets: usize) -> Self {
        Self(Exemplars::new(1, buckets))
    }

    /// Keeps what was measured now, if the filter lets it pass and the bucket has had none since metrics were read.
    pub fn keep(&self, bucket: usize, value: u64) {
        let (state, generation, span) = (state::load(), generation(), InSpan::Current);
        if are_wanted(state) && span.may_pass(state) && !self.0.has(generation, 0, bucket) {
            self.0.keep(generation, state, 0, bucket, value, &span);
        }
    }

    /// The exemplars in the order of the buckets.
    pub fn all(&self) -> impl Iterator<Item = Seen> {
        self.0.all().flat_map(|(_, kept)| kept)
    }
}

/// An exemplar: its value, time and span.
type Seen = (u64, SystemTime, Option<SpanIds>);

fn seen(kept: Measurement) -> Seen {
    let span = (kept.trace_id != 0).then(|| SpanIds {
        trace_id: kept.trace_id.to_be_bytes(),
        span_id: kept.span_id.to_be_bytes(),
    });
    let time = UNIX_EPOCH + Duration::from_nanos(kept.time);
    (kept.value, time, span)
}

impl InSpan {
    /// Returns true if what is measured here may pass the filter in `state`. Most of what is measured outside of a span does
    /// not.
    #[inline]
    pub(crate) fn may_pass(&self, state: u8) -> bool {
        state & state::ALL_EXEMPLARS != 0 || !self.is_none()
    }

    /// Returns true if there is certainly no sampled span.
    #[inline]
    fn is_none(&self) -> bool {
        match self {
            Self::Current => !active::is_in_any(),
            Self::Recorded(..) => false,
            Self::Unsampled => true,
        }
    }

    /// The ids of the span, if there is one and it is sampled.
    fn ids(&self) -> Option<(TraceId, SpanId)> {
        match self {
            Self::Current => active::sampled_ids(),
            Self::Recorded(trace_id, span_id) => Some((*trace_id, *span_id)),
            Self::Unsampled => None,
        }
    }
}

fn now() -> u64 {
    let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH);
    since_epoch.map_or(0, |since| {
        u64::try_from(since.as_nanos()).unwrap_or(u64::MAX)
    })
}

/// The ids of a span, in the order of their bytes on the wire. `Debug` and the methods write them in hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct SpanIds {
    /// The trace.
    pub trace_id: [u8; 16],
    /// The span.
    pub span_id: [u8; 8],
}

impl SpanIds {
    /// The id of the trace in 32 lowercase hexadecimal digits.
    pub fn trace_id(&self) -> String {
        format!("{:032x}", u128::from_be_bytes(self.trace_id))
    }

    /// The id of the span in 16 lowercase hexadecimal digits.
    pub fn span_id(&self) -> String {
        format!("{:016x}", u64::from_be_bytes(self.span_id))
    }
}

impl std::fmt::Debug for SpanIds {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}-{}", self.trace_id(), self.span_id())
    }
}
