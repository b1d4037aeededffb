//! What values are counted from, for each kind of instrument.

use opentelemetry_proto::tonic::metrics::v1::AggregationTemporality;
use opentelemetry_sdk::metrics::Temporality;

use hyperion_runtime::metrics::snapshot::{Data, Family};

/// The table of the specification, section "Additional environment variable configuration" of the OTLP metrics exporter.
pub(super) fn of(family: &Family, preference: Temporality) -> AggregationTemporality {
    let is_delta = match (&family.data, preference) {
        (Data::Counter(_) | Data::Histogram(_), Temporality::Delta) => true,
        // The point of `lowmemory` is what an SDK need not remember: what callbacks answer is cumulative already.
        (Data::Counter(_) | Data::Histogram(_), Temporality::LowMemory) => !family.asynchronous,
        _ => false,
    };
    if is_delta {
        AggregationTemporality::Delta
    } else {
        AggregationTemporality::Cumulative
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_the_specification_s() {
        use AggregationTemporality::{Cumulative, Delta};
        let counter = || Data::Counter(Vec::new());
        let histogram = || Data::Histogram(Vec::new());
        let up_down = || Data::UpDownCounter(Vec::new());
        let gauge = || Data::Gauge(Vec::new());
        // Synchronous or not; what `delta` and `lowmemory` make of it.
        let table = [
            (counter(), false, Delta, Delta),
            (counter(), true, Delta, Cumulative),
            (histogram(), false, Delta, Delta),
            (up_down(), false, Cumulative, Cumulative),
            (up_down(), true, Cumulative, Cumulative),
            (gauge(), false, Cumulative, Cumulative),
            (gauge(), true, Cumulative, Cumulative),
        ];
        for (data, asynchronous, delta, low_memory) in table {
            let family = Family {
                name: "a.metric".into(),
                description: "".into(),
                unit: "".into(),
                asynchronous,
                data,
            };
            assert_eq!(of(&family, Temporality::Cumulative), Cumulative);
            assert_eq!(of(&family, Temporality::Delta), delta, "{family:?}");
            assert_eq!(
                of(&family, Temporality::LowMemory),
                low_memory,
                "{family:?}"
            );
        }
    }
}
