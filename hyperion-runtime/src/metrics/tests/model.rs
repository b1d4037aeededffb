//! Instruments against a plain model of them.

use super::*;
use crate::metrics::{Gauge, Histogram, UpDownCounter};
use proptest::prelude::*;
use std::collections::BTreeMap;

declare! {
    COUNTER: Counter<Lookup> = "model.counter";
    SECONDS: Counter<Lookup, f64> = "model.seconds";
    UP_DOWN: UpDownCounter<Lookup> = "model.up_down";
    GAUGE: Gauge<Lookup, i64> = "model.gauge";
    HISTOGRAM: Histogram<Lookup> = "model.histogram";
}

/// Something that is done to an instrument.
#[derive(Clone, Debug)]
enum Act {
    Count(u64),
    Seconds(f64),
    UpDown(i64),
    Set(i64),
    Record(f64),
}

/// The values that the instruments must hold.
#[derive(Default)]
struct Model {
    counter: BTreeMap<String, u64>,
    seconds: BTreeMap<String, f64>,
    up_down: BTreeMap<String, i64>,
    gauge: BTreeMap<String, i64>,
    histogram: BTreeMap<String, Vec<f64>>,
}

impl Act {
    fn perform(&self, labels: Lookup) {
        match *self {
            Self::Count(value) => COUNTER.add(value, labels),
            Self::Seconds(value) => SECONDS.add(value, labels),
            Self::UpDown(value) => UP_DOWN.add(value, labels),
            Self::Set(value) => GAUGE.set(value, labels),
            Self::Record(value) => HISTOGRAM.record(value, labels),
        }
    }

    fn expect(&self, key: String, model: &mut Model) {
        match *self {
            Self::Count(value) => {
                let sum = model.counter.entry(key).or_default();
                *sum = sum.saturating_add(value);
            }
            Self::Seconds(value) if value >= 0.0 => {
                *model.seconds.entry(key).or_default() += value;
            }
            Self::UpDown(value) => *model.up_down.entry(key).or_default() += value,
            Self::Set(value) => {
                model.gauge.insert(key, value);
            }
            Self::Record(value) if value >= 0.0 && value.is_finite() => {
                model.histogram.entry(key).or_default().push(value);
            }
            Self::Seconds(_) | Self::Record(_) => {}
        }
    }
}

fn acts() -> impl Strategy<Value = Vec<(usize, bool, bool, Act)>> {
    let act = prop_oneof![
        (0..1u64 << 40).prop_map(Act::Count),
        // Whole and half numbers, whose sums do not depend on their order.
        (-4i32..64).prop_map(|value| Act::Seconds(f64::from(value) / 2.0)),
        (-100i64..100).prop_map(Act::UpDown),
        any::<i64>().prop_map(Act::Set),
        (-4i32..64).prop_map(|value| Act::Record(f64::from(value) / 8.0)),
        Just(Act::Record(f64::NAN)),
    ];
    prop::collection::vec((0..3usize, any::<bool>(), any::<bool>(), act), 0..60)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn they_hold_what_the_model_holds(acts in acts()) {
        let _recording = record(0);
        snapshot::testing::reset();
        let mut model = Model::default();
        for (tier, hit, elsewhere, act) in &acts {
            let labels = Lookup { tier: *tier, hit: *hit };
            if *elsewhere {
                std::thread::scope(|scope| scope.spawn(|| act.perform(labels)).join()).unwrap();
            } else {
                act.perform(labels);
            }
            let tier = ["memory", "redis", "database"][*tier];
            act.expect(format!("hit={hit},tier={tier}"), &mut model);
        }
        check(&model);
    }
}

fn check(model: &Model) {
    let found = |name| -> BTreeMap<String, NumberValue> { numbers(name).into_iter().collect() };
    let expected = |values: &BTreeMap<String, u64>| -> BTreeMap<String, NumberValue> {
        let values = values.iter();
        values
            .map(|(key, value)| (key.clone(), NumberValue::U64(*value)))
            .collect()
    };
    let counted = expected(&model.counter);
    for (key, value) in found("model.counter") {
        // What was shown by adding nothing stays shown after a reset.
        assert_eq!(
            counted.get(&key).copied().unwrap_or(NumberValue::U64(0)),
            value
        );
    }
    assert!(
        counted
            .keys()
            .all(|key| found("model.counter").contains_key(key))
    );
    for (key, value) in found("model.seconds") {
        let sum = model.seconds.get(&key).copied().unwrap_or(0.0);
        assert_eq!(NumberValue::F64(sum), value);
    }
    for (key, sum) in &model.up_down {
        assert_eq!(
            found("model.up_down").get(key),
            Some(&NumberValue::I64(*sum))
        );
    }
    let gauges: BTreeMap<String, NumberValue> = model
        .gauge
        .iter()
        .map(|(key, value)| (key.clone(), NumberValue::I64(*value)))
        .collect();
    assert_eq!(found("model.gauge"), gauges);
    let points = distributions("model.histogram");
    assert_eq!(points.len(), model.histogram.len());
    for point in points {
        let values = &model.histogram[&text(&point.labels)];
        let mut buckets = vec![0; BOUNDS.len() + 1];
        for value in values {
            buckets[BOUNDS.iter().filter(|bound| *bound < value).count()] += 1;
        }
        assert_eq!(point.buckets, buckets);
        assert!((point.sum - values.iter().sum::<f64>()).abs() < 1e-9);
    }
}
