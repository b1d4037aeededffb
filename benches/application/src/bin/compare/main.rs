//! Puts every variant of the service under the same load, and prints what each costs beside the one without telemetry.

#![cfg_attr(
    test,
    allow(
        clippy::float_cmp,
        reason = "tests have figures that are exact in binary, or come back as they went in"
    )
)]

mod client;
mod collector;
mod figures;
mod goals;
mod load;
mod machine;
mod options;
mod service;
mod table;
mod variant;

use std::{env, fs};

use anyhow::{Context, Result};

use collector::Collector;
use figures::Runs;
use load::Load;
use options::{HELP, Options};
use variant::Variant;

fn main() -> Result<()> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    if arguments.iter().any(|one| one == "--help") {
        println!("{HELP}");
        return Ok(());
    }
    let options = Options::parse(&arguments)?;
    let runs = measure(&options)?;
    println!("{}", table::render(&options, &runs)?);
    let file = &options.json;
    fs::write(file, format!("{:#}\n", table::json(&options, &runs)?))
        .with_context(|| format!("{} cannot be written", file.display()))?;
    println!("the same as JSON: {}", file.display());
    Ok(())
}

/// Runs every variant under each load, in so many rounds, and begins each round with another one.
fn measure(options: &Options) -> Result<Runs> {
    let programs = variant::Programs::find()?;
    let collector = Collector::start(&options.collector)?;
    let mut runs = Runs::default();
    for round in 0..options.rounds {
        let busy = machine::busy()?;
        println!(
            "round {} of {} begins; something else keeps {:.0} % of the processors busy",
            round + 1,
            options.rounds,
            100.0 * busy
        );
        runs.add_busy(busy);
        for load in [Load::Fixed(options.rate), Load::Unpaced] {
            let mut variants = Variant::ALL;
            variants.rotate_left(round % Variant::ALL.len());
            for variant in variants {
                let run = service::run(&programs.path(variant), variant, load, options, &collector)
                    .with_context(|| format!("{} {load}", variant.title()))?;
                println!(
                    "round {} of {} {:<12} {:<26} {run}",
                    round + 1,
                    options.rounds,
                    load.to_string(),
                    variant.title(),
                );
                runs.add(round, variant, load, run);
            }
        }
    }
    Ok(runs)
}
