//! `cargo xtask bench compile`: what `#[observe]` costs in build time and in bytes.

use std::time::Instant;

use anyhow::Result;

use super::{
    builds::{Compile, Times},
    packages::{Build, Packages, Program},
    sections::{PerFunction, Size},
    variant::Variant,
};
use crate::steps::{Steps, output};

/// The number of functions of the program whose builds are timed.
const MANY: usize = 200;

/// The number of functions of the program that its size is compared with.
const FEW: usize = 100;

/// Builds every variant so many times, interleaved.
pub(super) fn measure(steps: &mut Steps, rounds: usize) -> Result<Compile> {
    let programs = Variant::ALL.map(|variant| [few(variant), many(variant)]);
    let packages = steps.time("write the programs", || {
        Packages::write(programs.as_flattened())
    })?;
    steps.run("fetch what they need", &mut packages.fetch())?;
    // So that what is timed below builds nothing else. The smaller programs are built for their size alone.
    steps.time("build everything once", || {
        for variant in Variant::ALL {
            for build in Build::ALL {
                time(&packages, many(variant), build, "first")?;
            }
            time(&packages, few(variant), Build::Release, "first")?;
        }
        Ok(())
    })?;
    let mut times = Times::default();
    for round in 1..=rounds {
        let name = format!("round {round} of {rounds}");
        steps.time(&name, || {
            for build in Build::ALL {
                for variant in Variant::ALL {
                    packages.touch(many(variant))?;
                    let seconds = time(&packages, many(variant), build, &name)?;
                    times.add(variant, build, seconds);
                }
            }
            Ok(())
        })?;
    }
    Compile::new(MANY, &times, |variant| size(&packages, variant))
}

fn few(variant: Variant) -> Program {
    Program {
        variant,
        functions: FEW,
    }
}

fn many(variant: Variant) -> Program {
    Program {
        variant,
        functions: MANY,
    }
}

/// Builds one program, and says how many seconds of wall time that took.
fn time(packages: &Packages, program: Program, build: Build, round: &str) -> Result<f64> {
    let mut command = packages.build(program, build);
    let start = Instant::now();
    output(&mut command)?;
    let seconds = start.elapsed().as_secs_f64();
    println!(
        "    {round}: {:<8} {:<24} {:>3} functions {seconds:>7.2} s",
        build.title(),
        program.variant.title(),
        program.functions,
    );
    Ok(seconds)
}

/// Measures the bytes that one function of a variant adds to its program.
fn size(packages: &Packages, variant: Variant) -> Result<PerFunction> {
    let [few, many] =
        [few(variant), many(variant)].map(|program| Size::of(&packages.executable(program)));
    Ok(PerFunction::between((FEW, few?), (MANY, many?)))
}
