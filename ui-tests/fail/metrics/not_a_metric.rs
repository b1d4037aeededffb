//! Types of which only the compiler knows that they are no metrics.
use hyperion::Metrics;

struct CacheMetrics;

#[derive(Metrics)]
struct Flattened {
    #[metrics(flatten)]
    cache: CacheMetrics,
}

type Own = CacheMetrics;

#[derive(Metrics)]
struct Field {
    #[counter]
    cache: Own,
}

fn main() {
    Flattened::new().register();
}
