//! The figures for people, and for programs.

use std::fmt::Write;

use anyhow::Result;
use serde_json::{Map, Value, json};

use crate::figures::{
    COLLECTOR_CPU, CPU, Comparison, Figure, LOST, MEDIAN, MEMORY, RATE, Runs, TAIL,
};
use crate::goals::{GOALS, Goal, Limit};
use crate::load::Load;
use crate::options::Options;
use crate::variant::Variant;

/// The columns of each table.
const FIXED: &[Figure] = &[CPU, MEDIAN, TAIL, MEMORY, COLLECTOR_CPU, LOST];
const UNPACED: &[Figure] = &[RATE, CPU, TAIL, MEMORY, COLLECTOR_CPU, LOST];

/// The part of the fixed rate that has to be answered: the last answers come after the last requests were due.
const KEPT: f64 = 0.98;

/// The part of the processors that something else may have.
const QUIET: f64 = 0.05;

/// Tables with a line for each variant, then the goals.
pub(crate) fn render(options: &Options, runs: &Runs) -> Result<String> {
    let mut text = String::new();
    for (load, figures) in tables(options) {
        let _ = writeln!(
            text,
            "\nGET /users/{{id}} {load} on {} connections",
            options.connections
        );
        let _ = write!(text, "{:<24}", "");
        for figure in figures {
            let _ = write!(text, "{:>width$}", figure.title, width = width(*figure));
        }
        text.push('\n');
        for variant in Variant::ALL {
            let _ = write!(text, "{:<24}", variant.title());
            for figure in figures {
                let cell = cell(runs, variant, load, *figure)?;
                let _ = write!(text, "{cell:>width$}", width = width(*figure));
            }
            text.truncate(text.trim_end().len());
            text.push('\n');
        }
    }
    let _ = writeln!(
        text,
        "\nRounds: {}, of {} s. The median of each figure, and behind it that of its ratio to NoOp in the same round, for\n\
         memory of the difference. CPU and Collector: processor time of the service and of the Collector for a request.\n\
         Memory: the most that was resident. Lost: spans that did not arrive. `!` marks a goal that is missed.\n",
        options.rounds,
        options.duration.as_secs()
    );
    for variant in Variant::OURS {
        for goal in GOALS {
            verdict(&mut text, options, runs, variant, goal)?;
        }
    }
    if runs.busy() > QUIET {
        let _ = writeln!(
            text,
            "something else had up to {:.0} % of the processors; believe none of this",
            100.0 * runs.busy()
        );
    }
    for variant in Variant::ALL {
        let kept = runs.median(variant, Load::Fixed(options.rate), RATE)?;
        if kept < KEPT * f64::from(options.rate) {
            let _ = writeln!(
                text,
                "{} answered only {kept:.0} of {} requests a second; what stands there of it means nothing",
                variant.title(),
                options.rate
            );
        }
    }
    Ok(text)
}

/// The same as [`render`] has.
pub(crate) fn json(options: &Options, runs: &Runs) -> Result<Value> {
    let mut loads = Map::new();
    for (load, figures) in tables(options) {
        let mut variants = Map::new();
        for variant in Variant::ALL {
            let mut row = Map::new();
            for figure in figures {
                let median = runs.median(variant, load, *figure)?;
                let beside = runs.beside_noop(variant, load, *figure)?;
                let entry = match figure.comparison {
                    Comparison::Ratio => json!({ "median": median, "ratio_to_noop": beside }),
                    Comparison::Difference => json!({ "median": median, "over_noop": beside }),
                    Comparison::None => json!({ "median": median }),
                };
                row.insert(figure.key.to_owned(), entry);
            }
            variants.insert(variant.slug().to_owned(), row.into());
        }
        loads.insert(key(load).to_owned(), variants.into());
    }
    let mut goals = Vec::new();
    for variant in Variant::OURS {
        for goal in GOALS {
            let load = goal.load(options);
            let figure = runs.beside_noop(variant, load, goal.figure)?;
            goals.push(json!({
                "variant": variant.slug(),
                "load": key(load),
                "figure": goal.figure.key,
                "value": figure,
                "limit": match goal.limit {
                    Limit::Most(most) => json!({ "most": most }),
                    Limit::Least(least) => json!({ "least": least }),
                },
                "reached": figure.is_some_and(|figure| goal.limit.holds(figure)),
            }));
        }
    }
    Ok(json!({
        "rounds": options.rounds,
        "seconds": options.duration.as_secs(),
        "rate": options.rate,
        "connections": options.connections,
        "busy_with_something_else": runs.busy(),
        "loads": loads,
        "goals": goals,
    }))
}

fn tables(options: &Options) -> [(Load, &'static [Figure]); 2] {
    [(Load::Fixed(options.rate), FIXED), (Load::Unpaced, UNPACED)]
}

fn key(load: Load) -> &'static str {
    match load {
        Load::Fixed(_) => "fixed_rate",
        Load::Unpaced => "unpaced",
    }
}

fn width(figure: Figure) -> usize {
    match figure.comparison {
        Comparison::None => 15,
        Comparison::Ratio | Comparison::Difference => 17,
    }
}

