//! The fate of values: which are counted, which are left out, and which are shown.

use super::*;
use crate::metrics::instrument::register;
use crate::metrics::store::registry;
use crate::metrics::{Gauge, Histogram, UpDownCounter};
use crate::trace::clock;
use std::time::Duration;

declare! {
    LOOKUPS: Counter<Lookup> = "values.lookups";
    SECONDS: Counter<(), f64> = "values.seconds";
    OPEN: UpDownCounter = "values.open";
    LOAD: UpDownCounter<(), f64> = "values.load";
    TEMPERATURE: Gauge<Lookup> = "values.temperature";
    DEPTH: Gauge<(), i64> = "values.depth";
    SIZES: Histogram<Lookup> = "values.sizes";
    HUGE: Histogram = "values.huge";
    TIMES: Histogram = "values.times" (unit: "ms");
    OFF: Counter = "values.off";
    OFF_MANY: Counter<Lookup> = "values.off_many";
    MANY: Counter<Lookup> = "values.many";
    FRESH: Counter = "values.fresh";
    WATERMARK: Gauge = "values.watermark";
    PARTLY: Counter<Partly> = "values.partly";
}

/// Two labels, of which some series lack one.
#[derive(Clone, Copy, Debug)]
struct Partly(bool);

impl LabelSet for Partly {
    const CARDINALITY: usize = 2;
    const KEYS: &'static [&'static str] = &["tier", "route"];

    fn index(&self) -> usize {
        usize::from(self.0)
    }

    fn values(index: usize, give: &mut dyn FnMut(&'static str)) {
        give("memory");
        give(["", "/users"][index]);
    }
}

const MEMORY_HIT: Lookup = Lookup { tier: 0, hit: true };
const DATABASE_MISS: Lookup = Lookup {
    tier: 2,
    hit: false,
};

#[test]
fn each_combination_of_labels_is_a_series() {
    let _recording = record(0);
    LOOKUPS.add(2, MEMORY_HIT);
    LOOKUPS.inc(DATABASE_MISS);
    LOOKUPS.add_batch([(3, MEMORY_HIT), (4, DATABASE_MISS)]);
    assert_eq!(
        numbers("values.lookups"),
        [
            ("hit=true,tier=memory".to_owned(), NumberValue::U64(5)),
            ("hit=false,tier=database".to_owned(), NumberValue::U64(5)),
        ]
    );
}

#[test]
fn a_label_without_a_value_is_absent() {
    let _recording = record(0);
    PARTLY.inc(Partly(false));
    PARTLY.inc(Partly(true));
    assert_eq!(
        numbers("values.partly"),
        [
            ("tier=memory".to_owned(), NumberValue::U64(1)),
            ("route=/users,tier=memory".to_owned(), NumberValue::U64(1)),
        ]
    );
}

#[test]
fn a_counter_of_seconds_refuses_what_would_make_it_fall() {
    let _recording = record(0);
    for value in [0.5, -1.0, f64::NAN, f64::INFINITY, 0.25] {
        SECONDS.add(value);
    }
    assert_eq!(
        numbers("values.seconds"),
        [(String::new(), NumberValue::F64(0.75))]
    );
    assert_eq!(dropped("values.seconds", "negative"), 1);
    assert_eq!(dropped("values.seconds", "not_finite"), 2);
}

#[test]
fn what_came_and_went_is_still_shown() {
    let _recording = record(0);
    OPEN.inc();
    OPEN.dec();
    assert_eq!(
        numbers("values.open"),
        [(String::new(), NumberValue::I64(0))]
    );
    OPEN.add(-3);
    assert_eq!(
        numbers("values.open"),
        [(String::new(), NumberValue::I64(-3))]
    );
    LOAD.add(0.5);
    LOAD.add(-0.75);
    LOAD.add(f64::NEG_INFINITY);
    assert_eq!(
        numbers("values.load"),
        [(String::new(), NumberValue::F64(-0.25))]
    );
    assert_eq!(dropped("values.load", "not_finite"), 1);
}

#[test]
fn a_gauge_keeps_the_last_value() {
    let _recording = record(0);
    TEMPERATURE.set(20.0, MEMORY_HIT);
    TEMPERATURE.set(-3.5, MEMORY_HIT);
    TEMPERATURE.set(f64::NAN, MEMORY_HIT);
    std::thread::spawn(|| DEPTH.set(-7)).join().unwrap();
    assert_eq!(
        numbers("values.temperature"),
        [("hit=true,tier=memory".to_owned(), NumberValue::F64(-3.5))]
    );
    assert_eq!(
        numbers("values.depth"),
        [(String::new(), NumberValue::I64(-7))]
    );
    assert_eq!(dropped("values.temperature", "not_finite"), 1);
    assert!(
        points("values.depth")
            .iter()
            .all(|point| point.start.is_none())
    );
}

#[test]
fn a_value_on_a_bound_belongs_to_the_bucket_below() {
    let _recording = record(0);
    let values = [0.0, 1.0, 1.5, 2.0, 4.0, 4.5];
    SIZES.record_batch(values.map(|value| (value, MEMORY_HIT)));
    SIZES.record(-0.5, MEMORY_HIT);
    SIZES.record(f64::NAN, DATABASE_MISS);
    let points = distributions("values.sizes");
    let [point] = points.as_slice() else {
        panic!("one series has values: {points:?}");
    };
    assert_eq!(text(&point.labels), "hit=true,tier=memory");
    assert_eq!(&*point.bounds, BOUNDS);
    assert_eq!(point.buckets, [2, 2, 1, 1]);
    assert!((point.sum - 13.0).abs() < 1e-9);
    assert_eq!(point.count(), 6);
    assert_eq!(dropped("values.sizes", "negative"), 1);
    assert_eq!(dropped("values.sizes", "not_finite"), 1);
}

