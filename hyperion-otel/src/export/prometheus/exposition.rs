//! The content of a metrics page, before it is written in some format.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;
use std::time::SystemTime;

use hyperion_runtime::metrics::snapshot::{Exemplar, HistogramPoint, NumberValue};

/// The families of a page, by name, and what could not be shown.
#[derive(Debug, Default)]
pub(super) struct Exposition {
    pub(super) families: BTreeMap<String, ExposedFamily>,
    /// The reasons why metrics are missing, a sentence for each.
    pub(super) left_out: Vec<String>,
}

/// The kinds of families.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FamilyKind {
    Counter,
    Gauge,
    Histogram,
    Info,
    /// A counter of another library whose name lacks the ending of counters, and which is to keep its name.
    NamedCounter,
}

/// The series of one name.
#[derive(Debug)]
pub(super) struct ExposedFamily {
    pub(super) kind: FamilyKind,
    /// The word for the unit, where the name ends with it.
    pub(super) unit: Option<String>,
    pub(super) help: String,
    pub(super) series: Vec<Series>,
    pub(super) label_sets: HashSet<Labels>,
}

/// Names and values in the order in which they are written.
pub(super) type Labels = Vec<(String, String)>;

/// One series and its value.
#[derive(Debug)]
pub(super) struct Series {
    pub(super) labels: Labels,
    /// The beginning of the count, where that is known.
    pub(super) start: Option<SystemTime>,
    pub(super) value: SeriesValue,
}

#[derive(Debug)]
pub(super) enum SeriesValue {
    Number {
        value: NumberValue,
        exemplar: Option<Exemplar>,
    },
    Distribution(Distribution),
}

/// The values of a histogram.
#[derive(Debug)]
pub(super) struct Distribution {
    /// Ascending, without the infinite one.
    bounds: Arc<[f64]>,
    /// Not cumulative, and one more than there are bounds.
    counts: Vec<u64>,
    sum: f64,
    /// One for each bucket that has any.
    exemplars: Vec<Option<Exemplar>>,
}

/// Everything up to a bound.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bucket {
    pub(super) bound: f64,
    pub(super) count: u64,
    /// Between this bound and the one before.
    pub(super) exemplar: Option<Exemplar>,
}

impl Exposition {
    /// The families in the order in which they are written: first the target, then by name.
    pub(super) fn in_order(&self) -> impl Iterator<Item = (&str, &ExposedFamily)> {
        let are_info = |wanted: bool| {
            self.families
                .iter()
                .filter(move |(_, family)| (family.kind == FamilyKind::Info) == wanted)
        };
        are_info(true)
            .chain(are_info(false))
            .map(|(base, family)| (base.as_str(), family))
    }
}

impl FamilyKind {
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Counter => "counter",
            Self::Gauge => "gauge",
            Self::Histogram => "histogram",
            Self::Info => "info",
            Self::NamedCounter => "unknown",
        }
    }
}

impl Distribution {
    /// Answers with what is wrong if the point is no distribution.
    pub(super) fn of(point: &HistogramPoint) -> Result<Self, &'static str> {
        point.check()?;
        let bounds = &point.bounds;
        let mut exemplars = vec![None; point.buckets.len()];
        for exemplar in &point.exemplars {
            let value = exemplar.value.as_f64();
            let bucket = bounds.partition_point(|bound| *bound < value);
            let largest = exemplars[bucket].map(|other: Exemplar| other.value.as_f64());
            if !value.is_nan() && largest.is_none_or(|largest| largest <= value) {
                exemplars[bucket] = Some(*exemplar);
            }
        }
        Ok(Self {
            bounds: Arc::clone(bounds),
            counts: point.buckets.clone(),
            sum: point.sum,
            exemplars,
        })
    }

    pub(super) fn buckets(&self) -> impl Iterator<Item = Bucket> {
        let bounds = self.bounds.iter().copied().chain([f64::INFINITY]);
        let mut count = 0_u64;
        bounds
            .zip(&self.counts)
            .zip(&self.exemplars)
            .map(move |((bound, more), exemplar)| {
                count = count.saturating_add(*more);
                Bucket {
                    bound,
                    count,
                    exemplar: *exemplar,
                }
            })
    }

    pub(super) fn count(&self) -> u64 {
        self.buckets().last().map_or(0, |all| all.count)
    }

    /// The sum, unless values below zero can be part of it: it would be no counter then, which readers take it for.
    pub(super) fn sum(&self) -> Option<f64> {
        let counts = self.bounds.first().is_none_or(|bound| *bound >= 0.0) && self.sum >= 0.0;
        counts.then_some(self.sum)
    }
}
