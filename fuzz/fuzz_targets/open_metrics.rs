//! Whatever instruments hold, the metrics page is valid in every format and says it.

#![no_main]

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use arbitrary::Arbitrary;
use hyperion_fuzz::oracle;
use hyperion_runtime::metrics::snapshot::{
    Data, Exemplar, Family, HistogramPoint, LabelPair, NumberPoint, NumberValue, Snapshot, SpanIds,
};
use libfuzzer_sys::fuzz_target;

#[derive(Arbitrary, Debug)]
struct AnyFamily<'a> {
    name: &'a str,
    description: &'a str,
    unit: &'a str,
    library: bool,
    data: AnyData<'a>,
}

#[derive(Arbitrary, Debug)]
enum AnyData<'a> {
    Counter(Vec<AnyNumberPoint<'a>>),
    UpDownCounter(Vec<AnyNumberPoint<'a>>),
    Gauge(Vec<AnyNumberPoint<'a>>),
    Histogram(Vec<AnyHistogramPoint<'a>>),
}

#[derive(Arbitrary, Debug)]
struct AnyNumberPoint<'a> {
    labels: Vec<(&'a str, &'a str)>,
    start: Option<i32>,
    value: AnyNumber,
    exemplar: Option<AnyExemplar>,
}

#[derive(Arbitrary, Debug)]
struct AnyHistogramPoint<'a> {
    labels: Vec<(&'a str, &'a str)>,
    start: Option<i32>,
    /// Ascending as a rule, since what else there is ends early.
    bounds: Vec<i16>,
    other_bounds: Option<Vec<f64>>,
    buckets: Vec<u64>,
    sum: f64,
    exemplars: Vec<AnyExemplar>,
}

#[derive(Arbitrary, Clone, Copy, Debug)]
enum AnyNumber {
    U64(u64),
    I64(i64),
    F64(f64),
}

#[derive(Arbitrary, Clone, Copy, Debug)]
struct AnyExemplar {
    value: AnyNumber,
    time: i32,
    span: Option<([u8; 16], [u8; 8])>,
}

impl AnyFamily<'_> {
    fn family(self) -> Family {
        let numbers = |points: Vec<AnyNumberPoint<'_>>| {
            points.into_iter().map(AnyNumberPoint::point).collect()
        };
        Family {
            name: self.name.to_owned().into(),
            description: self.description.to_owned().into(),
            unit: self.unit.to_owned().into(),
            asynchronous: false,
            library: self.library.then(|| "prometheus".into()),
            data: match self.data {
                AnyData::Counter(points) => Data::Counter(numbers(points)),
                AnyData::UpDownCounter(points) => Data::UpDownCounter(numbers(points)),
                AnyData::Gauge(points) => Data::Gauge(numbers(points)),
                AnyData::Histogram(points) => {
                    Data::Histogram(points.into_iter().map(AnyHistogramPoint::point).collect())
                }
            },
        }
    }
}

impl AnyNumberPoint<'_> {
    fn point(self) -> NumberPoint {
        NumberPoint {
            labels: labels(self.labels),
            start: self.start.map(time),
            value: self.value.number(),
            exemplar: self.exemplar.map(AnyExemplar::exemplar),
        }
    }
}

impl AnyHistogramPoint<'_> {
    fn point(mut self) -> HistogramPoint {
        self.bounds.sort_unstable();
        self.bounds.dedup();
        let ascending = self.bounds.iter().map(|bound| f64::from(*bound) / 8.0);
        let bounds = self.other_bounds.unwrap_or_else(|| ascending.collect());
        self.buckets.resize(bounds.len() + 1, 0);
        HistogramPoint {
            labels: labels(self.labels),
            start: self.start.map(time),
            bounds: bounds.into(),
            buckets: self.buckets,
            sum: self.sum,
            exemplars: self
                .exemplars
                .into_iter()
                .map(AnyExemplar::exemplar)
                .collect(),
        }
    }
}

impl AnyNumber {
    fn number(self) -> NumberValue {
        match self {
            Self::U64(value) => NumberValue::U64(value),
            Self::I64(value) => NumberValue::I64(value),
            Self::F64(value) => NumberValue::F64(value),
        }
    }
}

impl AnyExemplar {
    fn exemplar(self) -> Exemplar {
        Exemplar {
            value: self.value.number(),
            time: time(self.time),
            span: self
                .span
                .map(|(trace_id, span_id)| SpanIds { trace_id, span_id }),
        }
    }
}

fn labels(labels: Vec<(&str, &str)>) -> Vec<LabelPair> {
    labels
        .into_iter()
        .map(|(name, value)| (name.to_owned().into(), value.to_owned().into()))
        .collect()
}

fn time(milliseconds: i32) -> SystemTime {
    let distance = Duration::from_millis(milliseconds.unsigned_abs().into());
    if milliseconds < 0 {
        UNIX_EPOCH - distance
    } else {
        UNIX_EPOCH + distance
    }
}

fuzz_target!(|input: (&str, Vec<AnyFamily<'_>>)| {
    let (namespace, families) = input;
    let snapshot = Snapshot {
        time: UNIX_EPOCH,
        families: families.into_iter().map(AnyFamily::family).collect(),
    };
    oracle::page(&snapshot, namespace);
});
