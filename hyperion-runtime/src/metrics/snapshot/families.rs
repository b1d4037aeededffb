//! Families of points, as they come together.

use super::points::{Data, Family, HistogramPoint, Label, Number, NumberPoint};
use crate::diagnostics;
use std::collections::HashMap;

/// Families by their name. What has the same name and the same labels is one series to a backend.
#[derive(Default)]
pub(super) struct Families {
    families: Vec<IndexedFamily>,
    by_name: HashMap<String, usize>,
}

struct IndexedFamily {
    family: Family,
    /// The place of each point, by its labels.
    by_labels: HashMap<Vec<Label>, usize>,
}

impl Families {
    /// Adds the points of a family to those that its name has already.
    pub(super) fn add(&mut self, family: Family) {
        let place = self.by_name.get(family.name.as_ref()).copied();
        match place.and_then(|place| self.families.get_mut(place)) {
            Some(indexed) => indexed.add(family),
            None => self.insert(family),
        }
    }

    fn insert(&mut self, family: Family) {
        let labels: Vec<&Vec<Label>> = match &family.data {
            Data::Counter(points) | Data::UpDownCounter(points) | Data::Gauge(points) => {
                points.iter().map(|point| &point.labels).collect()
            }
            Data::Histogram(points) => points.iter().map(|point| &point.labels).collect(),
        };
        if labels.is_empty() {
            return;
        }
        let places = labels.into_iter().cloned().zip(0..);
        let by_labels = places.collect();
        self.by_name
            .insert(family.name.clone().into_owned(), self.families.len());
        self.families.push(IndexedFamily { family, by_labels });
    }

    /// All of them, in the order of their names.
    pub(super) fn sorted(self) -> Vec<Family> {
        let mut families: Vec<Family> = self
            .families
            .into_iter()
            .map(|indexed| indexed.family)
            .collect();
        families.sort_unstable_by(|one, other| one.name.cmp(&other.name));
        families
    }
}

impl IndexedFamily {
    fn add(&mut self, more: Family) {
        self.family.asynchronous |= more.asynchronous;
        let by_labels = &mut self.by_labels;
        match (&mut self.family.data, more.data) {
            (Data::Counter(points), Data::Counter(more))
            | (Data::UpDownCounter(points), Data::UpDownCounter(more)) => {
                add_all(
                    points,
                    more,
                    by_labels,
                    |point| &point.labels,
                    NumberPoint::add,
                );
            }
            (Data::Gauge(points), Data::Gauge(more)) => {
                add_all(
                    points,
                    more,
                    by_labels,
                    |point| &point.labels,
                    NumberPoint::clone_from,
                );
            }
            (Data::Histogram(points), Data::Histogram(more)) => {
                add_all(
                    points,
                    more,
                    by_labels,
                    |point| &point.labels,
                    HistogramPoint::add,
                );
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

/// Adds points to those that have the same labels.
fn add_all<P>(
    points: &mut Vec<P>,
    more: Vec<P>,
    by_labels: &mut HashMap<Vec<Label>, usize>,
    labels: impl Fn(&P) -> &Vec<Label>,
    add: impl Fn(&mut P, &P),
) {
    for point in more {
        let place = by_labels.get(labels(&point)).copied();
        if let Some(known) = place.and_then(|place| points.get_mut(place)) {
            add(known, &point);
        } else {
            by_labels.insert(labels(&point).clone(), points.len());
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

fn sum(one: Number, other: Number) -> Number {
    match (one, other) {
        (Number::U64(one), Number::U64(other)) => Number::U64(one.saturating_add(other)),
        (Number::I64(one), Number::I64(other)) => Number::I64(one.saturating_add(other)),
        // A metric that is counted in whole numbers and in others is shown in the latter.
        (one, other) => Number::F64((one.as_f64() + other.as_f64()).clamp(f64::MIN, f64::MAX)),
    }
}