#[test]
fn a_sum_stays_finite() {
    let _recording = record(0);
    HUGE.record(f64::MAX);
    HUGE.record(f64::MAX);
    std::thread::spawn(|| HUGE.record(f64::MAX)).join().unwrap();
    let point = &distributions("values.huge")[0];
    assert!(point.sum.is_finite(), "{}", point.sum);
    assert_eq!(point.count() + dropped("values.huge", "overflow"), 3);
}

#[test]
fn time_is_recorded_in_the_unit_of_the_histogram() {
    let _recording = record(0);
    clock::refine();
    let timer = TIMES.time();
    std::thread::sleep(Duration::from_millis(2));
    let took = timer.stop();
    assert!(took > Duration::ZERO);
    TIMES.time().discard();
    drop(TIMES.time());
    let done = std::pin::pin!(TIMES.time_async(std::future::ready(7)));
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    assert_eq!(done.poll(&mut context), std::task::Poll::Ready(7));
    let point = &distributions("values.times")[0];
    assert_eq!(point.count(), 3);
    assert!(point.sum >= took.as_secs_f64() * 1e3, "{} ms", point.sum);
}

#[test]
fn nothing_is_recorded_while_metrics_are_off() {
    let recording = record(0);
    state::store(0);
    OFF.inc();
    OFF_MANY.add_batch([(1, MEMORY_HIT)]);
    assert_eq!(TIMES.time().stop(), Duration::ZERO);
    assert!(family("values.off").is_none() && family("values.off_many").is_none());
    drop(recording);
}

#[test]
fn adding_nothing_shows_a_counter() {
    let _recording = record(0);
    MANY.add(0, MEMORY_HIT);
    assert_eq!(
        numbers("values.many"),
        [("hit=true,tier=memory".to_owned(), NumberValue::U64(0))]
    );
}

#[test]
fn a_reset_counts_anew() {
    let _recording = record(0);
    FRESH.add(5);
    WATERMARK.set(5.0);
    let before = points("values.fresh")[0].start;
    snapshot::testing::reset();
    assert!(numbers("values.fresh").is_empty());
    assert!(numbers("values.watermark").is_empty());
    FRESH.add(2);
    let points = points("values.fresh");
    assert_eq!(points[0].value, NumberValue::U64(2));
    assert!(points[0].start > before);
}

mod declared_at_zero {
    use super::*;

    static GROUP: Group = Group {
        declarations: &DECLARATIONS,
        flattened: &[(&INNER, &[])],
        instance_keys: &["pool"],
        max_instances: 2,
    };
    static DECLARATIONS: [Declaration; 3] = [
        Declaration {
            name: "values.zero.errors",
            zero: true,
            ..declaration::<Counter<Lookup>>(&GROUP)
        },
        Declaration {
            name: "values.zero.sizes",
            zero: true,
            ..declaration::<Histogram>(&GROUP)
        },
        Declaration {
            name: "values.zero.calls",
            ..declaration::<Counter>(&GROUP)
        },
    ];
    static INNER: Group = Group {
        declarations: &INNER_DECLARATIONS,
        ..super::GROUP
    };
    static INNER_DECLARATIONS: [Declaration; 1] = [Declaration {
        name: "values.zero.inner",
        zero: true,
        ..declaration::<UpDownCounter>(&INNER)
    }];

    static CALLS: Counter = Counter::declared(&DECLARATIONS[2], &["primary"]);

    #[test]
    fn with_the_first_touch_of_a_struct_all_that_begins_at_zero_is_there() {
        let _recording = record(0);
        assert!(family("values.zero.errors").is_none());
        CALLS.inc();
        let errors = numbers("values.zero.errors");
        assert_eq!(errors.len(), 6);
        assert!(
            errors
                .iter()
                .all(|(labels, value)| labels.contains("pool=primary")
                    && *value == NumberValue::U64(0)),
            "{errors:?}"
        );
        assert_eq!(distributions("values.zero.sizes")[0].buckets, [0, 0, 0, 0]);
        assert_eq!(
            numbers("values.zero.inner"),
            [(String::new(), NumberValue::I64(0))]
        );

        // A struct can be exported without being touched, and instances beyond the last one are one.
        register(&GROUP, &["replica"]);
        for further in [&["third"], &["fourth"]] {
            Counter::<()>::declared(&DECLARATIONS[2], further).inc();
        }
        assert_eq!(
            numbers("values.zero.calls"),
            [
                ("pool=primary".to_owned(), NumberValue::U64(1)),
                ("pool=_OTHER".to_owned(), NumberValue::U64(2)),
            ]
        );
        assert_eq!(numbers("values.zero.errors").len(), 18);
    }
}

#[test]
fn an_instrument_that_is_made_again_goes_on() {
    static GROUP: Group = Group {
        declarations: &DECLARATIONS,
        ..super::GROUP
    };
    static DECLARATIONS: [Declaration; 1] = [Declaration {
        name: "values.again",
        ..declaration::<Counter>(&GROUP)
    }];
    let _recording = record(0);
    let count = || Counter::<()>::declared(&DECLARATIONS[0], &[]).inc();
    count();
    let known = registry().metrics.len();
    count();
    assert_eq!(registry().metrics.len(), known);
    assert_eq!(
        numbers("values.again"),
        [(String::new(), NumberValue::U64(2))]
    );
}
