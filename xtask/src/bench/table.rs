//! The figures as a table, and whether `observe` is where it has to be.

use std::fmt;

use anyhow::{Context, Result};

use super::{packages::Build, sections::PerFunction, variant::Variant};

/// The times that were taken.
#[derive(Debug, Default)]
pub(super) struct Figures(Vec<(Variant, Build, f64)>);

impl Figures {
    pub(super) fn add(&mut self, variant: Variant, build: Build, seconds: f64) {
        self.0.push((variant, build, seconds));
    }

    fn median(&self, variant: Variant, build: Build) -> Option<f64> {
        let of = |(of, by, _): &&(Variant, Build, f64)| (*of, *by) == (variant, build);
        median(self.0.iter().filter(of).map(|(_, _, seconds)| *seconds))
    }
}

/// Something that `observe` has a goal in.
#[derive(Clone, Copy, Debug)]
struct Goal {
    what: &'static str,
    unit: &'static str,
    /// The limit on the machine that the goals were set on.
    most: f64,
    /// The limits as multiples of a peer's figure on the same machine: the goal by the peer's figure there.
    times: [(Variant, f64); 2],
    of: fn(&Row) -> f64,
}

const fn goal(
    what: &'static str,
    unit: &'static str,
    most: f64,
    fastrace: f64,
    tracing: f64,
    of: fn(&Row) -> f64,
) -> Goal {
    let times = [
        (Variant::Fastrace, most / fastrace),
        (Variant::Tracing, most / tracing),
    ];
    Goal {
        what,
        unit,
        most,
        times,
        of,
    }
}

/// The goals, with the figures of the peers when and where they were set.
const GOALS: [Goal; 4] = [
    goal("check", "s", 0.71, 0.71, 1.25, |row| row.seconds[0]),
    goal("dev", "s", 1.5, 1.53, 2.00, |row| row.seconds[1]),
    goal("release", "s", 3.4, 5.67, 4.74, |row| row.seconds[2]),
    goal("code", "bytes", 700.0, 1477.0, 1186.0, |row| row.over.code),
];

/// The variant that has goals.
const OURS: Variant = Variant::ObserveOtel;

/// The measurements of a variant.
#[derive(Clone, Copy, Debug)]
struct Row {
    variant: Variant,
    /// In the order of [`Build::ALL`].
    seconds: [f64; 3],
    over: PerFunction,
}

/// Everything that is printed.
#[derive(Debug)]
pub(super) struct Table {
    functions: usize,
    rounds: usize,
    rows: Vec<Row>,
}

impl Table {
    pub(super) fn new(
        functions: usize,
        rounds: usize,
        figures: &Figures,
        size: impl Fn(Variant) -> Result<PerFunction>,
    ) -> Result<Self> {
        let plain = size(Variant::Plain)?;
        let row = |variant| {
            let mut seconds = [0.0; 3];
            for (seconds, build) in seconds.iter_mut().zip(Build::ALL) {
                *seconds = figures
                    .median(variant, build)
                    .with_context(|| format!("{} was not timed", variant.slug()))?;
            }
            Ok(Row {
                variant,
                seconds,
                over: size(variant)?.over(plain),
            })
        };
        Ok(Self {
            functions,
            rounds,
            rows: Variant::ALL.into_iter().map(row).collect::<Result<_>>()?,
        })
    }

    fn row(&self, variant: Variant) -> Option<&Row> {
        self.rows.iter().find(|row| row.variant == variant)
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{} functions: a quarter asynchronous, a quarter that return a `Result`, half of them neither",
            self.functions
        )?;
        write!(f, "{:<26}", "")?;
        for build in Build::ALL {
            write!(f, "{:>9}", build.title())?;
        }
        writeln!(f, "  |{:>7}{:>7}", "code", "all")?;
        for row in &self.rows {
            write!(f, "{:<26}", row.variant.title())?;
            for seconds in row.seconds {
                write!(f, "{:>9}", format!("{seconds:.2} s"))?;
            }
            if row.variant == Variant::Plain {
                writeln!(f, "  |{:>7}{:>7}", "-", "-")?;
            } else {
                writeln!(f, "  |{:>7.0}{:>7.0}", row.over.code, row.over.all)?;
            }
        }
        writeln!(
            f,
            "\nA program alone, touched, with its dependencies built; not incremental; the median of {} rounds of wall\n\
             time, Cargo's own included. Code and all: bytes for each function over the plain one, in the release build,\n\
             as the slope between two numbers of functions, so that what a runtime adds once is not in them. Code is\n\
             machine code; all is code, constants, tables for unwinding and variables.\n",
            self.rounds
        )?;
        self.verdicts(f)
    }
}

