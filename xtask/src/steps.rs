//! Running one command after the other, in the open.

use std::{
    env,
    ffi::OsStr,
    fmt::Write,
    path::Path,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use hyperion_backend_servers::root;

/// The steps that have been run, and the time that each took.
pub(crate) struct Steps {
    done: Vec<(String, Duration)>,
}

impl Steps {
    pub(crate) fn new() -> Self {
        Self { done: Vec::new() }
    }

    /// Runs a command with its output on the terminal; the first one that fails ends the task.
    pub(crate) fn run(&mut self, title: &str, command: &mut Command) -> Result<()> {
        self.time(title, || {
            let shown = line(command);
            println!("    $ {shown}");
            let status = command
                .status()
                .with_context(|| format!("`{shown}` cannot be started"))?;
            if !status.success() {
                bail!("`{shown}` failed ({status})");
            }
            Ok(())
        })
    }

    /// Announces, times and records a step that is more than one command.
    pub(crate) fn time<T>(&mut self, title: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
        println!("==> {title}");
        let start = Instant::now();
        let outcome = work();
        let took = start.elapsed();
        let mark = if outcome.is_ok() { "done" } else { "FAILED" };
        println!("    {title}: {mark} in {}\n", seconds(took));
        self.done.push((format!("{title} ({mark})"), took));
        outcome
    }

    /// Prints every step with its time, where there was more than one.
    pub(crate) fn summary(&self) {
        if self.done.len() < 2 {
            return;
        }
        println!("==> summary");
        for (title, took) in &self.done {
            println!("{:>9}  {title}", seconds(*took));
        }
        let total = self.done.iter().map(|(_, took)| *took).sum();
        println!("{:>9}  together", seconds(total));
    }
}

/// Cargo, as it runs this task, at the root of the repository.
pub(crate) fn cargo<I: AsRef<OsStr>>(arguments: impl IntoIterator<Item = I>) -> Command {
    let program = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(program);
    command.args(arguments).current_dir(root());
    command
}

/// The text a command prints, without its surrounding white space.
pub(crate) fn output(command: &mut Command) -> Result<String> {
    let shown = line(command);
    let output = command
        .stdin(Stdio::null())
        .output()
        .with_context(|| format!("`{shown}` cannot be started"))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        bail!("`{shown}` failed ({}): {}", output.status, said.trim());
    }
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// A command as one would type it at the root of the repository.
pub(crate) fn line(command: &Command) -> String {
    let mut line = String::new();
    for (name, value) in command.get_envs() {
        if let Some(value) = value {
            let _ = write!(line, "{}={} ", name.display(), quoted(value));
        }
    }
    let program = Path::new(command.get_program());
    line.push_str(&quoted(
        program.file_name().unwrap_or_else(|| command.get_program()),
    ));
    for argument in command.get_args() {
        line.push(' ');
        line.push_str(&quoted(argument));
    }
    line
}

/// A time as a person reads it.
pub(crate) fn seconds(time: Duration) -> String {
    match time.as_secs() {
        0..10 => format!("{:.1} s", time.as_secs_f64()),
        10..120 => format!("{} s", time.as_secs()),
        long => format!("{} m {:02} s", long / 60, long % 60),
    }
}

fn quoted(text: &OsStr) -> String {
    let text = text.to_string_lossy();
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./=:,@+".contains(c);
    if !text.is_empty() && text.chars().all(plain) {
        text.into_owned()
    } else {
        format!("'{}'", text.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_reads_as_it_would_be_typed() {
        let mut command = Command::new("/usr/bin/cargo");
        command
            .args(["doc", "--no-deps", "it's"])
            .env("RUSTDOCFLAGS", "-D warnings");
        assert_eq!(
            line(&command),
            r"RUSTDOCFLAGS='-D warnings' cargo doc --no-deps 'it'\''s'"
        );
    }

    #[test]
    fn a_failing_step_names_its_command_and_is_in_the_summary() {
        let mut steps = Steps::new();
        let error = steps
            .run("refuse", &mut cargo(["no-such-subcommand"]))
            .expect_err("there is no such command");
        assert!(
            error
                .to_string()
                .contains("`cargo no-such-subcommand` failed"),
            "{error}"
        );
        assert_eq!(steps.done.len(), 1);
        assert!(steps.done[0].0.contains("FAILED"), "{:?}", steps.done);
    }

    #[test]
    fn times_are_short() {
        assert_eq!(seconds(Duration::from_millis(1_240)), "1.2 s");
        assert_eq!(seconds(Duration::from_secs(61)), "61 s");
        assert_eq!(seconds(Duration::from_secs(125)), "2 m 05 s");
    }
}
