//! `cargo xtask ci`: what a merge needs.

use anyhow::Result;
use hyperion_backend_servers::root;

use crate::{
    bench, install, instructions, layers, package,
    steps::{Steps, cargo},
    test,
    workspace::Workspace,
};

/// The packages whose features users choose. Those of the runtime follow, and Clippy looks at it, too.
const CHOSEN: [&str; 3] = ["hyperion-observe", "hyperion-sqlx", "hyperion-tower"];

/// Runs every check, the quick ones first.
pub(crate) fn everything(steps: &mut Steps) -> Result<()> {
    steps.run("format", &mut cargo(["fmt", "--all", "--check"]))?;
    steps.run("Cargo.lock is current", &mut cargo(["fetch", "--locked"]))?;
    layers::check(steps)?;
    lints(steps)?;
    dependencies(steps)?;
    package::everything(steps)?;
    test::everything(steps)?;
    instructions::run(steps, &[])?;
    bench::trial(steps)?;
    // Workspaces of their own, with lock files of their own.
    steps.run(
        "tests of the whole application",
        cargo(["test", "--workspace", "--locked"]).current_dir(root().join("benches/application")),
    )?;
    steps.run(
        "fuzz targets compile",
        cargo(["check", "--locked"]).current_dir(root().join("fuzz")),
    )
}

fn lints(steps: &mut Steps) -> Result<()> {
    steps.run(
        "lints",
        &mut cargo([
            "clippy",
            "--workspace",
            "--all-targets",
            "--",
            "--deny",
            "warnings",
        ]),
    )?;
    // What a library that only instruments gets: the build above has every feature on.
    steps.run(
        "lints without features",
        &mut cargo(["clippy", "--", "--deny", "warnings"]),
    )?;
    let workspace = Workspace::read()?;
    for package in CHOSEN {
        for feature in workspace.features(package)? {
            steps.run(
                &format!("lints of {package} with `{feature}` only"),
                &mut cargo([
                    "clippy",
                    "--package",
                    package,
                    "--features",
                    feature,
                    "--",
                    "--deny",
                    "warnings",
                ]),
            )?;
        }
    }
    Ok(())
}

/// Licences, sources and bans come from the crates on this machine. Advisories come from a
/// database on the network that changes by itself, so they are not a condition of a merge.
fn dependencies(steps: &mut Steps) -> Result<()> {
    install::cargo_tool(steps, "deny", "cargo-deny")?;
    steps.run(
        "licences and sources",
        &mut cargo([
            "deny",
            "--all-features",
            "check",
            "bans",
            "licenses",
            "sources",
        ]),
    )
}
