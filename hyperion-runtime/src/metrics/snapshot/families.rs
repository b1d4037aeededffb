//! Families of points, as they come together.

use super::points::{Data, Family, HistogramPoint, LabelPair, NumberPoint, NumberValue};
use crate::diagnostics;
use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};

/// Families by their name. What has the same name and the same labels is one series to a backend.
#[derive(Default)]
pub(super) struct Families(BTreeMap<Cow<'static, str>, IndexedFamily>);

struct IndexedFamily {
    family: Family,
    /// The place of each point, by its labels.
    by_labels: HashMap<Vec<LabelPair>, usize>,
}

impl Families {
    /// Adds the points of a family to those that its name has already.
    pub(super) fn add(&mut self, family: Family) {
        if let Some(known) = self.0.get_mut(&family.name) {
            return known.add(family);
        }
        let by_labels: HashMap<_, _> = match &family.data {
            Data::Counter(points) | Data::UpDownCounter(points) | Data::Gauge(points) => {
                places(points)
            }
            Data::Histogram(points) => places(points),
        };
        if !by_labels.is_empty() {
            let name = family.name.clone();
            self.0.insert(name, IndexedFamily { family, by_labels });
        }
    }

    /// All of them, in the order of their names.
    pub(super) fn sorted(self) -> Vec<Family> {
        let families = self.0.into_values();
        families.map(|indexed| indexed.family).collect()
    }
}

impl IndexedFamily {
    fn add(&mut self, more: Family) {
        self.family.asynchronous |= more.asynchronous;
        let places = &mut self.by_labels;
        match (&mut self.family.data, more.data) {
            (Data::Counter(points), Data::Counter(more))
            | (Data::UpDownCounter(points), Data::UpDownCounter(more)) => {
                add_all(points, more, places, NumberPoint::add);
            }
            (Data::Gauge(points), Data::Gauge(more)) => {
                add_all(points, more, places, NumberPoint::clone_from);
            }
            (Data::Histogram(points), Data::Histogram(more)) => {
                add_all(points, more, places, HistogramPoint::add);
            }
            _ => diagnostics::warn_once(
                "metrics.kind",
                format_args!(
                    "the metric {} is declared twice, as instruments of different kinds; only the first one that was touched \
                     is exported: rename one of them",
                    self.family.name
                ),
            ),
        }
    }
}

/// A point of one kind or the other.
trait Point {
    fn labels(&self) -> &Vec<LabelPair>;
}

impl Point for NumberPoint {
    fn labels(&self) -> &Vec<LabelPair> {
        &self.labels
    }
}

impl Point for HistogramPoint {
    fn labels(&self) -> &Vec<LabelPair> {
        &self.labels
    }
}

fn places<P: Point>(points: &[P]) -> HashMap<Vec<LabelPair>, usize> {
    let labels = points.iter().map(P::labels);
    labels.cloned().zip(0..).collect()
}

/// Adds points to those that have the same labels.
fn add_all<P: Point>(
    points: &mut Vec<P>,
    more: Vec<P>,
    places: &mut HashMap<Vec<LabelPair>, usize>,
    add: impl Fn(&mut P, &P),
) {
    for point in more {
        let place = places.get(point.labels()).copied();
        if let Some(known) = place.and_then(|place| points.get_mut(place)) {
            add(known, &point);
        } else {
            places.insert(point.labels().clone(), points.len());
            points.push(point);
        }
    }
}

impl NumberPoint {
    fn add(&mut self, other: &Self) {
        self.value = sum(self.value, other.value);
        self.start = self.start.min(other.start);
        self.exemplar = match (self.exemplar, other.exemplar) {
            (Some(one), Some(other)) if other.time > one.time => Some(other),
            (one, other) => one.or(other),
        };
    }
}

fn sum(one: NumberValue, other: NumberValue) -> NumberValue {
    match (one, other) {
        (NumberValue::U64(one), NumberValue::U64(other)) => {
            NumberValue::U64(one.saturating_add(other))
        }
        (NumberValue::I64(one), NumberValue::I64(other)) => {
            NumberValue::I64(one.saturating_add(other))
        }
        // A metric that is counted in whole numbers and in others is shown in the latter.
        (one, other) => NumberValue::F64((one.as_f64() + other.as_f64()).clamp(f64::MIN, f64::MAX)),
    }
}
