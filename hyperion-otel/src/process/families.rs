//! Metrics as they are read.

use hyperion_runtime::metrics::snapshot::{Data, Family, LabelPair, NumberPoint, NumberValue};
use std::time::{Duration, SystemTime};

/// One value and its labels.
pub(super) type LabelledNumber = (Vec<LabelPair>, NumberValue);

/// A metric's name, unit and description.
#[derive(Clone, Copy)]
pub(super) struct Metric(
    pub(super) &'static str,
    pub(super) &'static str,
    pub(super) &'static str,
);

/// The metrics of which there is at least one value.
pub(super) struct Families {
    start: Option<SystemTime>,
    families: Vec<Family>,
}

impl Families {
    /// None yet; what they count has been counted since `start`.
    pub(super) fn since(start: Option<SystemTime>) -> Self {
        Self {
            start,
            families: Vec::new(),
        }
    }

    pub(super) fn counter(
        &mut self,
        metric: Metric,
        values: impl IntoIterator<Item = LabelledNumber>,
    ) {
        let points = points(self.start, values);
        self.push(metric, Data::Counter, points);
    }

    pub(super) fn up_down_counter(
        &mut self,
        metric: Metric,
        values: impl IntoIterator<Item = LabelledNumber>,
    ) {
        let points = points(self.start, values);
        self.push(metric, Data::UpDownCounter, points);
    }

    pub(super) fn gauge(
        &mut self,
        metric: Metric,
        values: impl IntoIterator<Item = LabelledNumber>,
    ) {
        self.push(metric, Data::Gauge, points(None, values));
    }

    fn push(
        &mut self,
        Metric(name, unit, description): Metric,
        data: fn(Vec<NumberPoint>) -> Data,
        points: Vec<NumberPoint>,
    ) {
        if !points.is_empty() {
            self.families.push(Family {
                name: name.into(),
                description: description.into(),
                unit: unit.into(),
                asynchronous: true,
                library: None,
                data: data(points),
            });
        }
    }
}

impl From<Families> for Vec<Family> {
    fn from(families: Families) -> Self {
        families.families
    }
}

/// The value without labels, if it could be read.
pub(super) fn unlabelled(value: Option<NumberValue>) -> Option<LabelledNumber> {
    value.map(|value| (Vec::new(), value))
}

/// The values that could be read, told apart by the label `key`.
pub(super) fn labelled_by<const N: usize>(
    key: &'static str,
    parts: [(&'static str, Option<NumberValue>); N],
) -> impl Iterator<Item = LabelledNumber> {
    parts
        .into_iter()
        .filter_map(move |(part, value)| Some((vec![(key.into(), part.into())], value?)))
}

pub(super) fn seconds(duration: Duration) -> NumberValue {
    NumberValue::F64(duration.as_secs_f64())
}

/// An amount that may fall.
pub(super) fn amount(amount: u64) -> NumberValue {
    NumberValue::I64(i64::try_from(amount).unwrap_or(i64::MAX))
}

fn points(
    start: Option<SystemTime>,
    values: impl IntoIterator<Item = LabelledNumber>,
) -> Vec<NumberPoint> {
    values
        .into_iter()
        .map(|(labels, value)| NumberPoint {
            labels,
            start,
            value,
            exemplar: None,
        })
        .collect()
}
