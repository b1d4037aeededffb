//! A figure of hyperion beside what it has to be.

use super::statistics::Spread;

/// A figure, its limit, and if it is reached.
#[derive(Debug, PartialEq)]
pub(super) struct Verdict {
    /// The figure and what it is compared with.
    pub(super) figure: String,
    /// What it has to be, in words: `at most 1.5 ns over plain`.
    pub(super) limit: String,
    /// `None` where something was not measured.
    pub(super) reached: Option<bool>,
}

impl Verdict {
    /// Compares a figure, which reads so, with the most that it may be, which reads like `limit`.
    pub(super) fn of(figure: f64, shown: String, most: f64, limit: &str) -> Self {
        Self {
            figure: shown,
            limit: format!("at most {limit}"),
            reached: Some(figure <= most),
        }
    }

    /// Something that was not measured, so that nobody takes it for reached.
    pub(super) fn unknown(limit: &str) -> Self {
        Self {
            figure: "not measured".to_owned(),
            limit: format!("at most {limit}"),
            reached: None,
        }
    }

    /// The mark in tables.
    pub(super) fn mark(&self) -> &'static str {
        match self.reached {
            Some(true) => "reached",
            Some(false) => "**falls short**",
            None => "-",
        }
    }
}

/// A ratio with its middle half.
pub(super) fn spread(ratio: Spread) -> String {
    format!(
        "{:.2} ({:.2} to {:.2})",
        ratio.median, ratio.low, ratio.high
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_can_be_reached_exactly() {
        let verdict = |figure| Verdict::of(figure, figure.to_string(), 2.0, "2");
        assert_eq!(verdict(2.0).mark(), "reached");
        assert_eq!(verdict(2.1).mark(), "**falls short**");
        assert_eq!(Verdict::unknown("2").mark(), "-");
    }
}
