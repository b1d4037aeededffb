//! `cargo xtask package`: what would be published, and its documentation.

use std::{
    env,
    ffi::OsStr,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result};
use hyperion_backend_servers::root;

use crate::{
    steps::{Steps, cargo, output},
    workspace::Workspace,
};

/// Packages and documents the publishable crates.
pub(crate) fn everything(steps: &mut Steps) -> Result<()> {
    let workspace = Workspace::read()?;
    let names = workspace.published()?;
    forget_earlier(&names)?;
    let published: Vec<&str> = names
        .into_iter()
        .flat_map(|name| ["--package", name])
        .collect();
    // With every feature, since a file that a package forgets may be one that only a feature needs.
    let mut package = cargo(["package", "--all-features"]);
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

/// Without git there is nothing to compare with, and Cargo does not ask either.
fn is_dirty() -> bool {
    let mut git = Command::new("git");
    git.args(["status", "--porcelain"]).current_dir(root());
    output(&mut git).is_ok_and(|changes| !changes.is_empty())
}

/// Removes what Cargo keeps of earlier packages. It builds packages against each other through a registry that it makes for the
/// moment, and takes what it once unpacked and compiled for that of a package with the same name and version.
fn forget_earlier(names: &[&str]) -> Result<()> {
    let home = env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| env::home_dir().map(|home| home.join(".cargo")));
    let sources = home
        .context("there is no home for Cargo")?
        .join("registry/src");
    for registry in fs::read_dir(sources).into_iter().flatten() {
        let registry = registry?.path();
        // A registry on the network has a host in front of the hyphen.
        let is_local = registry.file_name().and_then(OsStr::to_str);
        if is_local.is_some_and(|name| name.starts_with('-')) {
            forget_in(&registry, names)?;
        }
    }
    // Without a fingerprint it is compiled anew.
    forget_in(&root().join("target/debug/.fingerprint"), names)
}

/// Removes the folders that are called as a package, a hyphen, and its version or a hash.
fn forget_in(folder: &Path, names: &[&str]) -> Result<()> {
    for package in fs::read_dir(folder).into_iter().flatten() {
        let package = package?;
        let name = package.file_name();
        let name = name.to_string_lossy();
        let without_suffix = name.rsplit_once('-').map(|(name, _)| name);
        if without_suffix.is_some_and(|name| names.contains(&name)) {
            fs::remove_dir_all(package.path())?;
        }
    }
    Ok(())
}
