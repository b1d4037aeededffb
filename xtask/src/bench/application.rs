//! `cargo xtask bench application`: a whole service under load, observed by each library in turn.

use std::{
    env::{self, consts::EXE_SUFFIX},
    process::Command,
};

use anyhow::{Context, Result};
use hyperion_backend_servers::{COLLECTOR, root};

use crate::steps::{Steps, cargo};

/// The folder of the benchmark, a workspace of its own: it needs a web server and a database, and nothing else here does.
const FOLDER: &str = "benches/application";

/// Builds the services and measures them; the arguments are for the program that does.
pub(super) fn measure(steps: &mut Steps, arguments: &[&str]) -> Result<()> {
    let collector = COLLECTOR
        .program("otelcol")
        .context("the services export to a real Collector")?;
    let target = root().join(FOLDER).join("target");
    steps.run(
        "build the services",
        cargo_there(["build", "--release", "--workspace", "--target-dir"]).arg(&target),
    )?;
    // Not by `cargo run`, which would build everything again with the features of one package.
    let compare = format!("compare{EXE_SUFFIX}");
    steps.run(
        "measure the services",
        Command::new(target.join("release").join(compare))
            .arg("--collector")
            .arg(collector)
            .args(arguments),
    )
}

/// Cargo in the benchmark's folder, without what Cargo tells this program of its package: some build scripts look at that,
/// and would run again, and everything behind them, whenever someone has built there by hand.
fn cargo_there<const N: usize>(arguments: [&str; N]) -> Command {
    let mut command = cargo(arguments);
    command.current_dir(root().join(FOLDER));
    for (name, _) in env::vars_os() {
        if is_of_package(&name.to_string_lossy()) {
            command.env_remove(name);
        }
    }
    command
}

fn is_of_package(name: &str) -> bool {
    ["CARGO_MANIFEST_", "CARGO_PKG_"]
        .iter()
        .any(|prefix| name.starts_with(prefix))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cargo_there_knows_nothing_of_this_package() {
        let command = cargo_there(["build"]);
        let removed: Vec<_> = command
            .get_envs()
            .filter(|(_, value)| value.is_none())
            .map(|(name, _)| name.to_string_lossy())
            .collect();
        assert!(
            removed.contains(&"CARGO_MANIFEST_DIR".into()),
            "{removed:?}"
        );
        assert!(!is_of_package("CARGO_HOME"));
    }

    #[test]
    fn the_folder_is_a_workspace_of_its_own() {
        let manifest = root().join(FOLDER).join("Cargo.toml");
        let text = std::fs::read_to_string(manifest).expect("a manifest");
        assert!(text.lines().any(|line| line == "[workspace]"), "{text}");
    }
}
