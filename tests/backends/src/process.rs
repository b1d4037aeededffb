//! A program that runs while a test does.

use std::{
    fs::{self, File},
    path::Path,
    process::{Child, Command, ExitStatus, Stdio},
    thread,
    time::Duration,
};

use anyhow::{Context, Result, bail, ensure};
use tempfile::TempDir;

use crate::{environment, wait};

/// The number of lines of a log that a failing test shows.
const TAIL: usize = 40;

/// The file, in the folder of a process, that has its standard output and error.
const LOG: &str = "log";

/// A child process with a folder of its own: killed, waited for and cleared away on drop. When the
/// test that owns it panics, the end of its log is printed.
#[derive(Debug)]
pub struct Process {
    name: String,
    child: Child,
    folder: TempDir,
}

impl Process {
    /// Starts a program in a new folder, without the variables that would configure its telemetry
    /// but those that the command itself sets.
    ///
    /// # Errors
    /// When it cannot be started; the error has its path.
    pub fn spawn(name: &str, command: Command) -> Result<Self> {
        Self::spawn_in(name, command, folder(name)?)
    }

    pub(crate) fn spawn_in(name: &str, mut command: Command, folder: TempDir) -> Result<Self> {
        let own: Vec<_> = command
            .get_envs()
            .filter_map(|(name, value)| Some((name.to_owned(), value?.to_owned())))
            .collect();
        environment::isolate(&mut command);
        let log = File::create(folder.path().join(LOG)).context("no log file")?;
        let both = log
            .try_clone()
            .context("no second handle on the log file")?;
        let child = command
            .envs(own)
            .current_dir(folder.path())
            .stdin(Stdio::null())
            .stdout(log)
            .stderr(both)
            .spawn()
            .with_context(|| {
                let program = command.get_program().display();
                format!("cannot start {program}; `cargo xtask backends` builds the servers")
            })?;
        let name = name.to_owned();
        Ok(Self {
            name,
            child,
            folder,
        })
    }

    /// The folder it runs in.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The text that it has written to standard output and error until now.
    pub fn log(&self) -> String {
        let bytes = fs::read(self.folder().join(LOG)).unwrap_or_default();
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// Waits until `ready` says so.
    ///
    /// # Errors
    /// When the program ends first, or the deadline passes.
    pub fn until(
        &mut self,
        deadline: Duration,
        mut ready: impl FnMut() -> Result<()>,
    ) -> Result<()> {
        let mut ended = None;
        wait::within(deadline, || {
            // Asked first, so that another server on the same port is not taken for this one.
            ended = self.child.try_wait().context("the process is lost")?;
            if ended.is_some() { Ok(()) } else { ready() }
        })
        .with_context(|| format!("{} is not ready", self.name))?;
        match ended.or(self.child.try_wait().context("the process is lost")?) {
            Some(status) => bail!("{} ended ({status}):\n{}", self.name, self.tail()),
            None => Ok(()),
        }
    }

    /// Ends it as Ctrl-C would, so that it can say goodbye.
    ///
    /// # Errors
    /// When it has ended already, or `kill` is not there.
    pub fn interrupt(&self) -> Result<()> {
        // The standard library can only kill.
        let id = self.child.id().to_string();
        let status = Command::new("kill")
            .args(["-INT", &id])
            .status()
            .context("cannot start `kill`")?;
        ensure!(status.success(), "`kill -INT {id}` failed ({status})");
        Ok(())
    }

    /// Waits for its end.
    ///
    /// # Errors
    /// When the deadline passes first.
    pub fn end(&mut self, deadline: Duration) -> Result<ExitStatus> {
        wait::within(deadline, || {
            let ended = self.child.try_wait().context("the process is lost")?;
            ended.with_context(|| format!("{} still runs", self.name))
        })
    }

    fn tail(&self) -> String {
        let log = self.log();
        let lines: Vec<&str> = log.lines().collect();
        lines[lines.len().saturating_sub(TAIL)..].join("\n")
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // Both fail only for a process that has ended, which is what is wanted.
        let _ = self.child.kill();
        let _ = self.child.wait();
        if thread::panicking() {
            eprintln!("--- the end of the log of {}", self.name);
            eprintln!("{}\n---", self.tail());
        }
    }
}

/// A temporary folder that carries the name of what runs there.
pub(crate) fn folder(name: &str) -> Result<TempDir> {
    tempfile::Builder::new()
        .prefix(&format!("hyperion-{name}-"))
        .tempdir()
        .context("no temporary folder")
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOON: Duration = Duration::from_secs(10);

    fn shell(script: &str) -> Process {
        let mut command = Command::new("sh");
        command.args(["-c", script]).env("OTEL_SERVICE_NAME", "own");
        Process::spawn("shell", command).expect("a shell")
    }

    #[test]
    fn its_output_is_kept() {
        let mut process = shell("echo out; echo err >&2; echo $OTEL_SERVICE_NAME; exit 3");
        let status = process.end(SOON).expect("it ends");
        assert_eq!(status.code(), Some(3));
        assert_eq!(process.log(), "out\nerr\nown\n");
    }

    #[test]
    fn it_is_gone_with_its_folder_when_dropped() {
        let process = shell("echo $$; exec sleep 600");
        wait::eventually(SOON, || {
            process
                .log()
                .contains('\n')
                .then_some(())
                .context("it has not started")
        });
        let id = process.log().trim().to_owned();
        let folder = process.folder().to_owned();
        drop(process);
        assert!(!folder.exists(), "{}", folder.display());
        let alive = Command::new("kill")
            .args(["-0", &id])
            .stderr(Stdio::null())
            .status()
            .expect("kill is there");
        assert!(!alive.success(), "process {id} is alive");
    }

    #[test]
    fn one_that_ends_early_shows_its_log() {
        let mut process = shell("echo 'address already in use'; exit 1");
        let error = process
            .until(SOON, || bail!("never"))
            .expect_err("it ended");
        assert!(
            error.to_string().contains("address already in use"),
            "{error}"
        );
    }

    #[test]
    fn an_interrupted_one_can_say_goodbye() {
        // Tests that run in the background of a shell ignore interrupts, and so would this one: a shell cannot trap what was
        // ignored before it began.
        let mut command = Command::new("env");
        if cfg!(target_os = "linux") {
            command.arg("--default-signal=INT");
        }
        command.args(["sh", "-c"]);
        command.arg("trap 'echo bye; exit 7' INT; echo up; while :; do sleep 0.02; done");
        let mut process = Process::spawn("shell", command).expect("a shell");
        wait::eventually(SOON, || {
            process
                .log()
                .contains("up")
                .then_some(())
                .context("it has not started")
        });
        process.interrupt().expect("it runs");
        assert_eq!(process.end(SOON).expect("it ends").code(), Some(7));
        assert_eq!(process.log(), "up\nbye\n");
    }

    #[test]
    fn one_that_is_never_ready_says_why() {
        let mut process = shell("exec sleep 600");
        let error = process
            .until(Duration::from_millis(50), || bail!("no answer"))
            .expect_err("it is not ready");
        let text = format!("{error:#}");
        assert!(
            text.contains("shell is not ready") && text.contains("no answer"),
            "{text}"
        );
    }
}
