//! `cargo xtask bench`: what hyperion costs beside its peers, at run time and at compile time.

mod application;
mod compile;
mod packages;
mod sections;
mod table;
mod template;
mod variant;

use anyhow::{Context, Result, bail};

use crate::steps::{Steps, cargo};

/// The package of the benchmarks at run time.
const BENCHES: &str = "hyperion-benches";

/// The number of times that each build is timed, unless one says otherwise.
const ROUNDS: usize = 5;

/// Runs what the arguments after `bench` ask for.
pub(crate) fn run(steps: &mut Steps, arguments: &[&str]) -> Result<()> {
    match arguments {
        [] | ["run"] => calls(steps),
        ["compile"] => compile::measure(steps, ROUNDS),
        ["compile", "--rounds", number] => compile::measure(steps, rounds(number)?),
        ["application", options @ ..] => application::measure(steps, options),
        unknown => bail!(
            "unknown benchmark `{}`, expected `run`, `compile [--rounds N]` or `application [--quick]`",
            unknown.join(" ")
        ),
    }
}

/// Measures calls: runs all benchmarks, then reports where hyperion stands.
fn calls(steps: &mut Steps) -> Result<()> {
    steps.run("benchmarks", &mut cargo(["bench", "--package", BENCHES]))?;
    // In release, for which the benchmarks have built the dependencies already.
    steps.run(
        "report",
        &mut cargo([
            "run",
            "--quiet",
            "--release",
            "--package",
            BENCHES,
            "--bin",
            "report",
        ]),
    )
}

fn rounds(number: &str) -> Result<usize> {
    let rounds: usize = number
        .parse()
        .with_context(|| format!("expected a number of rounds, not `{number}`"))?;
    if rounds == 0 {
        bail!("`--rounds 0` would measure nothing; one round is the least");
    }
    Ok(rounds)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounds_are_a_number_from_one() {
        assert_eq!(rounds("3").expect("a number"), 3);
        let error = rounds("three").expect_err("a word").to_string();
        assert_eq!(error, "expected a number of rounds, not `three`");
        assert!(rounds("0").is_err());
    }

    #[test]
    fn an_unknown_benchmark_is_named() {
        let error = run(&mut Steps::new(), &["compile", "--round"]).expect_err("it is unknown");
        assert!(error.to_string().contains("`compile --round`"), "{error}");
    }
}
