//! Labels split the metrics of a call, are attributes of its span, and cannot make more series than the compiler counted.

mod support;

use hyperion::{Label, observe};
use support::{kept, span, spans_in, spans_in_async, text};

#[derive(Clone, Copy, Label)]
enum Tier {
    Memory,
    Redis,
    #[label(rename = "postgresql")]
    Database,
}

#[observe(component = "Cache", labels(tier = tier, warm = warm))]
fn look_up(tier: Tier, warm: bool) -> Result<u32, String> {
    match tier {
        Tier::Database => Err("gone".to_owned()),
        Tier::Memory | Tier::Redis => Ok(1),
    }
}

#[observe(component = "Cache", labels(tier = tier), fields(key))]
async fn look_up_later(tier: Tier, key: u32) -> u32 {
    tokio::task::yield_now().await;
    key
}

/// The calls of a method by the values of these labels.
fn counts(method: &str, keys: &[&str]) -> Vec<(String, u64)> {
    let mut counts: Vec<(String, u64)> = ["ok", "error", "panic", "cancelled"]
        .iter()
        .flat_map(|outcome| kept().calls("Cache", method, outcome))
        .map(|point| {
            let values: Vec<&str> = keys
                .iter()
                .map(|key| {
                    point
                        .labels
                        .iter()
                        .find(|(name, _)| name == key)
                        .map_or("-", |(_, value)| value)
                })
                .collect();
            (values.join(" "), point.count())
        })
        .collect();
    counts.sort();
    counts
}

#[test]
fn every_combination_is_a_series() {
    kept();
    for _ in 0..3 {
        assert!(look_up(Tier::Memory, true).is_ok());
    }
    assert!(look_up(Tier::Redis, false).is_ok());
    let (output, spans) = spans_in(|| look_up(Tier::Database, true));
    assert!(output.is_err());
    assert_eq!(
        counts("look_up", &["outcome", "tier", "warm"]),
        [
            ("error postgresql true".to_owned(), 1),
            ("ok memory true".to_owned(), 3),
            ("ok redis false".to_owned(), 1),
        ]
    );
    let span = span(&spans, "Cache.look_up");
    assert_eq!(text(span, "tier"), "postgresql");
    assert_eq!(text(span, "warm"), "true");
}

#[tokio::test]
async fn labels_of_a_future_are_those_of_its_arguments() {
    let (key, spans) = spans_in_async(look_up_later(Tier::Redis, 7)).await;
    assert_eq!(key, 7);
    let span = span(&spans, "Cache.look_up_later");
    assert_eq!(text(span, "tier"), "redis");
    assert_eq!(text(span, "key"), "7");
    assert_eq!(
        counts("look_up_later", &["tier"]),
        [("redis".to_owned(), 1)]
    );
}

#[test]
fn a_label_that_panics_is_unknown_and_the_call_goes_on() {
    fn broken() -> Tier {
        panic!("in a label")
    }
    #[observe(component = "Cache", labels(tier = broken()))]
    fn unlucky() -> u32 {
        3
    }
    kept();
    assert_eq!(unlucky(), 3);
    assert_eq!(counts("unlucky", &["tier"]), [("_OTHER".to_owned(), 1)]);
}

#[test]
fn buckets_are_those_of_the_call() {
    #[observe(component = "Buckets", buckets = [0.5, 1.0, 1000.0])]
    fn own() {}
    #[observe(component = "Buckets")]
    fn usual() {}
    kept();
    own();
    usual();
    let bounds = |method| kept().calls("Buckets", method, "ok")[0].bounds.to_vec();
    assert_eq!(bounds("own"), [0.5, 1.0, 1000.0]);
    assert_eq!(bounds("usual").len(), 14);
}

#[test]
fn calls_in_flight_are_counted() {
    #[observe(component = "Flight", in_flight)]
    fn nested(depth: u32) -> i64 {
        if depth == 0 {
            kept().active("Flight", "nested")
        } else {
            nested(depth - 1)
        }
    }
    kept();
    assert_eq!(nested(2), 3);
    assert_eq!(kept().active("Flight", "nested"), 0);
}
