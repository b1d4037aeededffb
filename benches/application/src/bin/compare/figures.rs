//! The figures of all runs, and what they come to.

use std::fmt;

use anyhow::{Context, Result};

use crate::load::Load;
use crate::variant::Variant;

/// The figures of one run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Run {
    /// Processor time of the service for one request, in microseconds.
    pub(crate) cpu: f64,
    /// Processor time of the Collector for one request, in microseconds.
    pub(crate) collector_cpu: f64,
    /// Requests a second.
    pub(crate) rate: f64,
    /// The latency that half of the requests stayed within, in microseconds.
    pub(crate) median: f64,
    /// The latency that 99 % of the requests stayed within, in microseconds.
    pub(crate) tail: f64,
    /// The most memory that was resident, in megabytes.
    pub(crate) memory: f64,
    /// The part of the spans that did not arrive.
    pub(crate) lost: f64,
}

impl fmt::Display for Run {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{:>6.1} us CPU {:>7.0} us p99 {:>7.0}/s {:>6.1} MB",
            self.cpu, self.tail, self.rate, self.memory
        )?;
        if self.lost > 0.0 {
            write!(f, ", {:.1} % of the spans lost", 100.0 * self.lost)?;
        }
        Ok(())
    }
}

/// A figure of a run, and how it is compared with the one without telemetry.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Figure {
    /// Its name for people.
    pub(crate) title: &'static str,
    /// Its name for programs.
    pub(crate) key: &'static str,
    pub(crate) comparison: Comparison,
    of: fn(&Run) -> f64,
}

/// The way that a figure is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Comparison {
    Ratio,
    Difference,
    /// Not at all: without telemetry there is none.
    None,
}

/// Processor time of the service for one request.
pub(crate) const CPU: Figure = Figure {
    title: "CPU, us",
    key: "cpu_us",
    comparison: Comparison::Ratio,
    of: |run| run.cpu,
};
/// Processor time of the Collector for one request.
pub(crate) const COLLECTOR_CPU: Figure = Figure {
    title: "Collector, us",
    key: "collector_cpu_us",
    comparison: Comparison::None,
    of: |run| run.collector_cpu,
};
/// Requests a second.
pub(crate) const RATE: Figure = Figure {
    title: "requests/s",
    key: "requests_per_second",
    comparison: Comparison::Ratio,
    of: |run| run.rate,
};
/// The latency of the request in the middle.
pub(crate) const MEDIAN: Figure = Figure {
    title: "p50, us",
    key: "p50_us",
    comparison: Comparison::Ratio,
    of: |run| run.median,
};
/// The latency that one request of a hundred is beyond.
pub(crate) const TAIL: Figure = Figure {
    title: "p99, us",
    key: "p99_us",
    comparison: Comparison::Ratio,
    of: |run| run.tail,
};
/// The most memory.
pub(crate) const MEMORY: Figure = Figure {
    title: "memory, MB",
    key: "memory_mb",
    comparison: Comparison::Difference,
    of: |run| run.memory,
};
/// The spans that did not arrive, of a hundred.
pub(crate) const LOST: Figure = Figure {
    title: "lost, %",
    key: "lost_percent",
    comparison: Comparison::None,
    of: |run| 100.0 * run.lost,
};

/// The runs of all rounds.
#[derive(Debug, Default)]
pub(crate) struct Runs {
    runs: Vec<(usize, Variant, Load, Run)>,
    /// The part of the processors that something else had at the start of a round, the most of all.
    busy: f64,
}

impl Runs {
    pub(crate) fn add(&mut self, round: usize, variant: Variant, load: Load, run: Run) {
        self.runs.push((round, variant, load, run));
    }

    /// Adds the part of the processors that something else had at the start of a round.
    pub(crate) fn add_busy(&mut self, busy: f64) {
        self.busy = self.busy.max(busy);
    }

    /// The largest such part.
    pub(crate) fn busy(&self) -> f64 {
        self.busy
    }

