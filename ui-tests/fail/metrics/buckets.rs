use hyperion::{Counter, Histogram, Metrics};

const MOST: f64 = 1.0;

#[derive(Metrics)]
struct UserMetrics {
    #[histogram(unit = "s", buckets = [0.1, 0.05, 1.0])]
    unsorted: Histogram,
    #[histogram(unit = "s", buckets = [0.1, 0.1])]
    twice: Histogram,
    #[histogram(unit = "s", buckets = [-1.0, 1.0])]
    negative: Histogram,
    #[histogram(unit = "s", buckets = [1e999])]
    infinite: Histogram,
    #[histogram(unit = "s", buckets = [])]
    empty: Histogram,
    #[histogram(unit = "s", buckets = ["1"])]
    text: Histogram,
    #[histogram(unit = "s", buckets)]
    bare: Histogram,
    #[histogram(buckets = [
        1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30,
        31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 58,
        59, 60, 61, 62, 63, 64, 65
    ])]
    many: Histogram,
    #[histogram(unit = "{item}")]
    items: Histogram,
    #[histogram]
    without_unit: Histogram,
    #[counter(buckets = [1.0])]
    counter: Counter,
}

/// A bound that is no number literal is evaluated by the compiler.
#[derive(Metrics)]
struct Constants {
    #[histogram(buckets = [2.0, MOST])]
    unsorted: Histogram,
}

static METRICS: Constants = Constants::new();

fn main() {
    METRICS.unsorted.record(1.0);
}
