//! Items that are no struct of metrics.
use hyperion::{Counter, LabelSet, Metrics};

#[derive(Metrics)]
struct Generic<L: LabelSet> {
    #[counter]
    lookups: Counter<L>,
}

#[derive(Metrics)]
struct Tuple(#[counter] Counter);

#[derive(Metrics)]
struct Unit;

#[derive(Metrics)]
struct Empty {}

#[derive(Metrics)]
enum Enum {
    Lookups(Counter),
}

#[derive(Metrics)]
union Union {
    a: u8,
}

static METRICS: Tuple = Tuple::new();

fn main() {
    METRICS.0.inc();
}
