//! The project's chores, the same here and on a build machine: `cargo xtask` lists them.

mod backends;
mod bench;
mod checks;
mod coverage;
mod go;
mod install;
mod instructions;
mod layers;
mod package;
mod python;
mod soundness;
mod steps;
mod test;
mod workspace;

use std::{env, process::ExitCode};

use anyhow::{Result, bail};
use steps::Steps;

const HELP: &str = "\
usage: cargo xtask <task>

  backends   build the real servers that tests/backends needs (Go, Python; minutes once, then seconds)
  test       every test: the crates, the package without OpenTelemetry, macro messages, backends
  ci         what a merge needs: format, lints, docs, packages, dependencies, test, benchmarks
  package    package the publishable crates and build their documentation
  bench      what hyperion costs beside other libraries, into PERFORMANCE.md: the quick form; `--full`: all of it;
             `bench compile [--rounds N]`: build time and size; `bench report`: the document from its figures;
             `bench application [--quick]`: a whole service under load, with a real Collector
  instructions   what operations cost in instructions, against benches/instructions.txt; `--write` writes it anew
  coverage   line coverage of the three crates behind the facade, at least 90 % each
  soundness  Miri and the thread sanitizer over the recording parts, on a nightly toolchain

What is missing is installed where that is possible, and every installation is announced.

  HYPERION_BACKENDS_DIR   where built servers are kept, instead of .backends";

fn main() -> ExitCode {
    let mut steps = Steps::new();
    let outcome = run(&mut steps);
    steps.summary();
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\nxtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(steps: &mut Steps) -> Result<()> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    match arguments
        .iter()
        .map(String::as_str)
        .collect::<Vec<_>>()
        .as_slice()
    {
        ["backends"] => backends::build(steps),
        ["test"] => test::everything(steps),
        ["ci"] => checks::everything(steps),
        ["package"] => package::everything(steps),
        ["bench", which @ ..] => bench::run(steps, which),
        ["instructions", how @ ..] => instructions::run(steps, how),
        ["coverage"] => coverage::measure(steps),
        ["soundness"] => soundness::check(steps),
        [] | ["help" | "-h" | "--help"] => {
            println!("{HELP}");
            Ok(())
        }
        unknown => bail!("unknown task `{}`\n\n{HELP}", unknown.join(" ")),
    }
}
