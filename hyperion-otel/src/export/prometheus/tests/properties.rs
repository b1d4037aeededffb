//! Whatever is recorded, and whatever is asked for.

use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

use super::oracle;
use hyperion_runtime::metrics::snapshot::{
    Data, Exemplar, Family, HistogramPoint, LabelPair, NumberPoint, NumberValue, Snapshot, SpanIds,
};

/// Texts of any characters, and those that are special to the formats or alike once they are sanitised.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "(a|b|_|\\.|1|total|created|bucket|count|info|target|seconds|le|otel_scope_name|__name__|é|\"|\\\\|\n|\r|\t|\u{0}|\\{|\\}| |#|:){0,4}",
    ]
}

fn labels() -> impl Strategy<Value = Vec<LabelPair>> {
    vec((text(), text()), 0..4).prop_map(|mut labels| {
        labels.sort();
        labels.dedup_by(|one, other| one.0 == other.0);
        labels
            .into_iter()
            .map(|(name, value)| (name.into(), value.into()))
            .collect()
    })
}

fn number() -> impl Strategy<Value = NumberValue> {
    prop_oneof![
        any::<u64>().prop_map(NumberValue::U64),
        any::<i64>().prop_map(NumberValue::I64),
        any::<f64>().prop_map(NumberValue::F64),
        (0..1000).prop_map(|small| NumberValue::F64(f64::from(small) / 8.0)),
        Just(NumberValue::F64(f64::NAN)),
        Just(NumberValue::F64(f64::NEG_INFINITY)),
    ]
}

fn time() -> impl Strategy<Value = SystemTime> {
    (any::<bool>(), 0..10_000_000_000_u64, 0..1_000_000_000_u32).prop_map(
        |(after, seconds, nanoseconds)| {
            let distance = Duration::new(seconds, nanoseconds);
            if after {
                UNIX_EPOCH + distance
            } else {
                UNIX_EPOCH - distance
            }
        },
    )
}

fn exemplar() -> impl Strategy<Value = Exemplar> {
    let span =
        any::<([u8; 16], [u8; 8])>().prop_map(|(trace_id, span_id)| SpanIds { trace_id, span_id });
    (number(), time(), option::of(span)).prop_map(|(value, time, span)| Exemplar {
        value,
        time,
        span,
    })
}

fn number_points() -> impl Strategy<Value = Vec<NumberPoint>> {
    let point = (
        labels(),
        option::of(time()),
        number(),
        option::of(exemplar()),
    );
    let point = point.prop_map(|(labels, start, value, exemplar)| NumberPoint {
        labels,
        start,
        value,
        exemplar,
    });
    vec(point, 0..4)
}

fn histogram_point() -> impl Strategy<Value = HistogramPoint> {
    let bounds = prop_oneof![
        vec(-10..1000_i32, 0..6).prop_map(|bounds| {
            let mut bounds: Vec<f64> = bounds
                .into_iter()
                .map(|bound| f64::from(bound) / 8.0)
                .collect();
            bounds.sort_by(f64::total_cmp);
            bounds.dedup();
            bounds
        }),
        // Rarely those of a distribution.
        vec(any::<f64>(), 0..3),
    ];
    (
        labels(),
        option::of(time()),
        bounds,
        any::<f64>(),
        vec(exemplar(), 0..4),
    )
        .prop_flat_map(|(labels, start, bounds, sum, exemplars)| {
            let counts = vec(any::<u64>(), bounds.len() + 1);
            counts.prop_map(move |buckets| HistogramPoint {
                labels: labels.clone(),
                start,
                bounds: Arc::from(bounds.as_slice()),
                buckets,
                sum,
                exemplars: exemplars.clone(),
            })
        })
}

fn family() -> impl Strategy<Value = Family> {
    let data = prop_oneof![
        number_points().prop_map(Data::Counter),
        number_points().prop_map(Data::UpDownCounter),
        number_points().prop_map(Data::Gauge),
        vec(histogram_point(), 0..3).prop_map(Data::Histogram),
    ];
    let unit = prop_oneof![
        Just("s"),
        Just("By"),
        Just("1"),
        Just(""),
        Just("{x}"),
        Just("m/s")
    ];
    let unit = prop_oneof![unit.prop_map(str::to_owned), any::<String>()];
    let library = option::of(Just("prometheus".into()));
    let parts = (text(), text(), unit, library, data);
    parts.prop_map(|(name, description, unit, library, data)| Family {
        name: name.into(),
        description: description.into(),
        unit: unit.into(),
        asynchronous: false,
        library,
        data,
    })
}

fn snapshot(families: Vec<Family>) -> Snapshot {
    Snapshot {
        time: UNIX_EPOCH,
        families,
    }
}

fn labelled(label: String, help: String) -> Snapshot {
    let point = NumberPoint {
        labels: vec![("label".into(), label.into())],
        start: None,
        value: NumberValue::U64(1),
        exemplar: None,
    };
    snapshot(vec![Family {
        name: "family".into(),
        description: help.into(),
        unit: "".into(),
        asynchronous: false,
        library: None,
        data: Data::Gauge(vec![point]),
    }])
}

proptest! {
    #[test]
    fn whatever_is_recorded_the_page_is_valid_and_says_it(families in vec(family(), 0..6), namespace in text()) {
        oracle::page(&snapshot(families), &namespace);
    }

    #[test]
    fn labels_and_help_come_through_as_they_are(label in any::<String>(), help in any::<String>()) {
        oracle::page(&labelled(label, help), "");
    }

    #[test]
    fn whatever_is_asked_there_is_an_answer(accept in any::<Vec<u8>>(), encoding in any::<Vec<u8>>()) {
        oracle::accept(&accept, &encoding);
    }

    #[test]
    fn whatever_is_nearly_right_there_is_an_answer(
        accept in "((text|application|\\*)/(plain|openmetrics-text|\\*)(;(version|q|escaping|charset)=(1\\.0\\.0|0\\.0\\.4|0|0\\.5|1|9|utf-8|\"|\\\\))*,? ?)*",
        encoding in "((gzip|identity|br|\\*)(; ?q=(0|0\\.5|1|9))?,? ?)*",
    ) {
        oracle::accept(accept.as_bytes(), encoding.as_bytes());
    }
}

#[test]
fn a_label_and_a_help_of_a_megabyte_come_through() {
    let special: String = "\\\"\n\r\t\u{0}é{},# "
        .chars()
        .cycle()
        .take(1 << 20)
        .collect();
    oracle::page(&labelled(special.clone(), special), "");
}

#[test]
fn every_control_character_comes_through() {
    let every: String = (0..0x3000).filter_map(char::from_u32).collect();
    oracle::page(&labelled(every.clone(), every), "");
}
