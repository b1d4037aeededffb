//! Values that are asked for.

use super::*;
use crate::metrics::{Gauge, UpDownCounter};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc;
use std::time::{Duration, Instant};

declare! {
    DEPTH: Gauge<(), u64> = "callbacks.depth";
    LABELLED: Gauge<Lookup> = "callbacks.labelled";
    TOTAL: Counter = "callbacks.total";
    OPEN: UpDownCounter = "callbacks.open";
    WRONG: Counter<(), f64> = "callbacks.wrong";
    PANICS: Gauge = "callbacks.panics";
    HANGS: Gauge = "callbacks.hangs";
    AFTER: Gauge = "callbacks.after";
}

const HIT: Lookup = Lookup { tier: 1, hit: true };

#[test]
fn a_callback_is_asked_until_it_is_dropped() {
    static VALUE: AtomicU64 = AtomicU64::new(3);
    let _recording = record(0);
    let observation = DEPTH.observe(|| VALUE.load(Ordering::Relaxed));
    LABELLED.observe(HIT, || 0.5).forever();
    assert_eq!(
        numbers("callbacks.depth"),
        [(String::new(), NumberValue::U64(3))]
    );
    VALUE.store(4, Ordering::Relaxed);
    assert_eq!(
        numbers("callbacks.depth"),
        [(String::new(), NumberValue::U64(4))]
    );
    assert!(family("callbacks.depth").unwrap().asynchronous);
    drop(observation);
    assert!(family("callbacks.depth").is_none());
    assert_eq!(
        numbers("callbacks.labelled"),
        [("hit=true,tier=redis".to_owned(), NumberValue::F64(0.5))]
    );
}

#[test]
fn what_is_asked_for_is_added_to_what_is_counted() {
    let _recording = record(0);
    TOTAL.add(2);
    OPEN.add(5);
    let _observations = (TOTAL.observe(|| 40), OPEN.observe(|| -7));
    assert_eq!(
        numbers("callbacks.total"),
        [(String::new(), NumberValue::U64(42))]
    );
    assert_eq!(
        numbers("callbacks.open"),
        [(String::new(), NumberValue::I64(-2))]
    );
}

#[test]
fn a_value_that_cannot_be_is_left_out() {
    let _recording = record(0);
    let _observation = WRONG.observe(|| -1.0);
    assert!(numbers("callbacks.wrong").is_empty());
    assert!(dropped("callbacks.wrong", "negative") > 0);
}

#[test]
fn a_callback_that_panics_costs_its_own_value() {
    let _recording = record(0);
    let _panics = PANICS.observe(|| panic!("the sensor is gone"));
    let _after = AFTER.observe(|| 1.0);
    assert_eq!(
        numbers("callbacks.after"),
        [(String::new(), NumberValue::F64(1.0))]
    );
    assert!(numbers("callbacks.panics").is_empty());
    assert!(dropped("callbacks.panics", "callback_panicked") > 0);
}

#[test]
fn a_callback_that_hangs_costs_its_own_value_and_one_wait() {
    static HANGING: AtomicBool = AtomicBool::new(true);
    let _recording = record(0);
    let (asked, asks) = mpsc::channel();
    let _hangs = HANGS.observe(move || {
        asked.send(()).unwrap();
        while HANGING.load(Ordering::Relaxed) {
            std::thread::sleep(Duration::from_millis(1));
        }
        2.0
    });
    let _after = AFTER.observe(|| 1.0);
    let started = Instant::now();
    assert_eq!(
        numbers("callbacks.after"),
        [(String::new(), NumberValue::F64(1.0))]
    );
    assert!(started.elapsed() < Duration::from_secs(10));
    assert!(numbers("callbacks.hangs").is_empty());
    assert!(dropped("callbacks.hangs", "callback_timed_out") > 0);
    assert_eq!(asks.try_iter().count(), 1, "no second thread waits for it");

    HANGING.store(false, Ordering::Relaxed);
    let deadline = Instant::now() + Duration::from_secs(30);
    while numbers("callbacks.hangs").is_empty() {
        assert!(
            Instant::now() < deadline,
            "it has returned and is asked again"
        );
    }
}
