//! The figures of a run of the benchmarks, as tables that a person sees through at a glance.

use crate::rows::{self, Goal, Row};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::io;
use std::path::Path;
use std::time::{Duration, SystemTime};

/// Rows that are compared with the same peers.
#[derive(Clone, Copy, Debug)]
pub struct Table {
    /// The rows, from the top.
    pub rows: &'static [Row],
    /// The peers: the name of each and what stands above its figures.
    pub peers: &'static [(&'static str, &'static str)],
    /// The peers that hyperion's ratio to is shown.
    pub ratios: &'static [&'static str],
}

/// Spans.
pub const SPANS: Table = Table {
    rows: rows::SPANS,
    peers: SPAN_PEERS,
    ratios: &["floor", "fastrace", "opentelemetry"],
};
/// Metrics.
pub const METRICS: Table = Table {
    rows: rows::METRICS,
    peers: METRIC_PEERS,
    ratios: &["floor", "prometheus", "opentelemetry-bound"],
};

const SPAN_PEERS: &[(&str, &str)] = &[
    ("plain", "plain"),
    ("floor", "floor"),
    (OURS, "hyperion"),
    ("fastrace", "fastrace"),
    ("opentelemetry", "otel"),
    ("tracing", "tracing"),
];
const METRIC_PEERS: &[(&str, &str)] = &[
    ("plain", "plain"),
    ("floor", "floor"),
    (OURS, "hyperion"),
    ("prometheus", "prometheus"),
    ("prometheus-client", "prom-client"),
    ("opentelemetry-bound", "otel bound"),
    ("measured", "measured"),
    ("metrics", "metrics"),
    ("opentelemetry", "otel"),
    ("prometheus-by-labels", "prom labels"),
    ("prometheus-client-by-labels", "p-c labels"),
];

const OURS: &str = "hyperion";
/// Longer than a group of benchmarks takes, shorter than it takes to run all of them again.
const ONE_RUN: Duration = Duration::from_mins(5);

/// The measurements, by row and peer.
#[derive(Debug, Default)]
pub struct Results(BTreeMap<(String, String), Figure>);

#[derive(Clone, Copy, Debug)]
struct Figure {
    nanoseconds: f64,
    taken: SystemTime,
}

impl Results {
    /// Reads what criterion left in this directory, `target/criterion` as a rule.
    ///
    /// # Errors
    ///
    /// Fails if the directory cannot be read, or a file of figures in it has no median.
    pub fn read(directory: &Path) -> io::Result<Self> {
        let mut results = BTreeMap::new();
        for row in directories(directory)? {
            for peer in directories(&directory.join(&row))? {
                let file = directory.join(&row).join(&peer).join("new/estimates.json");
                if file.is_file() {
                    results.insert((row.clone(), peer), Figure::read(&file)?);
                }
            }
        }
        Ok(Self(results))
    }

    /// The median time of one operation, in nanoseconds.
    pub fn nanoseconds(&self, row: &str, peer: &str) -> Option<f64> {
        let figure = self.0.get(&(row.to_owned(), peer.to_owned()))?;
        Some(figure.nanoseconds)
    }

    fn is_of_one_run(&self, row: &str) -> bool {
        let times = || {
            self.0
                .iter()
                .filter(|((of, _), _)| of == row)
                .map(|(_, figure)| figure.taken)
        };
        let (first, last) = (times().min(), times().max());
        first.zip(last).is_none_or(|(first, last)| {
            last.duration_since(first)
                .is_ok_and(|apart| apart < ONE_RUN)
        })
    }
}

impl Figure {
    fn read(file: &Path) -> io::Result<Self> {
        let invalid = |why: String| {
            let message = format!("{}: {why}; run the benchmark again", file.display());
            io::Error::new(io::ErrorKind::InvalidData, message)
        };
        let estimates: Value =
            serde_json::from_slice(&fs::read(file)?).map_err(|error| invalid(error.to_string()))?;
        let nanoseconds = estimates
            .pointer("/median/point_estimate")
            .and_then(Value::as_f64)
            .ok_or_else(|| invalid("expected a number at `median.point_estimate`".to_owned()))?;
        Ok(Self {
            nanoseconds,
            taken: fs::metadata(file)?.modified()?,
        })
    }
}

fn directories(directory: &Path) -> io::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(directory)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            names.extend(entry.file_name().into_string());
        }
    }
    Ok(names)
}

impl Goal {
    /// Returns the time hyperion takes as a part of what it may take, and the goal in words.
    fn judge(self, row: &str, results: &Results) -> Option<(f64, String)> {
        let ours = results.nanoseconds(row, OURS)?;
        Some(match self {
            Self::Times(peer, most) => {
                let ratio = ours / results.nanoseconds(row, peer)?;
                (ratio / most, format!("{ratio:.2} x {peer}, may be {most}"))
            }
            Self::TimesRow(other, most) => {
                let ratio = ours / results.nanoseconds(other, OURS)?;
                (ratio / most, format!("{ratio:.2} x {other}, may be {most}"))
            }
            Self::OverRow(other, most) => {
                let over = ours - results.nanoseconds(other, OURS)?;
                (
                    over / most,
                    format!("{over:.1} ns over {other}, may be {most}"),
                )
            }
            Self::OverPlain(most) => {
                let over = ours - results.nanoseconds(row, "plain")?;
                (
                    over / most,
                    format!("{over:.1} ns over plain, may be {most}"),
                )
            }
            Self::Nanoseconds(most) => (ours / most, format!("{ours:.1} ns, may be {most}")),
        })
    }
}

