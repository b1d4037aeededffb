//! The recorder without a page around it.

use super::{MAX_SERIES, MetricsRecorder, OVERFLOW};
use crate::bridge::MetricSource as _;
use ::metrics::{Unit, with_local_recorder};
use hyperion_runtime::metrics::bounds;
use hyperion_runtime::metrics::snapshot::{Data, Family, HistogramPoint, NumberPoint, NumberValue};

fn families(recorder: &MetricsRecorder, record: impl FnOnce()) -> Vec<Family> {
    with_local_recorder(recorder, record);
    recorder.families()
}

fn counts(family: &Family) -> &[NumberPoint] {
    match &family.data {
        Data::Counter(points) => points,
        other => panic!("{other:?}"),
    }
}

fn distribution(families: &[Family]) -> &HistogramPoint {
    match families {
        [
            Family {
                data: Data::Histogram(points),
                ..
            },
        ] => &points[0],
        other => panic!("{other:?}"),
    }
}

#[test]
fn series_that_are_too_many_are_one_and_nothing_is_lost() {
    let families = families(&MetricsRecorder::default(), || {
        for user in 0..MAX_SERIES + 10 {
            ::metrics::counter!("logins", "user" => user.to_string()).increment(1);
            ::metrics::counter!("logins", "user" => user.to_string()).increment(1);
        }
        ::metrics::counter!("others").increment(1);
    });
    let points = counts(&families[0]);
    assert_eq!(points.len(), MAX_SERIES + 1);
    let overflow = points.iter().find(|point| point.labels[0].0 == OVERFLOW);
    assert_eq!(overflow.unwrap().value, NumberValue::U64(20));
    assert_eq!(counts(&families[1])[0].value, NumberValue::U64(1));
}

#[test]
fn threads_count_in_one_series() {
    let recorder = MetricsRecorder::default();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                with_local_recorder(&recorder, || {
                    for _ in 0..1000 {
                        ::metrics::counter!("jobs").increment(1);
                        ::metrics::histogram!("wait").record(0.5);
                    }
                });
            });
        }
    });
    let families = recorder.families();
    assert_eq!(counts(&families[0])[0].value, NumberValue::U64(4000));
    let wait = distribution(&families[1..]);
    assert_eq!(wait.count(), 4000);
    assert!((wait.sum - 2000.0).abs() < 1e-9);
}

#[test]
fn buckets_are_those_of_the_name_else_of_all_else_of_the_unit() {
    let of = |recorder: &MetricsRecorder, unit: Option<Unit>| {
        let families = families(recorder, || {
            if let Some(unit) = unit {
                ::metrics::describe_histogram!("size", unit, "A size.");
            }
            ::metrics::histogram!("size").record(1.0);
        });
        distribution(&families).bounds.to_vec()
    };
    let new = MetricsRecorder::default;
    assert_eq!(of(&new(), None), bounds::SECONDS);
    assert_eq!(of(&new(), Some(Unit::Bytes)), bounds::BYTES);
    let all = new().with_buckets(&[2.0, f64::INFINITY, 1.0, f64::NAN, 2.0]);
    assert_eq!(of(&all, Some(Unit::Bytes)), [1.0, 2.0]);
    let named = new().with_buckets(&[1.0]).with_buckets_for("size", &[7.0]);
    assert_eq!(of(&named, None), [7.0]);
}

#[test]
fn a_value_on_a_bound_is_below_it_and_what_is_no_number_is_left_out() {
    let recorder = MetricsRecorder::default().with_buckets(&[1.0, 2.0]);
    let families = families(&recorder, || {
        let wait = ::metrics::histogram!("wait");
        for value in [1.0, 2.0, 2.5, f64::NAN, f64::INFINITY] {
            wait.record(value);
        }
        wait.record_many(0.5, 3);
    });
    let point = distribution(&families);
    assert_eq!(point.buckets, [4, 1, 1]);
    assert!((point.sum - 7.0).abs() < 1e-9);
}

#[test]
fn descriptions_become_units_and_help() {
    let families = families(&MetricsRecorder::default(), || {
        ::metrics::describe_gauge!("heap", Unit::Bytes, "Memory in use.");
        ::metrics::gauge!("heap").set(4096.0);
    });
    assert_eq!(families[0].unit, "By");
    assert_eq!(families[0].description, "Memory in use.");
    assert_eq!(families[0].library.as_deref(), Some("metrics"));
}
