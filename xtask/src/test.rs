//! `cargo xtask test`: every test there is.

use anyhow::Result;

use crate::{
    backends,
    steps::{Steps, cargo},
    workspace::Workspace,
};

/// The package whose tests need the servers.
const BACKENDS: &str = "hyperion-backend-tests";

/// Measured, not tested: `cargo xtask ci` has it measure everything for a moment.
const BENCHES: &str = "hyperion-benches";

/// Runs every test, those with servers last.
pub(crate) fn everything(steps: &mut Steps) -> Result<()> {
    steps.run(
        "tests of the crates",
        &mut cargo(["test", "--lib", "--bins", "--tests", "--examples"]),
    )?;
    steps.run("documentation tests", &mut cargo(["test", "--doc"]))?;
    steps.run(
        "tests of a build without detailed calls",
        &mut cargo([
            "test",
            "--features",
            "max_level_warn",
            "--test",
            "max_level",
        ]),
    )?;
    for package in Workspace::read()?.beside_default()? {
        if ![BACKENDS, BENCHES].contains(&package) {
            test(steps, package)?;
        }
    }
    backends::build(steps)?;
    test(steps, BACKENDS)
}

/// Each package on its own: in one build with others it would get their features, and the one
/// without OpenTelemetry would be no test.
fn test(steps: &mut Steps, package: &str) -> Result<()> {
    steps.run(
        &format!("tests of {package}"),
        &mut cargo(["test", "--package", package]),
    )
}
