//! The expansion names everything by its full path, and nothing of the user's is in the way.
#![deny(warnings, missing_docs, unsafe_code)]
#![forbid(unused_qualifications, unused_variables, unreachable_code)]
#![no_implicit_prelude]
#![allow(non_camel_case_types, dead_code)]

mod core {}
mod std {}
mod __private {}
mod bounds {}
mod budget {}

struct Option;
struct str;
struct usize;
struct bool;
struct Group;
struct Instance;
struct Declaration;

trait Everything {
    const SERIES: u8 = 1;
    const GROUP: u8 = 1;
    fn instance(&self) -> u8 {
        1
    }
    fn declared() -> u8 {
        1
    }
}

impl<T: ?::core::marker::Sized> Everything for T {}

#[derive(::hyperion::LabelSet)]
struct Lookup {
    hit: ::core::primitive::bool,
}

#[derive(::hyperion::Metrics)]
#[metrics(prefix = "pool", instance_labels(pool))]
struct PoolMetrics {
    #[counter]
    opened: ::hyperion::Counter<Lookup>,
}

#[derive(::hyperion::Metrics)]
#[metrics(max_series = 100, zero)]
struct AllMetrics {
    #[histogram(unit = "s", buckets = [1.0], zero)]
    duration: ::hyperion::Histogram,
    #[histogram(unit = "s")]
    usual: ::hyperion::Histogram,
    #[metrics(flatten, instance("primary"))]
    pool: PoolMetrics,
}

static METRICS: AllMetrics = AllMetrics::new();
static POOL: PoolMetrics = PoolMetrics::new(&["secondary"]);

fn main() {
    METRICS.duration.record(1.0);
    METRICS.pool.opened.inc(Lookup { hit: true });
    ::hyperion::Metrics::register(&POOL);
    ::std::assert_eq!(<AllMetrics as ::hyperion::Metrics>::SERIES, 36);
}