/// The median, what it is beside that without telemetry, and the mark of a goal that is missed.
fn cell(runs: &Runs, variant: Variant, load: Load, figure: Figure) -> Result<String> {
    let median = number(runs.median(variant, load, figure)?);
    if variant == Variant::NoOp {
        // It is beside itself, so the place of the comparison stays empty.
        return Ok(match figure.comparison {
            Comparison::None => "-".to_owned(),
            Comparison::Ratio | Comparison::Difference => format!("{median}{:8}", ""),
        });
    }
    let Some(beside) = runs.beside_noop(variant, load, figure)? else {
        return Ok(median);
    };
    let missed = Variant::OURS.contains(&variant)
        && Goal::of(figure, load).is_some_and(|goal| !goal.limit.holds(beside));
    let mark = if missed { "!" } else { " " };
    Ok(format!(
        "{median} {:>6}{mark}",
        compared(figure.comparison, beside)
    ))
}

fn verdict(
    text: &mut String,
    options: &Options,
    runs: &Runs,
    variant: Variant,
    goal: Goal,
) -> Result<()> {
    let load = goal.load(options);
    let Some(figure) = runs.beside_noop(variant, load, goal.figure)? else {
        return Ok(());
    };
    let comparison = goal.figure.comparison;
    let (word, limit) = match goal.limit {
        Limit::Most(most) => ("most", most),
        Limit::Least(least) => ("least", least),
    };
    let _ = writeln!(
        text,
        "{:<7} {:<24} {:<11} {:<12} {:>6}, at {word} {}",
        if goal.limit.holds(figure) {
            "ok"
        } else {
            "MISSED"
        },
        variant.title(),
        goal.figure.title,
        load.to_string(),
        compared(comparison, figure),
        compared(comparison, limit),
    );
    Ok(())
}

fn compared(comparison: Comparison, figure: f64) -> String {
    if comparison == Comparison::Difference {
        format!("{figure:+.1}")
    } else {
        format!("{figure:.2}")
    }
}

fn number(figure: f64) -> String {
    if figure < 100.0 {
        format!("{figure:.1}")
    } else {
        format!("{figure:.0}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figures::tests::run;

    fn options() -> Options {
        let line = ["--collector", "otelcol", "--quick"].map(str::to_owned);
        Options::parse(&line).expect("right")
    }

    /// Every figure is 100, but those of hyperion are `ours`, and at the fixed rate all answer `rate` requests a second.
    fn runs(ours: f64, rate: f64) -> Runs {
        let mut runs = Runs::default();
        for load in [Load::Fixed(1500), Load::Unpaced] {
            for variant in Variant::ALL {
                let figure = if variant == Variant::Hyperion {
                    ours
                } else {
                    100.0
                };
                let mut run = run(figure);
                if load == Load::Fixed(1500) {
                    run.rate = rate;
                }
                runs.add(0, variant, load, run);
            }
        }
        runs
    }

    fn lines(text: &str, start: &str) -> Vec<String> {
        let words = |line: &str| line.split_whitespace().collect::<Vec<_>>().join(" ");
        text.lines()
            .filter(|line| line.starts_with(start))
            .map(words)
            .collect()
    }

    #[test]
    fn a_line_has_figures_and_ratios_and_marks_what_is_missed() {
        let text = render(&options(), &runs(120.0, 1500.0)).expect("complete");
        let paced = "hyperion 120 1.20! 120 1.20 120 1.20! 120 +20.0! 120 120";
        let unpaced = "hyperion 120 1.20 120 1.20 120 1.20 120 +20.0 120 120";
        assert_eq!(lines(&text, "hyperion  "), [paced, unpaced]);
        let noop = "NoOp 100 100 100 100 - -";
        assert_eq!(lines(&text, "NoOp"), [noop, noop]);
    }

    #[test]
    fn goals_are_told_one_by_one() {
        let text = render(&options(), &runs(90.0, 1500.0)).expect("complete");
        assert_eq!(
            lines(&text, "MISSED"),
            ["MISSED hyperion requests/s unpaced 0.90, at least 0.93"]
        );
        assert_eq!(
            lines(&text, "ok ")[0],
            "ok hyperion CPU, us at 1500/s 0.90, at most 1.05"
        );
    }

    #[test]
    fn a_machine_that_is_busy_is_told() {
        let mut runs = runs(100.0, 1500.0);
        let told = |runs: &Runs| lines(&render(&options(), runs).expect("complete"), "something");
        assert!(told(&runs).is_empty());
        runs.add_busy(0.5);
        runs.add_busy(0.01);
        assert_eq!(
            told(&runs),
            ["something else had up to 50 % of the processors; believe none of this"]
        );
    }

    #[test]
    fn a_rate_that_was_not_kept_is_told() {
        let text = |rate| render(&options(), &runs(100.0, rate)).expect("complete");
        assert_eq!(
            lines(&text(1400.0), "NoOp answered"),
            [
                "NoOp answered only 1400 of 1500 requests a second; what stands there of it means nothing"
            ]
        );
        assert!(!text(1499.0).contains("answered only"));
    }

    #[test]
    fn programs_find_every_figure_by_name() {
        let json = json(&options(), &runs(90.0, 1500.0)).expect("complete");
        let at = |pointer| json.pointer(pointer).cloned().unwrap_or_default();
        assert_eq!(at("/loads/fixed_rate/hyperion/cpu_us/ratio_to_noop"), 0.9);
        assert_eq!(at("/loads/fixed_rate/hyperion/memory_mb/over_noop"), -10.0);
        assert_eq!(
            at("/loads/unpaced/fastrace/requests_per_second/median"),
            100.0
        );
        assert_eq!(at("/goals/3/figure"), "requests_per_second");
        assert_eq!(at("/goals/3/reached"), false);
    }

    #[test]
    fn a_variant_that_was_not_measured_is_named() {
        let error = render(&options(), &Runs::default()).expect_err("nothing was");
        assert_eq!(error.to_string(), "NoOp was not measured at 1500/s");
    }
}
