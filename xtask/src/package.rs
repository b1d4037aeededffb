//! `cargo xtask package`: what would be published, and its documentation.

use anyhow::{Context, Result, bail};
use serde_json::Value;
use std::{path::Path, process::Command};

use crate::steps::{Steps, cargo, output};
use hyperion_backend_servers::root;

/// Packages and documents the publishable crates.
pub(crate) fn everything(steps: &mut Steps) -> Result<()> {
    let published: Vec<String> = published()?
        .into_iter()
        .flat_map(|name| ["--package".to_owned(), name])
        .collect();
    let mut package = cargo(["package"]);
    package.args(&published);
    if is_dirty() {
        println!("the working tree has uncommitted changes: packaging them as they are");
        package.arg("--allow-dirty");
    }
    steps.run("packages", &mut package)?;
    let mut doc = cargo(["doc", "--no-deps", "--all-features"]);
    doc.args(&published).env("RUSTDOCFLAGS", "-D warnings");
    steps.run("documentation", &mut doc)
}

/// The features of a package but `default`, in the order of their names.
pub(crate) fn features(package: &str) -> Result<Vec<String>> {
    let metadata = metadata()?;
    let features = packages(&metadata)?
        .iter()
        .find(|candidate| candidate["name"] == package)
        .and_then(|package| package["features"].as_object())
        .with_context(|| format!("`cargo metadata` knows no features of {package}"))?;
    Ok(features
        .keys()
        .filter(|name| *name != "default")
        .cloned()
        .collect())
}

/// The names of the crates that a registry may get.
fn published() -> Result<Vec<String>> {
    let metadata = metadata()?;
    // `publish = false` is an empty list of registries; no key at all is `null`.
    let names: Vec<String> = packages(&metadata)?
        .iter()
        .filter(|package| package["publish"].is_null())
        .filter_map(|package| package["name"].as_str().map(str::to_owned))
        .collect();
    if names.is_empty() {
        bail!("no package of the workspace is publishable; is `publish = false` everywhere?");
    }
    Ok(names)
}

fn metadata() -> Result<Value> {
    let text = output(&mut cargo([
        "metadata",
        "--no-deps",
        "--format-version",
        "1",
    ]))?;
    serde_json::from_str(&text).context("`cargo metadata` printed something else than JSON")
}

fn packages(metadata: &Value) -> Result<&Vec<Value>> {
    metadata["packages"]
        .as_array()
        .context("`cargo metadata` printed no list of packages")
}

/// Without git there is nothing to compare with, and Cargo does not ask either.
fn is_dirty() -> bool {
    let root: &Path = &root();
    output(
        Command::new("git")
            .args(["status", "--porcelain"])
            .current_dir(root),
    )
    .is_ok_and(|changes| !changes.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_crates_for_users_are_published() {
        let mut names = published().expect("metadata");
        names.sort();
        assert!(names.contains(&"hyperion-observe".to_owned()), "{names:?}");
        assert!(!names.contains(&"xtask".to_owned()), "{names:?}");
    }

    #[test]
    fn features_are_listed_without_default() {
        let features = features("hyperion-observe").expect("metadata");
        assert!(features.contains(&"otel".to_owned()), "{features:?}");
        assert!(!features.contains(&"default".to_owned()), "{features:?}");
    }
}
