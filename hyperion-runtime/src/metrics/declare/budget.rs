//! Checks of the number of series of a struct of metrics, made when it is compiled.
//!
//! An expansion calls these functions for constants that stand alone, which `cargo check` evaluates, too. They are
//! `#[track_caller]`, so that the compiler shows the user's tokens and not these lines.

use super::{Group, Labels};

/// The most series of a metric that says nothing of it, and of a call site for each outcome: the cardinality that OpenTelemetry
/// allows a metric by default. A [`Bounded`](super::Bounded) keeps as many texts at most.
pub const MAX_SERIES: usize = 2000;

/// A struct of metrics, as far as it decides about the series of each.
#[derive(Clone, Copy, Debug)]
pub struct Instances {
    /// The keys of the labels that tell its instances apart.
    pub keys: &'static [&'static str],
    /// The most of them that have series of their own.
    pub most: usize,
}

impl Instances {
    /// The number of sets of series: with labels, all further instances share one more, `_OTHER`.
    const fn sets(self) -> usize {
        match self.keys {
            [] => 1,
            _ => self.most.saturating_add(1),
        }
    }
}

/// The number of series that a metric has in all instances of its struct.
pub const fn series(labels: Labels, instances: Instances) -> usize {
    labels.cardinality.saturating_mul(instances.sets())
}

/// Checks how many series a metric has, and that no label of the instances is one of its own.
///
/// # Panics
///
/// During compilation, where there are more than `most`, or there is such a label.
#[track_caller]
pub const fn metric(name: &str, labels: Labels, instances: Instances, most: usize) {
    apart(name, labels.keys, instances.keys);
    let series = series(labels, instances);
    if series > most {
        let text = Message::new()
            .str("`")
            .str(name)
            .str("` has ")
            .number(series)
            .str(" series")
            .factors(labels, instances)
            .str(", and ")
            .number(most)
            .str(" are the most; use fewer labels or labels with fewer values");
        let text = match instances.keys {
            [] => text.str(", or raise `max_series`"),
            _ => text.str(", lower `max_instances`, or raise `max_series`"),
        };
        panic!("{}", text.as_str());
    }
}

/// Checks how many series a struct has: those of each part of it.
///
/// # Panics
///
/// During compilation, where there are more than `most`.
#[track_caller]
pub const fn group(name: &str, parts: &[(&str, usize)], most: usize) {
    let series = total(parts);
    if series > most {
        let mut text = Message::new()
            .str("the metrics of `")
            .str(name)
            .str("` have ")
            .number(series)
            .str(" series");
        let mut rest = parts;
        let mut before = " (";
        while let [(part, series), after @ ..] = rest {
            text = text.str(before).str(part).str(": ").number(*series);
            before = " + ";
            rest = after;
        }
        let text = text.str("), and ").number(most).str(
            " are the most; use fewer labels or labels with fewer values, or raise `max_series`",
        );
        panic!("{}", text.as_str());
    }
}

/// All series of the parts of a struct.
pub const fn total(parts: &[(&str, usize)]) -> usize {
    let mut total: usize = 0;
    let mut rest = parts;
    while let [(_, series), after @ ..] = rest {
        total = total.saturating_add(*series);
        rest = after;
    }
    total
}

/// Checks that every label of a set has a value.
///
/// # Panics
///
/// During compilation, where one has none.
#[track_caller]
pub const fn label(key: &str, cardinality: usize) {
    if cardinality == 0 {
        let text = Message::new().str("label `").str(key).str(
            "` can have no value, since the `CARDINALITY` of its type is 0; it needs at least 1",
        );
        panic!("{}", text.as_str());
    }
}

/// Returns true: every series is there from the start, which takes that their labels are known by then.
///
/// # Panics
///
/// During compilation, where they are not.
#[track_caller]
pub const fn zero(labels: Labels) -> bool {
    assert!(
        labels.known,
        "`zero` needs labels whose values are known when the program is compiled, and a `Bounded<N>` is among these; \
         remove `zero`"
    );
    true
}

