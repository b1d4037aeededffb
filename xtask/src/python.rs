//! Finding Python, and making a virtual environment with it.

use std::{
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::{Context, Result, bail};

use crate::{
    install,
    steps::{Steps, line, output},
};

/// A Python that can make virtual environments; installed where that is possible.
pub(crate) fn find(steps: &mut Steps) -> Result<PathBuf> {
    let python = PathBuf::from("python3");
    if can_make_environments(&python) {
        return Ok(python);
    }
    println!(
        "Python 3 with the modules `venv` and `ensurepip` is needed for the reference parsers"
    );
    install::debian(steps, &["python3-venv".to_owned()])
        .context("or name a Python that has `prometheus_client` by HYPERION_TEST_PYTHON_BIN")?;
    if can_make_environments(&python) {
        return Ok(python);
    }
    bail!(
        "`python3 -c 'import venv, ensurepip'` fails still; see which `python3` comes first on PATH"
    )
}

fn can_make_environments(python: &Path) -> bool {
    output(Command::new(python).args(["-c", "import venv, ensurepip"])).is_ok()
}

/// Makes a virtual environment in `folder` with the packages that `requirements.txt` pins.
pub(crate) fn build(python: &Path, pins: &Path, folder: &Path) -> Result<()> {
    run(Command::new(python).args(["-m", "venv"]).arg(folder))?;
    run(Command::new(folder.join("bin/python"))
        .args([
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
        ])
        .args([
            "--require-hashes",
            "--only-binary",
            ":all:",
            "--requirement",
        ])
        .arg(pins.join("requirements.txt")))
}

fn run(command: &mut Command) -> Result<()> {
    let shown = line(command);
    println!("    $ {shown}");
    let status = command
        .stdin(Stdio::null())
        .status()
        .with_context(|| format!("`{shown}` cannot be started"))?;
    if !status.success() {
        bail!("`{shown}` failed ({status})");
    }
    Ok(())
}
