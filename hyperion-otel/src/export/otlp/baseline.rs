//! The values that the receiver knows already, so that only what is new needs to be sent.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::SystemTime;

use hyperion_runtime::metrics::snapshot::{
    Data, Family, HistogramPoint, LabelPair, NumberPoint, NumberValue,
};

/// The values at the last export that arrived. One that did not arrive leaves no trace here, so that the next has what
/// it had, too.
///
/// Only series that were in that export are held: one that is gone is forgotten.
#[derive(Default)]
pub(super) struct Baseline {
    time: Option<SystemTime>,
    totals: HashMap<Cow<'static, str>, HashMap<Vec<LabelPair>, Total>>,
}

impl Baseline {
    /// The time at which the values were read that arrived last.
    pub(super) fn time(&self) -> Option<SystemTime> {
        self.time
    }

    /// The counts of `family` since then.
    ///
    /// A series without changes is left out, as the data model allows: a receiver adds nothing for it either way, and most
    /// series of most programs are idle most of the time. The first time it is sent even at zero, to say that it exists.
    pub(super) fn changes(&self, family: &Family) -> Family {
        let totals = self.totals.get(&family.name);
        let known = |labels: &[LabelPair]| totals.and_then(|totals| totals.get(labels));
        let data = match &family.data {
            Data::Counter(points) => Data::Counter(
                points
                    .iter()
                    .filter_map(|point| self.number(point, known(&point.labels)))
                    .collect(),
            ),
            Data::Histogram(points) => Data::Histogram(
                points
                    .iter()
                    .filter_map(|point| self.histogram(point, known(&point.labels)))
                    .collect(),
            ),
            // What may fall is always told as a whole.
            whole @ (Data::UpDownCounter(_) | Data::Gauge(_)) => whole.clone(),
        };
        Family {
            name: family.name.clone(),
            description: family.description.clone(),
            unit: family.unit.clone(),
            asynchronous: family.asynchronous,
            library: family.library.clone(),
            data,
        }
    }

    /// Everything that was read at `time` has arrived; the values of `families` will be subtracted.
    pub(super) fn arrived<'a>(
        &mut self,
        time: SystemTime,
        families: impl Iterator<Item = &'a Family>,
    ) {
        self.time = Some(time);
        self.totals = families
            .map(|family| (family.name.clone(), totals(&family.data)))
            .collect();
    }

    fn number(&self, point: &NumberPoint, known: Option<&Total>) -> Option<NumberPoint> {
        let difference = match known {
            Some(Total::Number(before)) if !self.began_anew(point.start) => {
                minus(point.value, *before)
            }
            _ => None,
        };
        if difference.is_some_and(is_zero) {
            return None;
        }
        Some(NumberPoint {
            labels: point.labels.clone(),
            // Whatever was not there before, or began anew, was counted since then or since a later start of its own.
            start: point.start.max(self.time),
            value: difference.unwrap_or(point.value),
            exemplar: point.exemplar,
        })
    }

    fn histogram(&self, point: &HistogramPoint, known: Option<&Total>) -> Option<HistogramPoint> {
        let difference = match known {
            Some(Total::Histogram(before)) if !self.began_anew(point.start) => before.until(point),
            _ => None,
        };
        let (buckets, sum) = difference.unwrap_or_else(|| (point.buckets.clone(), point.sum));
        if known.is_some() && buckets.iter().all(|count| *count == 0) {
            return None;
        }
        Some(HistogramPoint {
            labels: point.labels.clone(),
            start: point.start.max(self.time),
            bounds: Arc::clone(&point.bounds),
            buckets,
            sum,
            exemplars: point.exemplars.clone(),
        })
    }

    /// Returns true if counting began after what arrived last, so that nothing of it is in the count.
    fn began_anew(&self, start: Option<SystemTime>) -> bool {
        start > self.time
    }
}

/// The value of a series.
enum Total {
    Number(NumberValue),
    Histogram(Distribution),
}

struct Distribution {
    bounds: Arc<[f64]>,
    buckets: Vec<u64>,
    sum: f64,
}

impl Distribution {
    /// Buckets and sum of what came since; nothing if a bucket has lost values, or is another one.
    fn until(&self, now: &HistogramPoint) -> Option<(Vec<u64>, f64)> {
        if self.bounds != now.bounds {
            return None;
        }
        let buckets: Option<Vec<u64>> = std::iter::zip(&now.buckets, &self.buckets)
            .map(|(now, before)| now.checked_sub(*before))
            .collect();
        Some((buckets?, now.sum - self.sum))
    }
}

fn totals(data: &Data) -> HashMap<Vec<LabelPair>, Total> {
    match data {
        Data::Counter(points) => points
            .iter()
            .map(|point| (point.labels.clone(), Total::Number(point.value)))
            .collect(),
        Data::Histogram(points) => points
            .iter()
            .map(|point| {
                let total = Distribution {
                    bounds: Arc::clone(&point.bounds),
                    buckets: point.buckets.clone(),
                    sum: point.sum,
                };
                (point.labels.clone(), Total::Histogram(total))
            })
            .collect(),
        Data::UpDownCounter(_) | Data::Gauge(_) => HashMap::new(),
    }
}

/// The difference; nothing if a count went down, or changed its type.
fn minus(now: NumberValue, before: NumberValue) -> Option<NumberValue> {
    match (now, before) {
        (NumberValue::U64(now), NumberValue::U64(before)) => {
            now.checked_sub(before).map(NumberValue::U64)
        }
        (NumberValue::I64(now), NumberValue::I64(before)) if now >= before => {
            now.checked_sub(before).map(NumberValue::I64)
        }
        (NumberValue::F64(now), NumberValue::F64(before)) if now >= before => {
            Some(NumberValue::F64(now - before))
        }
        _ => None,
    }
}

fn is_zero(number: NumberValue) -> bool {
    match number {
        NumberValue::U64(number) => number == 0,
        NumberValue::I64(number) => number == 0,
        NumberValue::F64(number) => number == 0.0,
    }
}
