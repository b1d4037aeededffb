//! Names, instruments and units, as they leave the process.

// `expect-test` writes raw strings as it likes.
#![allow(clippy::needless_raw_string_hashes)]

use super::families::Families;
use super::system::Reading;
use super::{Runtimes, Source};
use expect_test::expect;
use hyperion_runtime::metrics::snapshot::{Data, Family, NumberValue};
use std::fmt::Write as _;
use std::time::{Duration, SystemTime};

/// A line for each point.
pub(super) fn lines(families: &[Family]) -> String {
    let mut lines = String::new();
    for family in families {
        let (kind, points) = match &family.data {
            Data::Counter(points) => ("counter", points),
            Data::UpDownCounter(points) => ("up-down counter", points),
            Data::Gauge(points) => ("gauge", points),
            Data::Histogram(_) => panic!("nothing here is a distribution: {family:?}"),
        };
        assert!(family.asynchronous, "it is asked for: {family:?}");
        assert!(family.description.ends_with('.'), "a sentence: {family:?}");
        for point in points {
            let value = match point.value {
                NumberValue::U64(value) => value.to_string(),
                NumberValue::I64(value) => value.to_string(),
                NumberValue::F64(value) => format!("{value:?}"),
            };
            let labels: Vec<_> = point
                .labels
                .iter()
                .map(|(key, value)| format!("{key}={value}"))
                .collect();
            let (name, unit, labels) = (&family.name, &family.unit, labels.join(","));
            writeln!(lines, "{kind} {name} {unit} [{labels}] {value}").expect("it is a string");
        }
    }
    lines
}

/// The families that `reading` makes of a process that was started at the epoch.
fn described(reading: Reading) -> Vec<Family> {
    let mut families = Families::since(Some(SystemTime::UNIX_EPOCH));
    reading.describe(&mut families);
    families.into()
}

#[test]
fn the_process_is_described_in_the_words_of_the_conventions() {
    expect![[r#"
        counter process.cpu.time s [cpu.mode=system] 1.5
        counter process.cpu.time s [cpu.mode=user] 2.25
        up-down counter process.memory.usage By [] 3
        up-down counter process.memory.virtual By [] 4
        counter process.disk.io By [disk.io.direction=read] 5
        counter process.disk.io By [disk.io.direction=write] 6
        up-down counter process.thread.count {thread} [] 7
        up-down counter process.unix.file_descriptor.count {file_descriptor} [] 8
        up-down counter process.windows.handle.count {handle} [] 9
        counter process.context_switches {context_switch} [process.context_switch.type=involuntary] 11
        counter process.context_switches {context_switch} [process.context_switch.type=voluntary] 10
        counter process.paging.faults {fault} [system.paging.fault.type=major] 13
        counter process.paging.faults {fault} [system.paging.fault.type=minor] 12
        gauge process.uptime s [] 0.5
    "#]]
    .assert_eq(&lines(&described(Reading::full())));
}

#[test]
fn processor_time_is_one_number_where_modes_are_not_told_apart() {
    let reading = Reading::of_cpu(Duration::from_millis(250));
    assert_eq!(
        lines(&described(reading)),
        "counter process.cpu.time s [] 0.25\n"
    );
}

#[test]
fn what_cannot_be_read_is_absent() {
    assert_eq!(lines(&described(Reading::default())), "");
}

#[test]
fn sums_begin_with_the_process_and_last_values_never() {
    for family in described(Reading::full()) {
        let (points, start) = match family.data {
            Data::Counter(points) | Data::UpDownCounter(points) => {
                (points, Some(SystemTime::UNIX_EPOCH))
            }
            Data::Gauge(points) => (points, None),
            Data::Histogram(_) => panic!("nothing here is a distribution"),
        };
        assert!(
            points.iter().all(|point| point.start == start),
            "{points:?}"
        );
    }
}

#[test]
fn the_start_stays_the_same_from_one_reading_to_the_next() {
    let source = Source::new(Runtimes::default());
    let starts = || -> Vec<SystemTime> {
        source
            .families()
            .into_iter()
            .filter_map(|family| match family.data {
                Data::Counter(points) | Data::UpDownCounter(points) => points.first()?.start,
                Data::Gauge(_) | Data::Histogram(_) => None,
            })
            .collect()
    };
    let (first, second) = (starts(), starts());
    let [start, ..] = first.as_slice() else {
        panic!("something is counted on every system");
    };
    assert!(first.iter().chain(&second).all(|other| other == start));
    let age = start.elapsed().expect("the process has been started");
    assert!(age < Duration::from_secs(24 * 60 * 60), "{age:?}");
}