/// Checks that the instances of a flattened struct are told apart as it asks for.
///
/// # Panics
///
/// During compilation, where there are more or fewer values than it has instance labels.
#[track_caller]
pub const fn instance(group: &Group, values: usize) {
    let keys = group.instance_keys;
    if keys.len() == values {
        return;
    }
    let mut text = Message::new();
    if keys.is_empty() {
        text = text.str("this struct has no instance labels; remove `instance(..)`");
    } else {
        text = text.str("this struct has the instance labels");
        let mut separator = " `";
        let mut rest = keys;
        while let [key, after @ ..] = rest {
            text = text.str(separator).str(key).str("`");
            separator = ", `";
            rest = after;
        }
        text = text.str("; give each a value with `instance(\"…\")`");
    }
    panic!("{}", text.as_str());
}

/// Checks that no label of a metric has the key of an instance label, or what is the same in Prometheus.
#[track_caller]
const fn apart(name: &str, keys: &[&str], instance_keys: &[&str]) {
    let mut rest = instance_keys;
    while let [instance_key, after @ ..] = rest {
        let mut own = keys;
        while let [key, others @ ..] = own {
            if same(key.as_bytes(), instance_key.as_bytes()) {
                let text = Message::new()
                    .str("`")
                    .str(instance_key)
                    .str("` is an instance label, and `")
                    .str(key)
                    .str("` is a label of `")
                    .str(name)
                    .str("`; rename one of them");
                panic!("{}", text.as_str());
            }
            own = others;
        }
        rest = after;
    }
}

/// Returns true if two keys are one in Prometheus, which has `_` for `.`.
const fn same(left: &[u8], right: &[u8]) -> bool {
    match (left, right) {
        ([], []) => true,
        ([left, lefts @ ..], [right, rights @ ..]) => {
            let dots = matches!((left, right), (b'.' | b'_', b'.' | b'_'));
            (dots || *left == *right) && same(lefts, rights)
        }
        _ => false,
    }
}

/// A message that is put together during compilation.
#[derive(Clone, Copy)]
struct Message {
    bytes: [u8; CAPACITY],
    length: usize,
}

/// More than the longest name and twenty labels take.
const CAPACITY: usize = 2048;

impl Message {
    const fn new() -> Self {
        Self {
            bytes: [0; CAPACITY],
            length: 0,
        }
    }

    /// Adds `text`, or nothing if there is no room for all of it.
    const fn str(mut self, text: &str) -> Self {
        if CAPACITY - self.length < text.len() {
            return self;
        }
        let mut rest = text.as_bytes();
        while let [byte, after @ ..] = rest {
            self.bytes[self.length] = *byte;
            self.length += 1;
            rest = after;
        }
        self
    }

    const fn number(self, number: usize) -> Self {
        if number == usize::MAX {
            return self.str("uncountably many");
        }
        let before = if number < 10 {
            self
        } else {
            self.number(number / 10)
        };
        before.str(DIGITS[number % 10])
    }

    /// Adds what the number of series is the product of.
    const fn factors(mut self, labels: Labels, instances: Instances) -> Self {
        let mut separator = " (";
        let (mut keys, mut factors) = (labels.keys, labels.factors);
        while let ([key, other_keys @ ..], [factor, others @ ..]) = (keys, factors) {
            self = self.str(separator).str(key).str(": ").number(*factor);
            separator = " × ";
            (keys, factors) = (other_keys, others);
        }
        if !instances.keys.is_empty() {
            self = self
                .str(separator)
                .str("instances and `_OTHER`: ")
                .number(instances.sets());
        }
        if labels.factors.is_empty() && instances.keys.is_empty() {
            return self;
        }
        self.str(")")
    }

    const fn as_str(&self) -> &str {
        match std::str::from_utf8(self.bytes.split_at(self.length).0) {
            Ok(text) => text,
            Err(_) => "too many series",
        }
    }
}