impl Table {
    fn verdicts(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "goals of `{}`, on the machine they were set on and as multiples of its peers'",
            OURS.title()
        )?;
        let Some(ours) = self.row(OURS) else {
            return Ok(());
        };
        for goal in GOALS {
            let figure = (goal.of)(ours);
            let shown = if goal.unit == "s" {
                format!("{figure:.2}, may be {} s", goal.most)
            } else {
                format!("{figure:.0}, may be {} {}", goal.most, goal.unit)
            };
            write!(
                f,
                "{:<8} {:<6} {shown:<26}",
                goal.what,
                verdict(figure, goal.most)
            )?;
            for (peer, most) in goal.times {
                if let Some(row) = self.row(peer) {
                    let ratio = figure / (goal.of)(row);
                    let shown = format!("{ratio:.2} x {}, may be {most:.2}", peer.slug());
                    write!(f, " | {:<6} {shown:<30}", verdict(ratio, most))?;
                }
            }
            writeln!(f)?;
        }
        Ok(())
    }
}

fn verdict(figure: f64, most: f64) -> &'static str {
    if figure <= most { "ok" } else { "MISSED" }
}

/// The middle one, or what is halfway between the two in the middle.
fn median(figures: impl Iterator<Item = f64>) -> Option<f64> {
    let mut figures: Vec<f64> = figures.collect();
    figures.sort_unstable_by(f64::total_cmp);
    let last = figures.len().checked_sub(1)?;
    Some(f64::midpoint(figures[last / 2], figures[last.div_ceil(2)]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figures(seconds: impl Fn(Variant) -> f64) -> Figures {
        let mut figures = Figures::default();
        for variant in Variant::ALL {
            for build in Build::ALL {
                figures.add(variant, build, seconds(variant));
            }
        }
        figures
    }

    fn table(figures: &Figures) -> Result<Table> {
        Table::new(200, 1, figures, |variant| {
            let code = match variant {
                Variant::Plain => 300.0,
                Variant::ObserveOtel => 900.0,
                _ => 2000.0,
            };
            Ok(PerFunction {
                code,
                all: 2.0 * code,
            })
        })
    }

    fn words(text: &str, start: &str) -> String {
        let line = text.lines().find(|line| line.starts_with(start));
        let words = line.expect("there is such a line").split_whitespace();
        words.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn a_median_is_the_middle() {
        assert_eq!(median([3.0, 1.0, 2.0].into_iter()), Some(2.0));
        assert_eq!(median([4.0, 1.0, 2.0, 3.0].into_iter()), Some(2.5));
        assert_eq!(median([7.0].into_iter()), Some(7.0));
        assert_eq!(median(std::iter::empty()), None);
    }

    #[test]
    fn a_variant_has_a_line_with_bytes_over_plain() {
        let text = table(&figures(|_| 1.0)).expect("complete").to_string();
        assert_eq!(
            words(&text, "observe, otel"),
            "observe, otel 1.00 s 1.00 s 1.00 s | 600 1200"
        );
        assert_eq!(words(&text, "plain"), "plain 1.00 s 1.00 s 1.00 s | - -");
    }

    #[test]
    fn goals_are_judged_by_themselves_and_by_the_peers() {
        let seconds = |variant| match variant {
            Variant::ObserveOtel => 2.0,
            Variant::Fastrace => 4.0,
            _ => 3.0,
        };
        let text = table(&figures(seconds)).expect("complete").to_string();
        assert_eq!(
            words(&text, "check"),
            "check MISSED 2.00, may be 0.71 s | ok 0.50 x fastrace, may be 1.00 | MISSED 0.67 x tracing, may be 0.57"
        );
        assert_eq!(
            words(&text, "code"),
            "code ok 600, may be 700 bytes | ok 0.35 x fastrace, may be 0.47 | ok 0.35 x tracing, may be 0.59"
        );
    }

    #[test]
    fn a_variant_that_was_not_timed_is_named() {
        let error = table(&Figures::default()).expect_err("nothing was timed");
        assert_eq!(error.to_string(), "plain was not timed");
    }
}
