//! What every native instrument held at one moment.
//!
//! Exporters read this and nothing else, so that a scrape, an OTLP export and the console table show the same numbers.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::SystemTime;

/// Every native metric at one moment, cumulative since [`start`](Self::start).
#[derive(Clone, Debug)]
pub struct Snapshot {
    /// When counting began.
    pub start: SystemTime,
    /// When the snapshot was taken.
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

/// A label: its key and its value.
pub type Label = (Cow<'static, str>, Cow<'static, str>);

/// One number and its labels.
#[derive(Clone, Debug, PartialEq)]
pub struct NumberPoint {
    /// Sorted by key.
    pub labels: Vec<Label>,
    /// The value.
    pub value: Number,
}

/// The value of a [`NumberPoint`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Number {
    /// A count.
    U64(u64),
    /// A signed count.
    I64(i64),
    /// A measurement.
    F64(f64),
}

/// One distribution and its labels.
#[derive(Clone, Debug, PartialEq)]
pub struct HistogramPoint {
    /// Sorted by key.
    pub labels: Vec<Label>,
    /// Upper bounds, inclusive and ascending, without the infinite one.
    pub bounds: Arc<[f64]>,
    /// How many values fell in each bucket (not cumulative); one more than there are bounds, the last is unbounded.
    pub buckets: Vec<u64>,
    /// Sum of all values.
    pub sum: f64,
}

impl HistogramPoint {
    /// How many values were recorded.
    pub fn count(&self) -> u64 {
        self.buckets
            .iter()
            .fold(0, |count: u64, bucket| count.saturating_add(*bucket))
    }

    /// Adds the values of another distribution.
    ///
    /// Where its bounds are others, its values fall into the first bucket here that holds all of theirs: the count and the
    /// sum stay exact.
    pub(crate) fn add(&mut self, other: &Self) {
        self.sum += other.sum;
        for (index, more) in other.buckets.iter().enumerate() {
            let bucket = match other.bounds.get(index) {
                Some(bound) => self.bounds.partition_point(|own| own < bound),
                None => self.bounds.len(),
            };
            if let Some(bucket) = self.buckets.get_mut(bucket) {
                *bucket = bucket.saturating_add(*more);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn point(bounds: &[f64], buckets: &[u64]) -> HistogramPoint {
        HistogramPoint {
            labels: Vec::new(),
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
