//! The counter of the package `metrics`, kept by its Prometheus recorder.
//!
//! There is no histogram: that recorder keeps every value until a scrape, which is another trade.

use super::Instrument;
use super::labels::{Lookup, labels};
use metrics_exporter_prometheus::PrometheusBuilder;
use std::hint::black_box;

fn install_recorder() {
    metrics::set_global_recorder(PrometheusBuilder::new().build_recorder())
        .expect("there is no other recorder");
}

pub(crate) struct Counter(metrics::Counter);

impl Instrument for Counter {
    const NAME: &'static str = "metrics";

    fn install() -> Self {
        install_recorder();
        Self(metrics::counter!("lookups", "method" => "get", "outcome" => "ok"))
    }

    fn write(&self, _index: u64) {
        self.0.increment(black_box(1));
    }
}

pub(crate) struct LabelledCounter;

impl Instrument for LabelledCounter {
    const NAME: &'static str = "metrics, labels";

    fn install() -> Self {
        install_recorder();
        Self
    }

    fn write(&self, _index: u64) {
        count_by_labels(labels());
    }
}

/// Counts by labels that are known only now, with whichever recorder is installed.
#[inline]
pub(super) fn count_by_labels(labels: Lookup) {
    let [method, outcome] = labels.values();
    metrics::counter!("lookups", "method" => method, "outcome" => outcome).increment(black_box(1));
}
