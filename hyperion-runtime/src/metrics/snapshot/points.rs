//! The points of metrics at one moment.

pub use crate::metrics::exemplars::SpanIds;
pub use crate::metrics::store::LabelPair;

use std::borrow::Cow;
use std::sync::Arc;
use std::time::SystemTime;

/// Every native metric at one moment, cumulative since the start of each point.
#[derive(Clone, Debug)]
pub struct Snapshot {
    /// The time when the snapshot was taken.
    pub time: SystemTime,
    /// One family a metric name, in the order of their names.
    pub families: Vec<Family>,
}

/// One metric: its description and a point for each label set seen.
#[derive(Clone, Debug)]
pub struct Family {
    /// The OpenTelemetry name, for example `hyperion.call.duration`.
    pub name: Cow<'static, str>,
    /// A sentence for people; Prometheus shows it as `# HELP`.
    pub description: Cow<'static, str>,
    /// A UCUM unit such as `s`, `By` or `{call}`; empty when there is none.
    pub unit: Cow<'static, str>,
    /// True if callbacks are asked for its values, and nobody writes them as things happen.
    pub asynchronous: bool,
    /// The library that the metric was declared with, such as `prometheus`, where it is not hyperion: its name and its labels
    /// are shown as they are there.
    pub library: Option<Cow<'static, str>>,
    /// The points, by kind of instrument.
    pub data: Data,
}

/// The points of a [`Family`].
#[derive(Clone, Debug)]
pub enum Data {
    /// Monotonic sums.
    Counter(Vec<NumberPoint>),
    /// Sums that may fall.
    UpDownCounter(Vec<NumberPoint>),
    /// Last values.
    Gauge(Vec<NumberPoint>),
    /// Distributions over explicit buckets.
    Histogram(Vec<HistogramPoint>),
}

/// One number and its labels.
#[derive(Clone, Debug, PartialEq)]
pub struct NumberPoint {
    /// Sorted by key.
    pub labels: Vec<LabelPair>,
    /// The time when counting began, where that is known; a last value has no beginning.
    pub start: Option<SystemTime>,
    /// The value.
    pub value: NumberValue,
    /// A measurement that is part of the value, and the span that it was made in.
    pub exemplar: Option<Exemplar>,
}

/// The value of a [`NumberPoint`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum NumberValue {
    /// A count.
    U64(u64),
    /// A signed count.
    I64(i64),
    /// A measurement.
    F64(f64),
}

impl NumberValue {
    /// The number as a measurement; beyond 53 bits the nearest one.
    #[expect(
        clippy::cast_precision_loss,
        reason = "the nearest is what is asked for"
    )]
    pub fn as_f64(self) -> f64 {
        match self {
            Self::U64(value) => value as f64,
            Self::I64(value) => value as f64,
            Self::F64(value) => value,
        }
    }

    /// Returns true if the number can be that of a counter: it is one, and not below zero.
    pub fn is_count(self) -> bool {
        self.as_f64() >= 0.0
    }
}

/// One distribution and its labels.
#[derive(Clone, Debug, PartialEq)]
pub struct HistogramPoint {
    /// Sorted by key.
    pub labels: Vec<LabelPair>,
    /// The time when counting began, where that is known.
    pub start: Option<SystemTime>,
    /// Upper bounds, inclusive and ascending, without the infinite one.
    pub bounds: Arc<[f64]>,
    /// The number of values in each bucket (not cumulative); one more than there are bounds, the last is unbounded.
    pub buckets: Vec<u64>,
    /// Sum of all values.
    pub sum: f64,
    /// Values that fell in the buckets, at most one for each, in ascending order.
    pub exemplars: Vec<Exemplar>,
}

/// One measurement that a point contains, and the span that was current when it was made
/// ([data model](https://opentelemetry.io/docs/specs/otel/metrics/data-model/#exemplars)).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Exemplar {
    /// The value that was added or recorded.
    pub value: NumberValue,
    /// The time of it. It can be before the last snapshot, where nothing newer took its place.
    pub time: SystemTime,
    /// The span; there can be none where the filter is `always_on`.
    pub span: Option<SpanIds>,
}

impl HistogramPoint {
    /// The number of values that were recorded.
    pub fn count(&self) -> u64 {
        self.buckets.iter().copied().fold(0, u64::saturating_add)
    }

    /// Checks that the buckets are those of a distribution.
    ///
    /// # Errors
    ///
    /// Returns the reason why they are not: bounds that do not ascend or are infinite, or a number of buckets that does not go
    /// with them.
    pub fn check(&self) -> Result<(), &'static str> {
        let bounds = &self.bounds;
        let ascend = bounds.windows(2).all(|pair| pair[0] < pair[1]);
        if !ascend || !bounds.iter().all(|bound| bound.is_finite()) {
            return Err("its bounds are not finite and ascending");
        }
        if self.buckets.len() != bounds.len() + 1 {
            return Err("it has not one bucket more than bounds");
        }
        Ok(())
    }

    /// Adds the values of another distribution.
    ///
    /// Values of buckets with other bounds fall into the first bucket here that holds all of theirs: the count and the sum
    /// stay exact.
    pub fn add(&mut self, other: &Self) {
        self.sum = (self.sum + other.sum).clamp(f64::MIN, f64::MAX);
        self.start = self.start.min(other.start);
        for (index, more) in other.buckets.iter().enumerate() {
            let bucket = match other.bounds.get(index) {
                Some(bound) => self.bounds.partition_point(|own| own < bound),
                None => self.bounds.len(),
            };
            if let Some(bucket) = self.buckets.get_mut(bucket) {
                *bucket = bucket.saturating_add(*more);
            }
        }
        self.keep_newest(&other.exemplars);
    }

    /// Of two exemplars in one bucket the newer one stays.
    fn keep_newest(&mut self, more: &[Exemplar]) {
        let bounds = Arc::clone(&self.bounds);
        let bucket = |exemplar: &Exemplar| {
            let value = exemplar.value.as_f64();
            bounds.partition_point(|bound| *bound < value)
        };
        self.exemplars.extend_from_slice(more);
        self.exemplars.sort_by(|one, other| {
            bucket(one)
                .cmp(&bucket(other))
                .then(other.time.cmp(&one.time))
        });
        self.exemplars.dedup_by_key(|exemplar| bucket(exemplar));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn point(bounds: &[f64], buckets: &[u64]) -> HistogramPoint {
        HistogramPoint {
            labels: Vec::new(),
            start: None,
            exemplars: Vec::new(),
            bounds: bounds.into(),
            buckets: buckets.to_vec(),
            sum: 1.0,
        }
    }

    #[test]
    fn distributions_add_up_whatever_their_bounds() {
        let mut total = point(&[1.0, 2.0], &[1, 1, 1]);
        total.add(&point(&[1.0, 2.0], &[1, 2, 3]));
        assert_eq!(total.buckets, [2, 3, 4]);
        total.add(&point(&[0.5, 1.5, 9.0], &[10, 20, 30, 40]));
        assert_eq!(total.buckets, [12, 23, 74]);
        assert_eq!(total.count(), 109);
        assert!((total.sum - 3.0).abs() < 1e-9);
    }
}
