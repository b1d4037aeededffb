//! Starting a server on ports that are free.

use std::{net::TcpStream, path::Path, process::Command, time::Duration};

use anyhow::{Context, Result};

use crate::process::{self, Process};

/// The time that a server may take, on a machine that builds something else meanwhile.
const START: Duration = Duration::from_secs(60);

/// The most starts of a server, each on other ports.
const ATTEMPTS: usize = 5;

/// Starts a server. `prepare` picks ports, writes a configuration into the folder and returns the
/// command with what is known about the server; `ready` asks it.
///
/// A free port may be taken before the server binds it, so that it starts again on others.
pub(crate) fn start<S>(
    name: &str,
    prepare: impl Fn(&Path) -> Result<(Command, S)>,
    ready: impl Fn(&S) -> Result<()>,
) -> Result<(Process, S)> {
    let mut attempt = 1;
    loop {
        let folder = process::folder(name)?;
        let (command, server) = prepare(folder.path())?;
        let mut process = Process::spawn_in(name, command, folder)?;
        match process.until(START, || ready(&server)) {
            Ok(()) => return Ok((process, server)),
            Err(_) if attempt < ATTEMPTS && process.log().contains("address already in use") => {
                attempt += 1;
            }
            Err(error) => return Err(error),
        }
    }
}

/// Fails the test at the line that asked for the server.
#[track_caller]
pub(crate) fn or_panic<S>(started: Result<S>) -> S {
    match started {
        Ok(server) => server,
        Err(error) => panic!("{error:#}"),
    }
}

/// Returns an error unless something listens on a port of this machine.
pub(crate) fn listens(port: u16) -> Result<()> {
    TcpStream::connect(("127.0.0.1", port))
        .map(drop)
        .with_context(|| format!("nothing listens on port {port}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;

    fn shell(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    }

    #[test]
    fn a_taken_port_is_tried_again() {
        let tried = Cell::new(0);
        let (_process, attempt) = start(
            "shell",
            |_| {
                tried.set(tried.get() + 1);
                Ok(match tried.get() {
                    1 => (shell("echo 'bind: address already in use'; exit 1"), 1),
                    more => (shell("exec sleep 600"), more),
                })
            },
            |attempt| {
                (*attempt == 2)
                    .then_some(())
                    .context("the first one never answers")
            },
        )
        .expect("the second attempt");
        assert_eq!(attempt, 2);
    }

    #[test]
    fn any_other_failure_is_final() {
        let tried = Cell::new(0);
        let error = start(
            "shell",
            |_| {
                tried.set(tried.get() + 1);
                Ok((shell("echo 'unknown key'; exit 1"), ()))
            },
            |()| anyhow::bail!("not ready"),
        )
        .expect_err("it always fails");
        assert_eq!(tried.get(), 1);
        assert!(error.to_string().contains("unknown key"), "{error}");
    }
}
