//! Every shape of a set of labels.
#![deny(warnings)]

use hyperion::{Label, LabelSet};

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
    r#type: &'static Tier,
}

#[derive(LabelSet)]
#[label(rename_all = "camelCase")]
struct Cased {
    cache_hit: bool,
}

/// One that says something wrong about its index.
struct Wrong;

impl Label for Wrong {
    const CARDINALITY: usize = 2;

    fn index(&self) -> usize {
        7
    }

    fn value(index: usize) -> &'static str {
        ["a", "b"][index]
    }
}

#[derive(LabelSet)]
struct WithWrong {
    first: bool,
    wrong: Wrong,
}

fn values<L: LabelSet>(labels: &L) -> Vec<(&'static str, &'static str)> {
    assert!(labels.index() < L::CARDINALITY);
    let mut values = Vec::new();
    L::values(labels.index(), &mut |value| values.push(value));
    L::KEYS.iter().copied().zip(values).collect()
}

fn main() {
    assert_eq!((Lookup::CARDINALITY, Cased::CARDINALITY), (18, 2));
    let mut indices = Vec::new();
    for tier in [Tier::Memory, Tier::Redis, Tier::Database] {
        for hit in [false, true] {
            for other in [&Tier::Memory, &Tier::Redis, &Tier::Database] {
                let lookup = Lookup { tier, hit, r#type: other };
                indices.push(lookup.index());
                let expected = [
                    ("tier", Tier::value(tier.index())),
                    ("cache.hit", bool::value(hit.index())),
                    ("type", Tier::value(other.index())),
                ];
                assert_eq!(values(&lookup), expected);
            }
        }
    }
    assert_eq!(indices, (0..18).collect::<Vec<_>>());
    assert_eq!(values(&Cased { cache_hit: true }), [("cacheHit", "true")]);
    assert_eq!(values(&WithWrong { first: true, wrong: Wrong }), [("first", "true"), ("wrong", "b")]);
}
