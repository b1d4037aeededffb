//! `cargo xtask bench application`: a whole service under load, observed by each library in turn.

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
    let folder = root().join(FOLDER);
    steps.run(
        "build the services",
        cargo(["build", "--release", "--bins"]).current_dir(&folder),
    )?;
    steps.run(
        "measure the services",
        cargo(["run", "--release", "--quiet", "--bin", "compare", "--"])
            .arg("--collector")
            .arg(collector)
            .args(arguments)
            .current_dir(&folder),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_folder_is_a_workspace_of_its_own() {
        let manifest = root().join(FOLDER).join("Cargo.toml");
        let text = std::fs::read_to_string(manifest).expect("a manifest");
        assert!(text.lines().any(|line| line == "[workspace]"), "{text}");
    }
}
