//! `cargo xtask package`: what would be published, and its documentation.

use std::process::Command;

use anyhow::Result;
use hyperion_backend_servers::root;

use crate::{
    steps::{Steps, cargo, output},
    workspace::Workspace,
};

/// Packages and documents the publishable crates.
pub(crate) fn everything(steps: &mut Steps) -> Result<()> {
    let workspace = Workspace::read()?;
    let published: Vec<&str> = workspace
        .published()?
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
