//! Instruments from a measurement to the snapshot.

mod callbacks;
mod exemplars;
mod memory;
mod model;
mod shortcut;
mod threads;
mod values;

use super::declare::{Declaration, Group, Instrument, Labels};
use super::snapshot::{self, Data, Family, HistogramPoint, NumberPoint, NumberValue};
use super::{Counter, LabelSet};
use crate::lock::lock;
use crate::state;
use std::sync::{Mutex, MutexGuard};

/// The bounds of the histograms here.
const BOUNDS: &[f64] = &[1.0, 2.0, 4.0];

/// Two labels, of three values and of two.
#[derive(Clone, Copy, Debug)]
struct Lookup {
    tier: usize,
    hit: bool,
}

impl LabelSet for Lookup {
    const CARDINALITY: usize = 6;
    const KEYS: &'static [&'static str] = &["tier", "hit"];

    fn index(&self) -> usize {
        self.tier * 2 + usize::from(self.hit)
    }

    fn values(index: usize, give: &mut dyn FnMut(&'static str)) {
        give(["memory", "redis", "database"][index / 2]);
        give(["false", "true"][index % 2]);
    }
}

/// Declares instruments as the expansion of `derive(Metrics)` does: `ORDERS: Counter = "orders"`.
macro_rules! declare {
    ($($name:ident: $type:ty = $text:literal $(($($key:ident: $value:expr),*))?;)*) => {
        $(static $name: $type = {
            static DECLARATIONS: [$crate::metrics::Declaration; 1] = [$crate::metrics::Declaration {
                name: $text,
                $($($key: $value,)*)?
                ..$crate::metrics::tests::declaration::<$type>(&GROUP)
            }];
            static GROUP: $crate::metrics::Group = $crate::metrics::Group {
                declarations: &DECLARATIONS,
                ..$crate::metrics::tests::GROUP
            };
            <$type>::declared(&DECLARATIONS[0], &[])
        };)*
    };
}
use declare;

/// A group that has nothing.
const GROUP: Group = Group {
    declarations: &[],
    flattened: &[],
    instance_keys: &[],
    max_instances: 1,
};

/// A declaration that says little.
const fn declaration<I: Instrument>(group: &'static Group) -> Declaration {
    Declaration {
        name: "",
        unit: "",
        help: "",
        kind: I::KIND,
        bounds: BOUNDS,
        labels: I::LABELS,
        zero: false,
        group,
    }
}

/// Metrics are recorded as long as this lives, by one test at a time.
struct Recording {
    before: u8,
    _one: MutexGuard<'static, ()>,
}

/// Records metrics, with these bits of the state besides.
fn record(bits: u8) -> Recording {
    static ONE: Mutex<()> = Mutex::new(());
    let one = lock(&ONE);
    let before = state::load();
    state::store(before | state::METRICS | bits);
    Recording { before, _one: one }
}

impl Drop for Recording {
    fn drop(&mut self) {
        state::store(self.before);
    }
}

fn family(name: &str) -> Option<Family> {
    let families = snapshot::take().families;
    families.into_iter().find(|family| family.name == name)
}

/// The values of a metric, each with its labels as text.
fn numbers(name: &str) -> Vec<(String, NumberValue)> {
    points(name)
        .into_iter()
        .map(|point| (text(&point.labels), point.value))
        .collect()
}

fn points(name: &str) -> Vec<NumberPoint> {
    match family(name).map(|family| family.data) {
        Some(Data::Counter(points) | Data::UpDownCounter(points) | Data::Gauge(points)) => points,
        Some(Data::Histogram(_)) => panic!("{name} is a histogram"),
        None => Vec::new(),
    }
}

fn distributions(name: &str) -> Vec<HistogramPoint> {
    match family(name).map(|family| family.data) {
        Some(Data::Histogram(points)) => points,
        Some(_) => panic!("{name} is no histogram"),
        None => Vec::new(),
    }
}

fn text(labels: &[snapshot::LabelPair]) -> String {
    let labels: Vec<String> = labels
        .iter()
        .map(|(key, value)| format!("{key}={value}"))
        .collect();
    labels.join(",")
}

/// The number of measurements of a metric that were left out for a reason.
fn dropped(metric: &str, reason: &str) -> u64 {
    let labels = format!("metric={metric},reason={reason}");
    numbers("hyperion.measurements.dropped")
        .into_iter()
        .find(|(text, _)| *text == labels)
        .map_or(0, |(_, value)| match value {
            NumberValue::U64(count) => count,
            other => panic!("a count, found {other:?}"),
        })
}

#[test]
fn an_instrument_says_what_it_is() {
    assert_eq!(Labels::NONE.cardinality, 1);
    assert_eq!(<Counter<Lookup> as Instrument>::LABELS.cardinality, 6);
    assert_eq!(
        <Counter<Lookup> as Instrument>::LABELS.keys,
        ["tier", "hit"]
    );
}
