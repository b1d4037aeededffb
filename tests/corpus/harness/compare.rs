//! Runs the twins side by side.

use super::journal::with_panics_said;
use super::telemetry::State;
use super::{Report, Seen, Shape, Until};

/// More await points than this are not worth a run each.
const CANCELLATIONS: usize = 8;

/// The bytes by which a future may be larger, for each call that is observed in it: the call's state, which lives in the
/// future and not on the heap beside it, and what an `async fn` around it takes to know where it is.
const GROWTH: usize = 72;

/// Compares every shape, and tells all that differ together.
pub(crate) fn compare(shapes: &[Shape], state: &State) {
    let differences: Vec<String> = with_panics_said(|| {
        if let State::NotInstalled = state {
            print_growth(shapes);
        }
        let differences = shapes.iter().filter_map(|shape| shape.compare(state));
        differences.collect()
    });
    assert!(
        differences.is_empty(),
        "{} of {} shapes differ\n\n{}",
        differences.len(),
        shapes.len(),
        differences.join("\n\n")
    );
    println!("{} shapes are the same", shapes.len());
}

impl Shape {
    /// The first thing that the twins differ in.
    pub(super) fn compare(&self, state: &State) -> Option<String> {
        for polls in 0..CANCELLATIONS {
            let report = match self.compare_until(Until::Polls(polls), state) {
                Ok(report) => report,
                Err(difference) => return Some(difference),
            };
            if !report.is_cancelled() {
                break;
            }
        }
        self.compare_until(Until::Done, state).err()
    }

    fn compare_until(&self, until: Until, state: &State) -> Result<Report, String> {
        let plain = Report::of(self.plain, until);
        let observed = Report::of(self.observed, until);
        let outcomes = state.outcomes();
        let growth = growth(&plain, &observed);
        let what = if plain != observed {
            format!("plain    {plain:#?}\nobserved {observed:#?}")
        } else if outcomes
            .as_ref()
            .is_some_and(|outcomes| !self.expects(until, &plain, outcomes))
        {
            format!("spans {outcomes:?}, expected {:?}", self.outcomes)
        } else if growth >= self.grows + GROWTH * self.outcomes.len().max(1) {
            format!("{growth} bytes larger")
        } else {
            return Ok(plain);
        };
        Err(format!("{}, {until:?}: {what}", self.name))
    }

    /// Returns true if the run makes these spans. A call begins at the first poll, and the polled one ends last.
    fn expects(&self, until: Until, report: &Report, outcomes: &[String]) -> bool {
        let last = outcomes.last().map(String::as_str);
        match (until, &report.result) {
            (Until::Polls(0), _) if report.is_cancelled() => outcomes.is_empty(),
            (Until::Polls(_), Ok(_)) if report.is_cancelled() => last == Some("cancelled"),
            // A future may also panic while it is dropped.
            (Until::Polls(1..), Err(_)) => matches!(last, Some("cancelled" | "panic")),
            _ => outcomes == self.outcomes,
        }
    }
}

/// Returns the bytes by which the observed future is larger, or whatever is returned.
fn growth(plain: &Report, observed: &Report) -> usize {
    let size = |report: &Report| match &report.result {
        Ok(Seen { future, output }) => future
            .as_ref()
            .or(output.as_ref())
            .map_or(0, |value| value.size.0),
        Err(_) => 0,
    };
    size(observed).saturating_sub(size(plain))
}

/// Prints how much larger the observed futures are, the most first.
fn print_growth(shapes: &[Shape]) {
    let mut rows: Vec<(usize, usize, &str)> = shapes
        .iter()
        .filter_map(|shape| {
            let plain = Report::of(shape.plain, Until::Polls(0));
            let observed = Report::of(shape.observed, Until::Polls(0));
            let size = plain.result.as_ref().ok()?.future.as_ref()?.size.0;
            Some((growth(&plain, &observed), size, shape.name))
        })
        .collect();
    rows.sort_by(|a, b| b.cmp(a));
    println!("growth  plain  future");
    for (growth, plain, name) in &rows {
        println!("{growth:>6} {plain:>6}  {name}");
    }
    if let Some((growth, _, name)) = rows.first() {
        println!("the largest growth is {growth} bytes, {name}");
    }
}
