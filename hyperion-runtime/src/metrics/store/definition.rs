//! The fixed part of a metric.

use crate::metrics::declare::{Declaration, InstrumentKind, Labels};
use std::borrow::Cow;

/// A label: its key and its value.
pub type LabelPair = (Cow<'static, str>, Cow<'static, str>);

/// A label that costs nothing to copy.
pub(crate) fn label(key: &'static str, value: &'static str) -> LabelPair {
    (Cow::Borrowed(key), Cow::Borrowed(value))
}

/// The name of a metric, and the way in which it is counted.
#[derive(Debug)]
pub(crate) struct Definition {
    pub(crate) name: &'static str,
    pub(crate) unit: &'static str,
    pub(crate) help: &'static str,
    pub(crate) kind: InstrumentKind,
    /// Upper bounds of a histogram's buckets.
    pub(crate) bounds: &'static [f64],
    /// Labels that all its series have.
    pub(crate) fixed: Vec<LabelPair>,
    /// Labels that tell its series apart.
    pub(crate) labels: Labels,
    /// Has every series be there from the start.
    pub(crate) zero: bool,
}

impl Definition {
    /// The number of cells of a series: a sum has one, and a sum that may return to zero one more for how often it changed; a
    /// histogram has one for each bucket and one for its sum; a last value is kept elsewhere, since threads do not add up.
    pub(crate) fn stride(&self) -> usize {
        match self.kind {
            InstrumentKind::Counter(_) | InstrumentKind::Gauge(_) => 1,
            InstrumentKind::UpDownCounter(_) => 2,
            InstrumentKind::Histogram => self.bounds.len() + 2,
        }
    }

    pub(super) fn of(declaration: &'static Declaration, instance: &[&'static str]) -> Self {
        let keys = declaration.group.instance_keys.iter();
        let fixed = keys.zip(instance).map(|(key, value)| label(key, value));
        Self {
            name: declaration.name,
            unit: declaration.unit,
            help: declaration.help,
            kind: declaration.kind,
            bounds: declaration.bounds,
            fixed: fixed.collect(),
            labels: declaration.labels,
            zero: declaration.zero,
        }
    }
}