impl Table {
    /// A line for each row: the median of each peer in nanoseconds, hyperion's ratio to some of them, what it takes over
    /// the plain function, and whether it is where it has to be.
    pub fn render(&self, results: &Results) -> String {
        let mut table = format!("{:<22}", "median, ns");
        for (_, heading) in self.peers {
            let _ = write!(table, "{heading:>12}");
        }
        table.push_str("  | hyperion");
        for peer in self.ratios {
            let _ = write!(table, "{:>13}", format!("/ {}", self.heading(peer)));
        }
        let _ = writeln!(table, "{:>9}  goal", "- plain");
        for row in self.rows {
            self.render_row(&mut table, row, results);
        }
        table
    }

    fn render_row(&self, table: &mut String, row: &Row, results: &Results) {
        let figure = |peer| results.nanoseconds(row.name, peer);
        let _ = write!(table, "{:<22}", row.name);
        for (peer, _) in self.peers {
            let _ = write!(table, "{:>12}", nanoseconds(figure(peer)));
        }
        let _ = write!(table, "  | {:>8}", "");
        let ours = figure(OURS);
        for peer in self.ratios {
            let ratio = ours.zip(figure(peer)).map(|(ours, theirs)| ours / theirs);
            let ratio = ratio.map_or_else(|| "-".to_owned(), |ratio| format!("{ratio:.2}"));
            let _ = write!(table, "{ratio:>13}");
        }
        let over = ours.zip(figure("plain")).map(|(ours, plain)| ours - plain);
        let _ = write!(table, "{:>9}", nanoseconds(over));
        for goal in row.goals {
            if let Some((part, words)) = goal.judge(row.name, results) {
                let verdict = if part <= 1.0 { "ok" } else { "MISSED" };
                let _ = write!(table, "  {verdict}: {words};");
            }
        }
        if !results.is_of_one_run(row.name) {
            table.push_str("  (figures of more than one run: not comparable)");
        }
        table.push('\n');
    }

    fn heading(&self, peer: &'static str) -> &'static str {
        let found = self.peers.iter().find(|(name, _)| *name == peer);
        found.map_or(peer, |(_, heading)| heading)
    }
}

fn nanoseconds(figure: Option<f64>) -> String {
    figure.map_or_else(
        || "-".to_owned(),
        |figure| {
            if figure.abs() < 100.0 {
                format!("{figure:.1}")
            } else {
                format!("{figure:.0}")
            }
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn results(figures: &[(&str, &str, f64, u64)]) -> Results {
        let figure = |&(row, peer, nanoseconds, second): &(&str, &str, f64, u64)| {
            let taken = SystemTime::UNIX_EPOCH + Duration::from_secs(second);
            (
                (row.to_owned(), peer.to_owned()),
                Figure { nanoseconds, taken },
            )
        };
        Results(figures.iter().map(figure).collect())
    }

    fn line<'a>(table: &'a str, row: &str) -> &'a str {
        table
            .lines()
            .find(|line| line.starts_with(row))
            .expect("every row has a line")
    }

    #[test]
    fn a_line_says_where_hyperion_stands() {
        let results = results(&[
            ("span sync", "plain", 2.0, 0),
            ("span sync", "hyperion", 90.0, 10),
            ("span sync", "fastrace", 150.0, 20),
            ("span sync", "opentelemetry", 450.0, 30),
        ]);
        let table = SPANS.render(&results);
        let words: Vec<_> = line(&table, "span sync").split_whitespace().collect();
        assert_eq!(
            words.join(" "),
            "span sync 2.0 - 90.0 150 450 - | - 0.60 0.20 88.0 ok: 0.60 x fastrace, may be 0.6;"
        );
    }

    #[test]
    fn a_goal_that_is_missed_is_told() {
        let results = results(&[("counter", "hyperion", 2.1, 0)]);
        let table = METRICS.render(&results);
        assert!(
            line(&table, "counter").ends_with("MISSED: 2.1 ns, may be 2;"),
            "{table}"
        );
    }

    #[test]
    fn figures_of_two_runs_are_told() {
        let results = results(&[
            ("counter", "hyperion", 1.0, 0),
            ("counter", "floor", 1.0, 3600),
        ]);
        let table = METRICS.render(&results);
        assert!(
            line(&table, "counter").ends_with("not comparable)"),
            "{table}"
        );
    }

    #[test]
    fn figures_are_read_from_the_files_of_criterion() {
        let directory =
            std::env::temp_dir().join(format!("hyperion-benches-{}", std::process::id()));
        let estimates = directory.join("counter/hyperion/new/estimates.json");
        fs::create_dir_all(estimates.parent().unwrap()).unwrap();
        fs::write(&estimates, r#"{"median":{"point_estimate":1.5}}"#).unwrap();
        let read = Results::read(&directory);
        fs::write(&estimates, r#"{"mean":{"point_estimate":1.5}}"#).unwrap();
        let error = Results::read(&directory).expect_err("there is no median");
        fs::remove_dir_all(&directory).unwrap();
        assert_eq!(read.unwrap().nanoseconds("counter", "hyperion"), Some(1.5));
        assert!(
            error.to_string().contains("median.point_estimate"),
            "{error}"
        );
    }
}
