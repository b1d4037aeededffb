//! The shortcut on which most is counted, and its ends.

use super::*;
use crate::metrics::Histogram;

declare! {
    SWITCHED: Counter<Lookup> = "shortcut.switched";
    SWITCHED_SIZES: Histogram<Lookup> = "shortcut.switched_sizes";
    WIDE: Counter<Shard> = "shortcut.wide";
}

const HIT: Lookup = Lookup { tier: 1, hit: true };

#[test]
fn what_was_counted_before_is_not_while_metrics_are_off() {
    let _recording = record(0);
    for bits in [0, state::METRICS, state::METRICS | state::EXEMPLARS, 0] {
        state::store(bits);
        for _ in 0..2 {
            SWITCHED.inc(HIT);
            SWITCHED_SIZES.record(1.5, HIT);
        }
    }
    state::store(state::METRICS);
    assert_eq!(
        numbers("shortcut.switched"),
        [("hit=true,tier=redis".to_owned(), NumberValue::U64(4))]
    );
    assert_eq!(
        distributions("shortcut.switched_sizes")[0].buckets,
        [0, 4, 0, 0]
    );
}

/// A label of so many values that its series take more than one page.
#[derive(Clone, Copy, Debug)]
struct Shard(usize);

impl LabelSet for Shard {
    const CARDINALITY: usize = 100;
    const KEYS: &'static [&'static str] = &["shard"];

    fn index(&self) -> usize {
        self.0
    }

    fn values(index: usize, give: &mut dyn FnMut(&'static str)) {
        give(format!("{index:03}").leak());
    }
}

#[test]
fn series_on_several_pages_are_apart() {
    let _recording = record(0);
    for bits in [0, state::EXEMPLARS] {
        state::store(state::METRICS | bits);
        for shard in 0..Shard::CARDINALITY {
            WIDE.add(shard as u64 + 1, Shard(shard));
            WIDE.inc(Shard(shard));
        }
    }
    let values: Vec<_> = numbers("shortcut.wide").into_iter().collect();
    assert_eq!(values.len(), Shard::CARDINALITY);
    for (shard, value) in values.into_iter().enumerate() {
        let expected = NumberValue::U64(2 * (shard as u64 + 2));
        assert_eq!(value, (format!("shard={shard:03}"), expected));
    }
}

#[test]
fn a_value_falls_in_its_bucket_whatever_the_bounds() {
    /// Records some values in the series of a new histogram, and holds its buckets against a search.
    fn check<L: LabelSet>(bounds: &'static [f64], labels: impl Fn() -> L) {
        let near = |bound: &f64| [bound.next_down(), *bound, bound.next_up()];
        let near = bounds.iter().flat_map(near).filter(|value| *value >= 0.0);
        let values = near.chain([0.0, -0.0, 5e-324, 1e300]);
        let declarations: &'static [Declaration; 1] = Box::leak(Box::new([Declaration {
            name: "shortcut.buckets",
            bounds,
            ..declaration::<Histogram<L>>(Box::leak(Box::new(GROUP)))
        }]));
        let histogram = Histogram::<L>::declared(&declarations[0], &[]);
        let mut expected = vec![0; bounds.len() + 1];
        for value in values {
            for exemplars in [0, state::EXEMPLARS] {
                state::store(state::METRICS | exemplars);
                histogram.record(value, labels());
                expected[bounds.partition_point(|bound| *bound < value)] += 1;
            }
        }
        let point = distributions("shortcut.buckets").pop().unwrap();
        assert_eq!(point.buckets, expected, "{bounds:?}");
        // What has the same name is one metric, so that it starts at zero again.
        snapshot::testing::reset();
    }
    const DENSE: &[f64] = &[1.0, 1.1, 1.2, 1.3, 1.4, 1.5, 1.6, 1.7, 1.8, 1.9, 2.0];
    let _recording = record(0);
    for bounds in [
        BOUNDS,
        DENSE,
        &[],
        &[0.0],
        &[-2.0, -0.0, 0.5],
        &[1e-310, 1e300],
    ] {
        check(bounds, || HIT);
        check(bounds, || Shard(99));
    }
}
