//! `cargo xtask test`: every test there is.

use anyhow::Result;

use crate::{
    backends,
    steps::{Steps, cargo},
};

/// Runs every test, the quick ones first.
pub(crate) fn everything(steps: &mut Steps) -> Result<()> {
    steps.run(
        "tests of the crates",
        &mut cargo(["test", "--lib", "--bins", "--tests", "--examples"]),
    )?;
    steps.run("documentation tests", &mut cargo(["test", "--doc"]))?;
    // On its own: in one build with the others it would get their features, and be no test.
    steps.run(
        "tests without OpenTelemetry",
        &mut cargo(["test", "--package", "hyperion-noop-tests"]),
    )?;
    steps.run(
        "messages of the macros",
        &mut cargo(["test", "--package", "hyperion-ui-tests"]),
    )?;
    steps.run(
        "tests of the tasks",
        &mut cargo([
            "test",
            "--package",
            "xtask",
            "--package",
            "hyperion-backend-servers",
        ]),
    )?;
    backends::build(steps)?;
    steps.run(
        "tests with real servers",
        &mut cargo(["test", "--package", "hyperion-backend-tests"]),
    )
}
