//! `promtool`, which knows what Prometheus accepts and what it recommends.

use std::{
    io::Write,
    process::{Command, Stdio},
};

use anyhow::{Context, Result, bail};
use hyperion_backend_servers::PROMETHEUS;

/// Checks an exposition in the classic text format: that it parses, and names, units and help
/// texts as Prometheus recommends them.
///
/// # Errors
/// The findings of `promtool`, or the reason why it could not be run.
pub fn check_metrics(exposition: &str) -> Result<()> {
    let program = PROMETHEUS.program("promtool")?;
    let mut child = Command::new(&program)
        .args(["check", "metrics"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .with_context(|| format!("cannot start {}", program.display()))?;
    // It reads everything before it writes, so neither side waits for the other. Dropping the pipe
    // ends its input.
    if let Some(mut input) = child.stdin.take() {
        input
            .write_all(exposition.as_bytes())
            .context("promtool stopped reading")?;
    }
    let output = child.wait_with_output().context("promtool was lost")?;
    if output.status.success() {
        return Ok(());
    }
    let said = [output.stdout, output.stderr].concat();
    bail!(
        "promtool check metrics: {}",
        String::from_utf8_lossy(&said).trim()
    )
}
