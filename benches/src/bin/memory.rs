//! Prints how many bytes a thread costs that counts in so many series.
//!
//! ```text
//! cargo run --release -p hyperion-benches --bin memory
//! ```
//!
//! Unlike times these figures do not depend on the machine.

use hyperion::{Counter, Histogram, LabelSet, Metrics};
use hyperion_benches::allocator::{Counting, during};
use hyperion_benches::peers::{HyperionWithMetrics, Peer};
use std::sync::mpsc;

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// A label set with so many series.
struct Series<const CARDINALITY: usize>(usize);

impl<const CARDINALITY: usize> LabelSet for Series<CARDINALITY> {
    const CARDINALITY: usize = CARDINALITY;
    const KEYS: &'static [&'static str] = &["series"];

    fn index(&self) -> usize {
        self.0
    }

    fn values(_: usize, give: &mut dyn FnMut(&'static str)) {
        give("one of many");
    }
}

#[derive(Metrics)]
#[metrics(prefix = "memory")]
struct MemoryMetrics {
    /// Ten counters.
    #[counter]
    counters_10: Counter<Series<10>>,
    /// A hundred counters.
    #[counter]
    counters_100: Counter<Series<100>>,
    /// Two thousand counters.
    #[counter]
    counters_2000: Counter<Series<2000>>,
    /// Ten histograms with 14 bounds.
    #[histogram(unit = "s")]
    histograms_10: Histogram<Series<10>>,
    /// A hundred histograms.
    #[histogram(unit = "s")]
    histograms_100: Histogram<Series<100>>,
    /// Two thousand histograms.
    #[histogram(unit = "s")]
    histograms_2000: Histogram<Series<2000>>,
}

static METRICS: MemoryMetrics = MemoryMetrics::new();

fn main() {
    let _session = HyperionWithMetrics::install();
    println!("bytes that a thread allocates for the series that it touches\n");
    println!(
        "{:<12}{:>10}{:>12}{:>12}",
        "", "series", "bytes", "a series"
    );
    counters(&METRICS.counters_10);
    counters(&METRICS.counters_100);
    counters(&METRICS.counters_2000);
    histograms(&METRICS.histograms_10);
    histograms(&METRICS.histograms_100);
    histograms(&METRICS.histograms_2000);
    println!("\none of 2000, and nothing else:");
    print_line("counter", 1, || METRICS.counters_2000.inc(Series(1999)));
    print_line("histogram", 1, || {
        METRICS.histograms_2000.record(0.5, Series(1999));
    });
}

fn counters<const SERIES: usize>(counter: &'static Counter<Series<SERIES>>) {
    print_line("counters", SERIES, move || {
        (0..SERIES).for_each(|index| counter.inc(Series(index)));
    });
}

fn histograms<const SERIES: usize>(histogram: &'static Histogram<Series<SERIES>>) {
    print_line("histograms", SERIES, move || {
        (0..SERIES).for_each(|index| histogram.record(0.5, Series(index)));
    });
}

/// Prints what `touch` allocates on a thread of its own.
fn print_line(instrument: &str, series: usize, touch: impl Fn() + Clone + Send + 'static) {
    // What all threads share is there afterwards.
    touch();
    let (bytes, measured) = mpsc::channel();
    std::thread::spawn(move || {
        let allocated = during(&touch).bytes;
        // The receiver waits for this.
        let _ = bytes.send(allocated);
        // A thread that ends leaves its shard to the next one, which would then allocate nothing.
        loop {
            std::thread::park();
        }
    });
    let bytes = measured.recv().unwrap_or_default();
    let each = bytes.div_ceil(series as u64);
    println!("{instrument:<12}{series:>10}{bytes:>12}{each:>12}");
}
