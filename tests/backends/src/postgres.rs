//! A PostgreSQL for tests.

use std::{
    env, fs,
    os::unix::{
        fs::{MetadataExt, chown},
        process::CommandExt,
    },
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Duration,
};

use anyhow::{Context, Result, ensure};
use hyperion_backend_servers::{POSTGRES_PROGRAMS, POSTGRES_RUNNING, postgres_programs};

use crate::{
    ports,
    process::Process,
    start::{self, listens, or_panic},
};

/// The time that a server may take to end.
const GOODBYE: Duration = Duration::from_secs(10);

/// The user and group `nobody`: the server does not run as root.
const NOBODY: u32 = 65534;

/// A server with an empty database.
#[derive(Debug)]
pub struct Postgres {
    process: Option<Process>,
    url: String,
}

impl Postgres {
    /// Starts a server, or takes the one that is named by the environment.
    ///
    /// # Panics
    /// When it does not start, with the end of its log.
    #[track_caller]
    pub fn start() -> Self {
        match env::var(POSTGRES_RUNNING) {
            Ok(url) => Self { process: None, url },
            Err(_) => or_panic(Self::try_start()),
        }
    }

    fn try_start() -> Result<Self> {
        let programs = programs()?;
        let prepare = |folder: &Path| {
            let port = ports::free()?;
            let data = folder.join("data");
            let mut initdb = as_user(&programs.join("initdb"), folder)?;
            initdb
                .args([
                    "--auth=trust",
                    "--username=hyperion",
                    "--no-sync",
                    "--pgdata",
                ])
                .arg(&data)
                .current_dir(folder)
                .stdin(Stdio::null());
            let made = initdb.output().context("cannot start `initdb`")?;
            let errors = String::from_utf8_lossy(&made.stderr);
            ensure!(made.status.success(), "`initdb` failed: {errors}");
            let mut command = as_user(&programs.join("postgres"), folder)?;
            command.arg("-D").arg(data).arg("-k").arg(folder);
            command.args(["-h", "127.0.0.1", "-F", "-p", &port.to_string()]);
            Ok((command, port))
        };
        // It opens its socket when it is ready.
        let (process, port) = start::start("postgres", prepare, |port| listens(*port))?;
        Ok(Self {
            process: Some(process),
            url: format!("postgres://hyperion@127.0.0.1:{port}/postgres"),
        })
    }

    /// Its address, with a user and a database.
    pub fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        // A server that is killed leaves its shared memory behind.
        if let Some(process) = &mut self.process
            && process.interrupt().is_ok()
        {
            let _ = process.end(GOODBYE);
        }
    }
}

fn programs() -> Result<PathBuf> {
    postgres_programs().with_context(|| {
        format!(
            "there is no PostgreSQL; run `cargo xtask backends`, or name its folder by `{POSTGRES_PROGRAMS}` or a running \
             one by `{POSTGRES_RUNNING}`"
        )
    })
}

/// A command of a user who is not root, in a folder that this user may write to.
fn as_user(program: &Path, folder: &Path) -> Result<Command> {
    let is_root = fs::metadata(folder).context("no folder")?.uid() == 0;
    if !is_root {
        return Ok(Command::new(program));
    }
    // Root under another name keeps its rights to the machine's devices; it is not to be had in each container.
    let mut renamed = Command::new("unshare");
    renamed.args(["--user", "--map-user=65534", "--map-group=65534"]);
    let mut trial = Command::new("unshare");
    trial.args(renamed.get_args()).arg("true");
    if trial.output().is_ok_and(|trial| trial.status.success()) {
        renamed.arg(program);
        return Ok(renamed);
    }
    chown(folder, Some(NOBODY), Some(NOBODY)).context("the folder stays that of root")?;
    let mut command = Command::new(program);
    command.uid(NOBODY).gid(NOBODY);
    Ok(command)
}
