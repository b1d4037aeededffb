//! A whole service under load, whose figures a program of its own takes and leaves as JSON.

use std::{collections::BTreeMap, fs, path::Path};

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

use super::verdict::Verdict;

/// The figures of the service in each variant.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Service {
    pub(super) rounds: u32,
    pub(super) seconds: u32,
    /// Requests a second where they come at a fixed rate.
    pub(super) rate: u32,
    /// Figures by load, variant and name.
    pub(super) loads: BTreeMap<String, BTreeMap<String, BTreeMap<String, Figure>>>,
    goals: Vec<Goal>,
}

/// A figure, and how it stands to the service without telemetry.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Figure {
    median: f64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    ratio_to_noop: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    over_noop: Option<f64>,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Goal {
    variant: String,
    load: String,
    figure: String,
    value: Option<f64>,
    limit: Limit,
    reached: bool,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Limit {
    Most(f64),
    Least(f64),
}

impl Service {
    /// Reads what the program has left.
    pub(super) fn read(file: &Path) -> Result<Self> {
        let text = fs::read_to_string(file)
            .with_context(|| format!("{} cannot be read", file.display()))?;
        serde_json::from_str(&text)
            .with_context(|| format!("{} has no figures of a service", file.display()))
    }

    /// Compares hyperion with its targets.
    pub(super) fn verdicts(&self) -> Vec<(String, Verdict)> {
        let verdict = |goal: &Goal| {
            let what = format!(
                "{}, {}, {}",
                goal.variant,
                words(&goal.figure),
                words(&goal.load)
            );
            let limit = match goal.limit {
                Limit::Most(most) => format!("at most {most}"),
                Limit::Least(least) => format!("at least {least}"),
            };
            let verdict = match goal.value {
                Some(value) => Verdict {
                    figure: format!("{value:.2}"),
                    limit,
                    reached: Some(goal.reached),
                },
                None => Verdict {
                    limit,
                    ..Verdict::unknown("")
                },
            };
            (what, verdict)
        };
        self.goals.iter().map(verdict).collect()
    }
}

impl Figure {
    /// The figure with its comparison.
    pub(super) fn shown(&self) -> String {
        // Parts of a whole are small numbers.
        let median = match self.median {
            0.0 => "0".to_owned(),
            small if small.abs() < 1.0 => format!("{small:.4}"),
            large => format!("{large:.1}"),
        };
        match (self.ratio_to_noop, self.over_noop) {
            (Some(ratio), _) => format!("{median} ({ratio:.2} x)"),
            (None, Some(over)) => format!("{median} ({over:+.1})"),
            (None, None) => median,
        }
    }
}

/// A key as it reads.
pub(super) fn words(key: &str) -> String {
    key.replace('_', " ")
}

#[cfg(test)]
impl Service {
    /// A service of two variants.
    pub(super) fn example() -> Self {
        serde_json::from_str(EXAMPLE).expect("it is a service")
    }
}

#[cfg(test)]
const EXAMPLE: &str = r#"{
    "rounds": 5, "seconds": 10, "rate": 1500, "connections": 16,
    "loads": { "fixed_rate": {
        "noop": { "cpu_us": { "median": 220.0, "ratio_to_noop": 1.0 }, "lost": { "median": 0.0 } },
        "hyperion": { "cpu_us": { "median": 231.0, "ratio_to_noop": 1.05 }, "memory_mb": { "median": 13.0, "over_noop": 6.0 } }
    } },
    "goals": [
        { "variant": "hyperion", "load": "fixed_rate", "figure": "cpu_us", "value": 1.05, "limit": { "most": 1.05 }, "reached": true },
        { "variant": "hyperion", "load": "unpaced", "figure": "requests_per_second", "value": null, "limit": { "least": 0.93 }, "reached": false }
    ]
}"#;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_is_shown_beside_no_telemetry() {
        let service = Service::example();
        let hyperion = &service.loads["fixed_rate"]["hyperion"];
        assert_eq!(hyperion["cpu_us"].shown(), "231.0 (1.05 x)");
        assert_eq!(hyperion["memory_mb"].shown(), "13.0 (+6.0)");
        assert_eq!(service.loads["fixed_rate"]["noop"]["lost"].shown(), "0");
    }

    #[test]
    fn a_goal_without_a_figure_is_not_reached() {
        let verdicts = Service::example().verdicts();
        assert_eq!(verdicts[0].0, "hyperion, cpu us, fixed rate");
        assert_eq!(
            (verdicts[0].1.reached, verdicts[1].1.reached),
            (Some(true), None)
        );
        assert_eq!(verdicts[1].1.limit, "at least 0.93");
    }

    #[test]
    fn a_file_with_something_else_is_named() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("application.json");
        fs::write(&file, "{}").expect("it is written");
        let error = Service::read(&file).expect_err("it has no figures");
        assert!(error.to_string().contains("application.json"), "{error}");
    }
}
