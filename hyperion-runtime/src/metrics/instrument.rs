//! Instruments that a program declares for itself.

use super::storage::{Description, Kind, Series};
use crate::state;

/// Counts things that happen.
///
/// ```
/// use hyperion::Counter;
///
/// static ORDERS: Counter = Counter::new("shop.orders", "{order}", "Orders taken.");
///
/// ORDERS.add(1);
/// ```
#[derive(Debug)]
pub struct Counter {
    name: &'static str,
    unit: &'static str,
    description: &'static str,
    series: Series,
}

impl Counter {
    /// A counter with an OpenTelemetry name, a UCUM unit (`By`, `{order}`; empty for none) and a sentence for people.
    pub const fn new(name: &'static str, unit: &'static str, description: &'static str) -> Self {
        Self {
            name,
            unit,
            description,
            series: Series::new(),
        }
    }

    /// Adds `value`, if metrics are recorded.
    #[inline]
    pub fn add(&self, value: u64) {
        if state::load() & state::METRICS != 0 {
            self.series.add(value, || (self.describe(), Vec::new()));
        }
    }

    fn describe(&self) -> Description {
        Description {
            name: self.name,
            unit: self.unit,
            help: self.description,
            kind: Kind::Counter,
        }
    }
}

/// Records how values are distributed.
///
/// ```
/// use hyperion::Histogram;
///
/// static SIZES: Histogram = Histogram::new("shop.order.size", "{item}", "Items in an order.", &[1.0, 5.0, 10.0]);
///
/// SIZES.record(3.0);
/// ```
#[derive(Debug)]
pub struct Histogram {
    name: &'static str,
    unit: &'static str,
    description: &'static str,
    bounds: &'static [f64],
    series: Series,
}

impl Histogram {
    /// A histogram with an OpenTelemetry name, a UCUM unit (`s`, `By`; empty for none), a sentence for people, and the
    /// inclusive upper bounds of its buckets in ascending order.
    pub const fn new(
        name: &'static str,
        unit: &'static str,
        description: &'static str,
        bounds: &'static [f64],
    ) -> Self {
        Self {
            name,
            unit,
            description,
            bounds,
            series: Series::new(),
        }
    }

    /// Records `value`, if metrics are recorded. A value that is not finite would spoil the sum and is left out.
    #[inline]
    pub fn record(&self, value: f64) {
        if state::load() & state::METRICS != 0 && value.is_finite() {
            self.series
                .record(value, self.bounds, || (self.describe(), Vec::new()));
        }
    }

    fn describe(&self) -> Description {
        let kind = Kind::Histogram {
            bounds: self.bounds,
        };
        Description {
            name: self.name,
            unit: self.unit,
            help: self.description,
            kind,
        }
    }
}