    /// The median of a figure over the rounds.
    pub(crate) fn median(&self, variant: Variant, load: Load, figure: Figure) -> Result<f64> {
        let figures = self.of(variant, load).map(|(_, run)| (figure.of)(run));
        median(figures).with_context(|| missing(variant, load))
    }

    /// The median over the rounds of a figure beside that of the run without telemetry in the same round. Rounds differ by
    /// more than the variants within one do.
    pub(crate) fn beside_noop(
        &self,
        variant: Variant,
        load: Load,
        figure: Figure,
    ) -> Result<Option<f64>> {
        let compare: fn(f64, f64) -> f64 = match figure.comparison {
            Comparison::None => return Ok(None),
            Comparison::Ratio => |figure, noop| figure / noop,
            Comparison::Difference => |figure, noop| figure - noop,
        };
        let compared = self.of(variant, load).filter_map(|(round, run)| {
            let (_, noop) = self
                .of(Variant::NoOp, load)
                .find(|(other, _)| *other == round)?;
            Some(compare((figure.of)(run), (figure.of)(noop)))
        });
        let compared = median(compared).with_context(|| missing(variant, load))?;
        Ok(Some(compared))
    }

    fn of(&self, variant: Variant, load: Load) -> impl Iterator<Item = (usize, &Run)> {
        self.runs
            .iter()
            .filter(move |(_, of, under, _)| (*of, *under) == (variant, load))
            .map(|(round, _, _, run)| (*round, run))
    }
}

fn missing(variant: Variant, load: Load) -> String {
    format!("{} was not measured {load}", variant.title())
}

/// The middle one, or what is halfway between the two in the middle.
fn median(figures: impl Iterator<Item = f64>) -> Option<f64> {
    let mut figures: Vec<f64> = figures.collect();
    figures.sort_unstable_by(f64::total_cmp);
    let last = figures.len().checked_sub(1)?;
    Some(f64::midpoint(figures[last / 2], figures[last.div_ceil(2)]))
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A run in which every figure is this one.
    pub(crate) fn run(figure: f64) -> Run {
        Run {
            cpu: figure,
            collector_cpu: figure,
            rate: figure,
            median: figure,
            tail: figure,
            memory: figure,
            lost: figure / 100.0,
        }
    }

    #[test]
    fn a_median_is_the_middle() {
        assert_eq!(median([3.0, 1.0, 2.0].into_iter()), Some(2.0));
        assert_eq!(median([4.0, 1.0, 2.0, 3.0].into_iter()), Some(2.5));
        assert_eq!(median([].into_iter()), None);
    }

    #[test]
    fn a_run_is_compared_with_that_of_its_round() {
        // The machine is three times as slow in the second round, which the ratios do not see.
        let mut runs = Runs::default();
        for (round, noop, ours) in [(0, 100.0, 110.0), (1, 300.0, 330.0), (2, 100.0, 150.0)] {
            runs.add(round, Variant::NoOp, Load::Unpaced, run(noop));
            runs.add(round, Variant::Hyperion, Load::Unpaced, run(ours));
        }
        let of = |figure| runs.beside_noop(Variant::Hyperion, Load::Unpaced, figure);
        assert_eq!(of(CPU).expect("measured"), Some(1.1));
        assert_eq!(of(MEMORY).expect("measured"), Some(30.0));
        assert_eq!(of(LOST).expect("measured"), None);
        let median = runs.median(Variant::Hyperion, Load::Unpaced, CPU);
        assert_eq!(median.expect("measured"), 150.0);
    }

    #[test]
    fn loads_are_kept_apart_and_what_was_not_measured_is_named() {
        let mut runs = Runs::default();
        runs.add(0, Variant::NoOp, Load::Unpaced, run(1.0));
        let error = runs
            .median(Variant::NoOp, Load::Fixed(1500), CPU)
            .expect_err("there is no such run");
        assert_eq!(error.to_string(), "NoOp was not measured at 1500/s");
    }
}
