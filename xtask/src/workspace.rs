//! The packages here, as Cargo lists them, so that no list of them has to be kept.

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::steps::{cargo, output};

/// The packages of the workspace.
pub(crate) struct Workspace(Value);

impl Workspace {
    pub(crate) fn read() -> Result<Self> {
        let text = output(&mut cargo([
            "metadata",
            "--no-deps",
            "--format-version",
            "1",
        ]))?;
        serde_json::from_str(&text)
            .map(Self)
            .context("`cargo metadata` printed something else than JSON")
    }

    /// The names of the crates that a registry may get.
    pub(crate) fn published(&self) -> Result<Vec<&str>> {
        // `publish = false` is an empty list of registries; no key at all is `null`.
        let names = self.names(|package| package["publish"].is_null())?;
        if names.is_empty() {
            bail!("no package of the workspace is publishable; is `publish = false` everywhere?");
        }
        Ok(names)
    }

    /// The names of the packages that a bare `cargo test` leaves out.
    pub(crate) fn beside_default(&self) -> Result<Vec<&str>> {
        let default = self.0["workspace_default_members"]
            .as_array()
            .context("`cargo metadata` printed no default members; it needs Cargo 1.71")?;
        self.names(|package| !default.contains(&package["id"]))
    }

    /// The features of a package but `default`, in the order of their names.
    pub(crate) fn features(&self, package: &str) -> Result<Vec<&str>> {
        let features = self
            .packages()?
            .iter()
            .find(|candidate| candidate["name"] == package)
            .and_then(|package| package["features"].as_object())
            .with_context(|| format!("`cargo metadata` knows no features of {package}"))?;
        Ok(features
            .keys()
            .map(String::as_str)
            .filter(|name| *name != "default")
            .collect())
    }

    fn names(&self, wanted: impl Fn(&Value) -> bool) -> Result<Vec<&str>> {
        let wanted = self.packages()?.iter().filter(|package| wanted(package));
        let mut names: Vec<&str> = wanted
            .filter_map(|package| package["name"].as_str())
            .collect();
        names.sort_unstable();
        Ok(names)
    }

    fn packages(&self) -> Result<&Vec<Value>> {
        self.0["packages"]
            .as_array()
            .context("`cargo metadata` printed no list of packages")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn workspace() -> Workspace {
        Workspace::read().expect("metadata")
    }

    #[test]
    fn only_the_crates_for_users_are_published() {
        let workspace = workspace();
        let names = workspace.published().expect("packages");
        assert!(names.contains(&"hyperion-observe"), "{names:?}");
        assert!(!names.contains(&"xtask"), "{names:?}");
    }

    #[test]
    fn what_is_left_out_by_default_is_found() {
        let workspace = workspace();
        let names = workspace.beside_default().expect("packages");
        assert!(names.contains(&"hyperion-noop-tests"), "{names:?}");
        assert!(!names.contains(&"hyperion-runtime"), "{names:?}");
    }

    #[test]
    fn features_are_listed_without_default() {
        let workspace = workspace();
        let features = workspace.features("hyperion-observe").expect("features");
        assert!(features.contains(&"otel"), "{features:?}");
        assert!(!features.contains(&"default"), "{features:?}");
    }
}
