//! The middle and the spread of some figures.

/// The middle one and those that the middle half lies between.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Spread {
    pub(super) median: f64,
    pub(super) low: f64,
    pub(super) high: f64,
}

impl Spread {
    /// The spread of some figures, if there are any.
    pub(super) fn of(figures: impl IntoIterator<Item = f64>) -> Option<Self> {
        let mut figures: Vec<f64> = figures.into_iter().collect();
        figures.sort_unstable_by(f64::total_cmp);
        Some(Self {
            median: quantile(&figures, 2)?,
            low: quantile(&figures, 1)?,
            high: quantile(&figures, 3)?,
        })
    }

    /// The ratios of rounds: each round by the same round of the other, so that what slows both is in neither.
    pub(super) fn of_ratios(rounds: &[f64], others: &[f64]) -> Option<Self> {
        let pairs = rounds.iter().zip(others);
        Self::of(
            pairs
                .filter(|(_, other)| **other > 0.0)
                .map(|(one, other)| one / other),
        )
    }

    /// The differences of rounds, likewise.
    pub(super) fn of_differences(rounds: &[f64], others: &[f64]) -> Option<Self> {
        Self::of(rounds.iter().zip(others).map(|(one, other)| one - other))
    }
}

/// The middle one, or what is halfway between the two in the middle.
pub(super) fn median(figures: impl IntoIterator<Item = f64>) -> Option<f64> {
    Spread::of(figures).map(|spread| spread.median)
}

/// A quarter of the way, half or three quarters through sorted figures, between two of them where it has to be.
fn quantile(sorted: &[f64], quarters: usize) -> Option<f64> {
    let last = sorted.len().checked_sub(1)?;
    let below = last * quarters / 4;
    let above = (last * quarters).div_ceil(4);
    let part = match last * quarters % 4 {
        0 => 0.0,
        1 => 0.25,
        2 => 0.5,
        _ => 0.75,
    };
    Some(sorted[below] + (sorted[above] - sorted[below]) * part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_median_is_the_middle() {
        assert_eq!(median([3.0, 1.0, 2.0]), Some(2.0));
        assert_eq!(median([4.0, 1.0, 2.0, 3.0]), Some(2.5));
        assert_eq!(median([7.0]), Some(7.0));
        assert_eq!(median([]), None);
    }

    #[test]
    fn the_middle_half_lies_between_the_quartiles() {
        let spread = Spread {
            median: 3.0,
            low: 2.0,
            high: 4.0,
        };
        assert_eq!(Spread::of([5.0, 1.0, 3.0, 2.0, 4.0]), Some(spread));
        let spread = Spread {
            median: 2.5,
            low: 1.75,
            high: 3.25,
        };
        assert_eq!(Spread::of([1.0, 2.0, 3.0, 4.0]), Some(spread));
    }

    #[test]
    fn a_machine_that_gets_slower_changes_no_ratio() {
        let ours = [10.0, 20.0, 40.0];
        let theirs = [20.0, 40.0, 80.0];
        let spread = Spread::of_ratios(&ours, &theirs).expect("there are rounds");
        assert_eq!((spread.low, spread.median, spread.high), (0.5, 0.5, 0.5));
        let spread = Spread::of_differences(&theirs, &ours).expect("there are rounds");
        assert_eq!((spread.low, spread.median, spread.high), (15.0, 20.0, 30.0));
    }
}
