//! What a struct of metrics declares is what arrives: names, units, help, bounds, labels and instances.

mod support;

use hyperion::snapshot::{Data, Family, LabelPair};
use hyperion::{Bounded, Counter, Gauge, Histogram, Label, LabelSet, Metrics, UpDownCounter};
use support::kept;

#[derive(Clone, Copy, Label)]
enum Tier {
    Memory,
    Redis,
}

#[derive(Clone, Copy, Label)]
struct Tenant(Bounded<2>);

#[derive(Clone, Copy, LabelSet)]
struct Lookup {
    tier: Tier,
    #[label(rename = "cache.hit")]
    hit: bool,
}

#[derive(Clone, Copy, LabelSet)]
struct Request {
    tenant: Tenant,
}

#[derive(Metrics)]
#[metrics(prefix = "pool", instance_labels(pool.name), max_instances = 2)]
struct PoolMetrics {
    /// Connections that are open.
    #[up_down_counter(unit = "{connection}")]
    open: UpDownCounter,
}

#[derive(Metrics)]
#[metrics(prefix = "user", zero)]
struct UserMetrics {
    /// Users looked up,
    /// by the tier that answered.
    ///
    /// Not this.
    #[counter(unit = "{user}")]
    lookups: Counter<Lookup>,
    #[counter]
    requests: Counter<Request>,
    #[histogram(unit = "ms")]
    wait: Histogram,
    #[histogram(unit = "{item}", buckets = [1, 2.5], name = "order.items")]
    items: Histogram,
    #[gauge(unit = "Cel")]
    temperature: Gauge,
    #[metrics(flatten, instance("primary"))]
    pool: PoolMetrics,
}

static METRICS: UserMetrics = UserMetrics::new();
static REPLICA: PoolMetrics = PoolMetrics::new(&["replica"]);

/// The metric of that name, if there is one.
fn family(name: &str) -> Option<Family> {
    let families = kept().snapshot().families;
    families.into_iter().find(|family| family.name == name)
}

fn joined(labels: &[LabelPair]) -> String {
    let pairs: Vec<String> = labels
        .iter()
        .map(|(key, value)| format!("{key}={value}"))
        .collect();
    pairs.join(" ")
}

/// Every point of a metric: its labels and its value, or how many values it has.
fn points(name: &str) -> Vec<(String, f64)> {
    let data = family(name).map(|family| family.data);
    let mut points: Vec<(String, f64)> = match data {
        None => Vec::new(),
        Some(Data::Counter(points) | Data::UpDownCounter(points) | Data::Gauge(points)) => points
            .iter()
            .map(|point| (joined(&point.labels), point.value.as_f64()))
            .collect(),
        Some(Data::Histogram(points)) => points
            .iter()
            .map(|point| (joined(&point.labels), point.sum))
            .collect(),
    };
    points.sort_by(|one, other| one.0.cmp(&other.0));
    points
}

fn pairs(points: &[(String, f64)]) -> Vec<(&str, f64)> {
    points
        .iter()
        .map(|(labels, value)| (labels.as_str(), *value))
        .collect()
}

fn bounds(name: &str) -> Vec<f64> {
    match family(name).map(|family| family.data) {
        Some(Data::Histogram(points)) => points[0].bounds.to_vec(),
        other => panic!("{name} is a histogram, not {other:?}"),
    }
}

#[test]
fn what_is_declared_arrives() {
    kept();
    METRICS.register();

    let lookups = family("user.lookups").expect("it is there from the start");
    assert_eq!(lookups.unit, "{user}");
    assert_eq!(
        lookups.description,
        "Users looked up, by the tier that answered."
    );
    let mut expected = [
        ("cache.hit=false tier=memory", 0.0),
        ("cache.hit=false tier=redis", 0.0),
        ("cache.hit=true tier=memory", 0.0),
        ("cache.hit=true tier=redis", 0.0),
    ];
    assert_eq!(pairs(&points("user.lookups")), expected);
    assert_eq!(bounds("user.wait")[..3], [5.0, 10.0, 25.0]);
    assert_eq!(bounds("user.order.items"), [1.0, 2.5]);
    // Nothing was measured yet.
    assert_eq!(points("user.temperature"), []);

    METRICS.lookups.add_batch([
        (2, lookup(Tier::Redis, true)),
        (1, lookup(Tier::Memory, false)),
    ]);
    (expected[0].1, expected[3].1) = (1.0, 2.0);
    METRICS.temperature.set(21.5);
    METRICS.wait.record(4.0);
    METRICS.items.record(2.0);
    assert_eq!(pairs(&points("user.lookups")), expected);
    for (name, value) in [
        ("user.temperature", 21.5),
        ("user.wait", 4.0),
        ("user.order.items", 2.0),
    ] {
        assert_eq!(pairs(&points(name)), [("", value)], "{name}");
    }
}

fn lookup(tier: Tier, hit: bool) -> Lookup {
    Lookup { tier, hit }
}

#[test]
fn texts_are_apart_as_long_as_there_are_few() {
    kept();
    // Nobody knows the texts yet, whatever `zero` says.
    METRICS.register();
    assert_eq!(points("user.requests"), []);
    for name in ["acme", "globex", "initech", "acme", "", "hooli"] {
        let tenant = Tenant::from(name);
        METRICS.requests.inc(Request { tenant });
    }
    assert_eq!(
        pairs(&points("user.requests")),
        [
            ("tenant=_OTHER", 3.0),
            ("tenant=acme", 2.0),
            ("tenant=globex", 1.0)
        ]
    );
    assert_eq!(Request::CARDINALITY, points("user.requests").len());
}

#[test]
fn instances_are_apart_as_long_as_there_are_few() {
    kept();
    METRICS.pool.open.add(3);
    REPLICA.open.add(2);
    for other in [PoolMetrics::new(&["third"]), PoolMetrics::new(&["fourth"])] {
        other.open.inc();
    }
    assert_eq!(
        pairs(&points("pool.open")),
        [
            ("pool.name=_OTHER", 2.0),
            ("pool.name=primary", 3.0),
            ("pool.name=replica", 2.0)
        ]
    );
    assert_eq!(PoolMetrics::SERIES, points("pool.open").len());
}
