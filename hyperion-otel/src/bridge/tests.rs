//! Sources that are not as they should be.

use super::sources::Bridged;
use super::{MetricSource, Sources};
use hyperion_runtime::metrics::snapshot::{
    Data, Family, HistogramPoint, LabelPair, NumberPoint, NumberValue, Snapshot,
};
use opentelemetry_sdk::metrics::data::ResourceMetrics;
use proptest::collection::vec;
use proptest::prelude::*;
use std::collections::HashSet;
use std::sync::{Arc, Mutex, RwLock};
use std::time::SystemTime;

fn family(name: &'static str, data: Data) -> Family {
    Family {
        name: name.into(),
        description: "".into(),
        unit: "".into(),
        asynchronous: true,
        library: Some("theirs".into()),
        data,
    }
}

fn point(labels: &[(&'static str, &'static str)], value: f64) -> NumberPoint {
    NumberPoint {
        labels: labels
            .iter()
            .map(|(name, value)| ((*name).into(), (*value).into()))
            .collect(),
        start: None,
        value: NumberValue::F64(value),
        exemplar: None,
    }
}

fn gauge(name: &'static str, points: Vec<NumberPoint>) -> Family {
    family(name, Data::Gauge(points))
}

fn sources<const N: usize>(sources: [Vec<Family>; N]) -> Sources {
    let mut all = Sources::default();
    for families in sources {
        all.add(move || families.clone());
    }
    all
}

#[test]
fn a_source_that_panics_costs_its_own_metrics() {
    let healthy = || vec![gauge("healthy", vec![point(&[], 1.0)])];
    let broken = || -> Vec<Family> { panic!("out of luck") };
    let mut sources = Sources::default();
    sources.add(broken);
    sources.add(healthy);
    let bridged = sources.read();
    assert_eq!(bridged.families.len(), 1);
    assert_eq!(bridged.left_out, ["the metrics of a source: it panicked"]);
}

#[test]
fn sources_share_a_name_where_their_series_differ() {
    let north = gauge("orders", vec![point(&[("shop", "north")], 1.0)]);
    let south = gauge("orders", vec![point(&[("shop", "south")], 2.0)]);
    let again = gauge("orders", vec![point(&[("shop", "south")], 3.0)]);
    let other = family("orders", Data::Counter(vec![point(&[], 4.0)]));
    let bridged = sources([vec![north], vec![south], vec![again], vec![other]]).read();
    let [
        Family {
            data: Data::Gauge(points),
            ..
        },
    ] = bridged.families.as_slice()
    else {
        panic!("{bridged:?}");
    };
    let values: Vec<f64> = points.iter().map(|point| point.value.as_f64()).collect();
    assert_eq!(values, [1.0, 2.0]);
    assert_eq!(
        bridged.left_out,
        [
            "orders: two series have the same labels",
            "orders: it is a metric of another kind already"
        ]
    );
}

#[test]
fn names_of_the_program_are_taken() {
    let native = gauge("load", vec![point(&[], 1.0)]);
    let mut snapshot = Snapshot {
        time: SystemTime::now(),
        families: vec![native],
    };
    let theirs = [
        gauge("load", vec![point(&[("cpu", "1")], 2.0)]),
        gauge("size", vec![point(&[], 3.0)]),
    ];
    let sources = sources([theirs.to_vec()]);
    sources
        .read()
        .join(&mut snapshot, &ResourceMetrics::default());
    let names: Vec<&str> = snapshot
        .families
        .iter()
        .map(|family| &*family.name)
        .collect();
    assert_eq!(names, ["load", "size"]);
    assert!(matches!(
        &snapshot.families[0].data,
        Data::Gauge(points) if points[0].value == NumberValue::F64(1.0)
    ));
}

#[test]
fn sources_behind_locks_are_sources() {
    let one = || vec![gauge("one", vec![point(&[], 1.0)])];
    let locked = Arc::new(Mutex::new(one));
    let poisoned = Arc::clone(&locked);
    let panicked = std::thread::spawn(move || {
        let _guard = poisoned.lock().unwrap();
        panic!("poisons the lock");
    });
    assert!(panicked.join().is_err());
    assert_eq!(locked.families().len(), 1);
    assert_eq!(RwLock::new(one).families().len(), 1);
}

fn labels() -> impl Strategy<Value = Vec<LabelPair>> {
    let text = || prop_oneof!["(a|b|){0,2}", any::<String>()];
    vec((text(), text()), 0..4).prop_map(|labels| {
        let labels = labels.into_iter();
        labels
            .map(|(name, value)| (name.into(), value.into()))
            .collect()
    })
}

fn any_family() -> impl Strategy<Value = Family> {
    let number = || {
        (labels(), any::<f64>()).prop_map(|(labels, value)| NumberPoint {
            labels,
            ..point(&[], value)
        })
    };
    let numbers = || vec(number(), 0..4);
    let distribution = (labels(), vec(any::<f64>(), 0..3), vec(any::<u64>(), 0..4));
    let distribution = distribution.prop_map(|(labels, bounds, buckets)| HistogramPoint {
        labels,
        start: None,
        bounds: bounds.into(),
        buckets,
        sum: 0.0,
        exemplars: Vec::new(),
    });
    let data = prop_oneof![
        numbers().prop_map(Data::Counter),
        numbers().prop_map(Data::UpDownCounter),
        numbers().prop_map(Data::Gauge),
        vec(distribution, 0..3).prop_map(Data::Histogram),
    ];
    ("(a|b){0,2}", data).prop_map(|(name, data)| Family {
        name: name.into(),
        ..family("", data)
    })
}

fn check_labels<'a>(all: impl Iterator<Item = &'a Vec<LabelPair>>) {
    let mut seen = HashSet::new();
    for labels in all {
        assert!(
            labels.windows(2).all(|pair| pair[0].0 < pair[1].0),
            "{labels:?}"
        );
        assert!(labels.iter().all(|(name, _)| !name.is_empty()));
        assert!(seen.insert(labels), "{labels:?} twice");
    }
}

proptest! {
    #[test]
    fn whatever_sources_answer_it_is_what_exporters_take(answers in vec(vec(any_family(), 0..4), 0..3)) {
        let bridged = Bridged::of(answers.into_iter().map(Ok));
        let names: Vec<_> = bridged.families.iter().map(|family| &family.name).collect();
        prop_assert!(names.windows(2).all(|pair| pair[0] < pair[1]), "{:?}", names);
        for family in &bridged.families {
            prop_assert!(!family.name.is_empty());
            match &family.data {
                Data::Counter(points) => {
                    prop_assert!(points.iter().all(|point| point.value.as_f64() >= 0.0));
                    check_labels(points.iter().map(|point| &point.labels));
                }
                Data::UpDownCounter(points) | Data::Gauge(points) => {
                    check_labels(points.iter().map(|point| &point.labels));
                }
                Data::Histogram(points) => {
                    prop_assert!(points.iter().all(|point| point.check().is_ok()));
                    check_labels(points.iter().map(|point| &point.labels));
                }
            }
        }
    }
}
