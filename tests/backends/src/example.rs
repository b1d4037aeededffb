//! The project's examples, as programs of their own.

use std::{
    collections::HashMap,
    env,
    path::PathBuf,
    process::{Command, Stdio},
    sync::{Mutex, PoisonError},
};

use anyhow::{Context, Result, ensure};
use hyperion_backend_servers::root;
use serde_json::Value;

use crate::start;

/// The results of the builds of this process: one that fails would fail again for every test.
static BUILT: Mutex<Option<HashMap<String, Result<PathBuf, String>>>> = Mutex::new(None);

/// The path of an example of `hyperion-observe`, built once.
///
/// # Panics
/// When it does not build; the compiler's messages are on standard error.
#[track_caller]
pub fn example(name: &str) -> PathBuf {
    // Held during the build, so that the tests which need the same one wait for it.
    let mut built = BUILT.lock().unwrap_or_else(PoisonError::into_inner);
    let outcome = built
        .get_or_insert_default()
        .entry(name.to_owned())
        .or_insert_with(|| build(name).map_err(|error| format!("{error:#}")))
        .clone();
    // Released before the panic, which would poison it.
    drop(built);
    start::or_panic(outcome.map_err(anyhow::Error::msg))
}

/// Cargo says itself where the program is, whatever the target folder and the profile are.
fn build(name: &str) -> Result<PathBuf> {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["build", "--package", "hyperion-observe", "--example", name])
        .arg("--message-format=json-render-diagnostics")
        .current_dir(root())
        .stderr(Stdio::inherit())
        .output()
        .context("cannot start cargo")?;
    ensure!(
        output.status.success(),
        "`cargo build --package hyperion-observe --example {name}` failed ({})",
        output.status
    );
    String::from_utf8_lossy(&output.stdout)
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .filter(|message| message["target"]["name"] == name)
        .find_map(|message| Some(PathBuf::from(message["executable"].as_str()?)))
        .with_context(|| format!("cargo built no executable for the example {name}"))
}
