//! Every shape of a struct of metrics.
#![deny(warnings)]

use hyperion::{Counter, Gauge, Histogram, Label, LabelSet, Metrics, UpDownCounter};

#[derive(Clone, Copy, Label)]
enum Tier {
    Memory,
    Redis,
    Database,
}

#[derive(Clone, Copy, LabelSet)]
struct Lookup {
    tier: Tier,
    #[label(rename = "cache.hit")]
    hit: bool,
}

/// The metrics of one cache.
#[derive(Metrics)]
#[metrics(prefix = "cache", instance_labels(cache), max_instances = 3)]
struct CacheMetrics {
    /// Entries that are kept.
    #[up_down_counter(unit = "{entry}")]
    entries: UpDownCounter,
    /// Bytes read.
    #[counter(unit = "By", name = "read", max_series = 24)]
    bytes: Counter<Lookup>,
}

/// The metrics of the user service.
#[derive(Metrics)]
#[metrics(prefix = "user", max_series = 44, zero)]
struct UserMetrics {
    /// Users looked up,
    /// by the tier that answered.
    ///
    /// And more.
    #[counter(unit = "{user}")]
    lookups: Counter<Lookup>,
    #[histogram(unit = "s", buckets = [0.005, 0.01, 1])]
    registration: Histogram,
    #[histogram(unit = "By", zero)]
    size: Histogram<Lookup>,
    #[gauge(unit = "Cel")]
    temperature: Gauge,
    #[up_down_counter]
    open: UpDownCounter<(), f64>,
    #[metrics(flatten, instance("primary"))]
    cache: CacheMetrics,
    #[metrics(flatten)]
    other: Other,
}

#[derive(Metrics)]
struct Other {
    #[counter]
    r#type: Counter<(), f64>,
}

static METRICS: UserMetrics = UserMetrics::new();
static CACHE: CacheMetrics = CacheMetrics::new(&["secondary"]);

fn main() {
    METRICS.lookups.add(2, Lookup { tier: Tier::Redis, hit: true });
    METRICS.registration.record(0.5);
    METRICS.size.record(12.0, Lookup { tier: Tier::Memory, hit: false });
    METRICS.temperature.set(21.0);
    METRICS.open.add(-0.5);
    METRICS.cache.entries.inc();
    METRICS.cache.bytes.add(5, Lookup { tier: Tier::Database, hit: false });
    METRICS.other.r#type.inc();
    METRICS.register();
    CACHE.register();
    CACHE.entries.dec();

    assert_eq!(Lookup::CARDINALITY, 6);
    assert_eq!(CacheMetrics::SERIES, (3 + 1) * (1 + 6));
    assert_eq!(UserMetrics::SERIES, 6 + 1 + 6 + 1 + 1 + 28 + 1);
}