const DIGITS: [&str; 10] = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"];

#[cfg(test)]
mod tests {
    use super::*;
    use std::panic::{UnwindSafe, catch_unwind};

    const LABELS: Labels = Labels {
        keys: &["tier", "cache.hit"],
        cardinality: 6,
        factors: &[3, 2],
        ..Labels::NONE
    };
    const ONE: Instances = Instances { keys: &[], most: 1 };
    const POOLS: Instances = Instances {
        keys: &["db.pool"],
        most: 9,
    };

    /// The message that `check` gives during compilation.
    fn message(check: impl FnOnce() + UnwindSafe) -> String {
        let Err(panic) = catch_unwind(check) else {
            return String::new();
        };
        *panic.downcast().expect("the text is put together")
    }

    #[test]
    fn a_metric_has_the_product_of_its_labels_and_instances() {
        assert_eq!(series(LABELS, ONE), 6);
        assert_eq!(series(LABELS, POOLS), 60);
        assert_eq!(series(Labels::NONE, ONE), 1);
        let endless = Labels {
            cardinality: usize::MAX,
            ..LABELS
        };
        assert_eq!(series(endless, POOLS), usize::MAX);
    }

    #[test]
    fn the_message_has_the_product_and_its_factors() {
        assert_eq!(message(|| metric("user.lookups", LABELS, ONE, 6)), "");
        assert_eq!(
            message(|| metric("user.lookups", LABELS, ONE, 5)),
            "`user.lookups` has 6 series (tier: 3 × cache.hit: 2), and 5 are the most; use fewer labels or labels with \
             fewer values, or raise `max_series`"
        );
        assert_eq!(
            message(|| metric("pool.opened", Labels::NONE, POOLS, 1)),
            "`pool.opened` has 10 series (instances and `_OTHER`: 10), and 1 are the most; use fewer labels or labels \
             with fewer values, lower `max_instances`, or raise `max_series`"
        );
        let by_hand = Labels {
            cardinality: usize::MAX,
            factors: &[],
            ..LABELS
        };
        assert_eq!(
            message(|| metric("calls", by_hand, ONE, 2000)),
            "`calls` has uncountably many series, and 2000 are the most; use fewer labels or labels with fewer values, \
             or raise `max_series`"
        );
    }

    #[test]
    fn a_message_that_is_too_long_lacks_parts_and_is_one_all_the_same() {
        const KEY: &str = "a.label.whose.key.is.as.long.as.the.key.of.a.label.may.be.here";
        let labels = Labels {
            keys: &[KEY; 50],
            factors: &[1234; 50],
            cardinality: 100_000,
            ..Labels::NONE
        };
        let message = message(|| metric("calls", labels, ONE, 2000));
        assert!(
            message.starts_with("`calls` has 100000 series (a.label"),
            "{message}"
        );
        assert!(message.len() <= CAPACITY);
    }

    #[test]
    fn a_struct_has_the_sum_of_its_parts() {
        let parts = [("calls", 1), ("pool", 20)];
        assert_eq!(total(&parts), 21);
        assert_eq!(total(&[("calls", usize::MAX), ("pool", 1)]), usize::MAX);
        assert_eq!(message(move || group("All", &parts, 21)), "");
        assert_eq!(
            message(move || group("All", &parts, 20)),
            "the metrics of `All` have 21 series (calls: 1 + pool: 20), and 20 are the most; use fewer labels or labels \
             with fewer values, or raise `max_series`"
        );
    }

    #[test]
    fn labels_of_instances_are_others() {
        let labels = Labels {
            keys: &["tier", "db_pool"],
            ..LABELS
        };
        assert_eq!(
            message(move || metric("calls", labels, POOLS, 2000)),
            "`db.pool` is an instance label, and `db_pool` is a label of `calls`; rename one of them"
        );
        assert_eq!(message(|| metric("calls", LABELS, POOLS, 2000)), "");
    }
}
