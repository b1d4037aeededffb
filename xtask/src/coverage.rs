//! `cargo xtask coverage`: how many lines of the code the tests reach.

use std::{
    env,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result};

use crate::{
    install,
    steps::{Steps, cargo, output},
};

/// The crates that are measured, each on its own: a well tested one must not carry the others.
const CRATES: [&str; 5] = [
    "hyperion-derive",
    "hyperion-otel",
    "hyperion-runtime",
    "hyperion-sqlx",
    "hyperion-tower",
];

/// The least share of lines, in percent.
const LEAST: &str = "90";

/// Runs the tests of the crates and of the macros' messages, and reports what they reached.
pub(crate) fn measure(steps: &mut Steps) -> Result<()> {
    install::cargo_tool(steps, "llvm-cov", "cargo-llvm-cov")?;
    let tools = Tools::find(steps)?;
    steps.run(
        "forget old profiles",
        &mut tools.llvm_cov(["clean", "--workspace"]),
    )?;
    steps.run(
        "tests of the crates",
        &mut tools.llvm_cov([
            "--no-report",
            "--package",
            "hyperion-observe",
            "--package",
            "hyperion-derive",
            "--package",
            "hyperion-otel",
            "--package",
            "hyperion-runtime",
            "--package",
            "hyperion-sqlx",
            "--package",
            "hyperion-tower",
            "--package",
            "hyperion-ui-tests",
        ]),
    )?;
    for name in CRATES {
        steps.run(
            &format!("lines of {name}, at least {LEAST} %"),
            &mut tools.llvm_cov(["report", "--package", name, "--fail-under-lines", LEAST]),
        )?;
    }
    Ok(())
}

/// LLVM's own coverage tools; `None` where rustup has installed matching ones.
struct Tools(Option<PathBuf>);

impl Tools {
    /// A profile can be read by the LLVM that wrote it, so the major version is rustc's.
    fn find(steps: &mut Steps) -> Result<Self> {
        let rustc = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
        let version = output(Command::new(&rustc).arg("-vV"))?;
        let sysroot = output(Command::new(&rustc).args(["--print", "sysroot"]))?;
        let host = field(&version, "host").context("`rustc -vV` names no host")?;
        let rustup = Path::new(&sysroot)
            .join("lib/rustlib")
            .join(host)
            .join("bin");
        if env::var_os("LLVM_COV").is_some() || rustup.join("llvm-cov").is_file() {
            return Ok(Self(None));
        }
        let major = field(&version, "LLVM version")
            .and_then(|version| version.split('.').next())
            .context("`rustc -vV` names no LLVM version")?;
        let debian = PathBuf::from(format!("/usr/lib/llvm-{major}/bin"));
        if !debian.join("llvm-cov").is_file() {
            println!("neither rustup's llvm-tools nor LLVM {major} is here");
            install::debian(steps, &[format!("llvm-{major}")])
                .context("or run `rustup component add llvm-tools`")?;
        }
        Ok(Self(Some(debian)))
    }

    fn llvm_cov<'a>(&self, arguments: impl IntoIterator<Item = &'a str>) -> Command {
        let mut command = cargo(["llvm-cov"]);
        command.args(arguments);
        if let Some(tools) = &self.0 {
            command.env("LLVM_COV", tools.join("llvm-cov"));
            command.env("LLVM_PROFDATA", tools.join("llvm-profdata"));
        }
        command
    }
}

/// The value of one line of `rustc -vV`.
fn field<'a>(version: &'a str, name: &str) -> Option<&'a str> {
    version
        .lines()
        .find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rustc_describes_itself_in_lines() {
        let version = "rustc 1.95.0\nhost: x86_64-unknown-linux-gnu\nLLVM version: 22.1.2\n";
        assert_eq!(field(version, "host"), Some("x86_64-unknown-linux-gnu"));
        assert_eq!(field(version, "LLVM version"), Some("22.1.2"));
        assert_eq!(field(version, "release"), None);
    }
}
