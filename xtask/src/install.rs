//! Installing what a task needs, and saying so.

use std::{
    path::Path,
    process::{Command, Stdio},
};

use anyhow::{Result, bail};

use crate::steps::{Steps, cargo, output};

/// Makes sure that `cargo <subcommand>` is there.
pub(crate) fn cargo_tool(steps: &mut Steps, subcommand: &str, package: &str) -> Result<()> {
    if output(&mut cargo([subcommand, "--version"])).is_ok() {
        return Ok(());
    }
    println!("`cargo {subcommand}` is missing: installing {package}, which takes some minutes");
    steps.run(
        &format!("install {package}"),
        &mut cargo(["install", package, "--locked"]),
    )
}

/// Installs Debian packages, where this is a Debian or Ubuntu machine and we are root.
///
/// # Errors
/// When this is neither, with the command that the reader can run instead.
pub(crate) fn debian(steps: &mut Steps, packages: &[String]) -> Result<()> {
    let names = packages.join(" ");
    if !has_apt() {
        bail!("install {names} with this machine's package manager");
    }
    if !is_root() {
        bail!("run `sudo apt-get install {names}`");
    }
    println!("installing the Debian package(s) {names}");
    update(steps)?;
    steps.run(
        &format!("install {names}"),
        Command::new("apt-get")
            .args(["install", "--yes", "--quiet=2", "--no-install-recommends"])
            .args(packages)
            .env("DEBIAN_FRONTEND", "noninteractive"),
    )
}

/// Names of installable packages that match a regular expression; none where there is no apt.
pub(crate) fn debian_names(steps: &mut Steps, pattern: &str) -> Result<Vec<String>> {
    if !has_apt() {
        return Ok(Vec::new());
    }
    if is_root() {
        update(steps)?;
    }
    let found = output(Command::new("apt-cache").args(["search", "--names-only", pattern]))?;
    Ok(found
        .lines()
        .filter_map(|line| line.split_whitespace().next())
        .map(str::to_owned)
        .collect())
}

fn update(steps: &mut Steps) -> Result<()> {
    steps.run(
        "list Debian packages",
        Command::new("apt-get").args(["update", "--quiet=2"]),
    )
}

fn has_apt() -> bool {
    Path::new("/usr/bin/apt-get").is_file()
}

fn is_root() -> bool {
    output(Command::new("id").arg("-u").stderr(Stdio::null())).is_ok_and(|id| id == "0")
}
