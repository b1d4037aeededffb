//! An attribute on the type of another.
use hyperion::{Counter, Gauge, Histogram, Metrics, UpDownCounter};

type Duration = Histogram;

#[derive(Metrics)]
struct Plain {
    #[counter]
    lookups: Gauge,
    #[gauge(unit = "Cel")]
    open: UpDownCounter,
    #[histogram(unit = "s")]
    duration: hyperion::Counter<()>,
}

/// Only the compiler knows what the type is.
#[derive(Metrics)]
struct Alias {
    #[gauge]
    duration: Duration,
    #[counter]
    lookups: Counter,
}

static METRICS: Plain = Plain::new();
static ALIAS: Alias = Alias::new();

fn main() {
    METRICS.lookups.set(1.0);
    ALIAS.lookups.inc();
}
