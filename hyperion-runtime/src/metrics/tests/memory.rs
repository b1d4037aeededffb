//! The memory that series cost a thread.

use super::*;
use crate::metrics::Histogram;
use crate::metrics::store::Definition;
use crate::metrics::store::registry;
use crate::metrics::store::shard;

/// The bytes of cells that a thread has after it touched every `step`-th of so many series.
fn bytes<I: Instrument>(series: usize, step: usize) -> usize {
    let metric = registry().add(Definition {
        name: "memory",
        unit: "",
        help: "",
        kind: I::KIND,
        bounds: &[0.5; 14],
        fixed: Vec::new(),
        labels: Labels {
            cardinality: series,
            ..Labels::NONE
        },
        zero: false,
    });
    std::thread::spawn(move || {
        let before = shard::cells_of_this_thread();
        for index in (0..series).step_by(step) {
            shard::with_cells(&metric.layout, index, |cells, _| {
                cells[0].add_u64(1);
            });
        }
        (shard::cells_of_this_thread() - before) * 8
    })
    .join()
    .unwrap()
}

#[test]
fn a_series_costs_its_cells_and_untouched_ones_little() {
    let _recording = record(0);
    assert_eq!(bytes::<Counter>(10, 1), 80);
    assert_eq!(bytes::<Counter>(100, 1), 800);
    assert_eq!(bytes::<Counter>(2000, 1), 16_000);
    // A page has 64 counters, or two histograms of 14 bounds.
    assert_eq!(bytes::<Counter>(2000, 2000), 512);
    assert_eq!(bytes::<Histogram>(10, 1), 1280);
    assert_eq!(bytes::<Histogram>(2000, 1), 256_000);
    assert_eq!(bytes::<Histogram>(2000, 2000), 512);
}
