//! Finding Go, and building with it.

use std::{
    collections::VecDeque,
    fs,
    io::{BufRead, BufReader, ErrorKind},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};

use hyperion_backend_servers::Server;

use crate::{
    install,
    steps::{Steps, line, output, seconds},
};

/// The number of lines at the end of a failed build that are worth reading.
const TAIL: usize = 60;

/// A Go that can build every one of the servers; installed where that is possible.
pub(crate) fn find(steps: &mut Steps, servers: &[Server]) -> Result<PathBuf> {
    let newest = servers
        .iter()
        .map(|server| wanted(&server.pins()).map(|wanted| (wanted, server.pins())))
        .collect::<Result<Vec<_>>>()?
        .into_iter()
        .max();
    let Some((minor, pins)) = newest else {
        bail!("no server is to be built, so there is no Go to look for");
    };
    let go = PathBuf::from("go");
    let Err(why) = version(&go, &pins) else {
        return Ok(go);
    };
    println!("Go 1.{minor} or newer is needed to build the servers: {why:#}");
    let package = install::debian_names(steps, r"^golang-1\.[0-9]+-go$")?
        .into_iter()
        .filter_map(|name| Some((minor_of_package(&name)?, name)))
        .filter(|(offered, _)| *offered >= minor)
        .max();
    let Some((offered, package)) = package else {
        bail!(
            "install Go 1.{minor} or newer from https://go.dev/dl/ and put its `bin` folder on PATH \
             (no Debian package source here offers it), or name other servers by the variables \
             in CONTRIBUTING.md"
        );
    };
    install::debian(steps, &[package])?;
    let go = PathBuf::from(format!("/usr/lib/go-1.{offered}/bin/go"));
    version(&go, &pins)?;
    Ok(go)
}

/// Runs a build, and says every few seconds how far it is.
pub(crate) fn build(command: &mut Command) -> Result<()> {
    let shown = line(command);
    println!("    $ {shown}");
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::inherit())
        .stderr(Stdio::piped())
        .spawn()
        .with_context(|| format!("`{shown}` cannot be started"))?;
    let mut progress = Progress::new();
    if let Some(stderr) = child.stderr.take() {
        for line in BufReader::new(stderr).lines().map_while(Result::ok) {
            progress.see(line);
        }
    }
    let status = child
        .wait()
        .with_context(|| format!("`{shown}` was lost"))?;
    if !status.success() {
        for line in &progress.tail {
            eprintln!("    {line}");
        }
        bail!("`{shown}` failed ({status})");
    }
    println!("    {}", progress.line());
    Ok(())
}

/// Go names every package it compiles on standard error. They are thousands: a line each is noise,
/// silence for four minutes is worse.
struct Progress {
    start: Instant,
    shown: Instant,
    compiled: usize,
    downloaded: usize,
    tail: VecDeque<String>,
}

impl Progress {
    fn new() -> Self {
        let now = Instant::now();
        Self {
            start: now,
            shown: now,
            compiled: 0,
            downloaded: 0,
            tail: VecDeque::new(),
        }
    }

    fn see(&mut self, line: String) {
        if line.starts_with("go: downloading ") {
            self.downloaded += 1;
        } else if !line.contains(char::is_whitespace) {
            self.compiled += 1;
        }
        if self.tail.len() == TAIL {
            self.tail.pop_front();
        }
        self.tail.push_back(line);
        if self.shown.elapsed() > Duration::from_secs(5) {
            self.shown = Instant::now();
            println!("    {}", self.line());
        }
    }

    fn line(&self) -> String {
        let Self {
            compiled,
            downloaded,
            ..
        } = self;
        let time = seconds(self.start.elapsed());
        format!("{downloaded} modules downloaded, {compiled} packages compiled in {time}")
    }
}

/// The version of a Go, asked in the folder of the module: an older Go that can fetch the toolchain
/// which `go.mod` names answers with that one, and one that cannot fails here, with Go's own words.
fn version(go: &Path, pins: &Path) -> Result<String> {
    let asked = Command::new(go)
        .args(["env", "GOVERSION"])
        .current_dir(pins)
        .output();
    match asked {
        Err(error) if error.kind() == ErrorKind::NotFound => bail!("there is no `go` on PATH"),
        _ => output(
            Command::new(go)
                .args(["env", "GOVERSION"])
                .current_dir(pins),
        ),
    }
}

/// The second half of the oldest Go 1.x that builds a module.
fn wanted(pins: &Path) -> Result<u32> {
    let file = pins.join("go.mod");
    let text =
        fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))?;
    text.lines()
        .find_map(|line| minor(line.strip_prefix("go ")?.trim()))
        .with_context(|| format!("{} has no line like `go 1.26`", file.display()))
}

/// `26` of `1.26.8`.
fn minor(version: &str) -> Option<u32> {
    version.strip_prefix("1.")?.split('.').next()?.parse().ok()
}

/// `26` of `golang-1.26-go`.
fn minor_of_package(name: &str) -> Option<u32> {
    minor(name.strip_prefix("golang-")?.strip_suffix("-go")?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use hyperion_backend_servers::Build;

    #[test]
    fn the_pins_say_which_go_they_want() {
        let of_go = |server: &Server| matches!(server.build, Build::Go(_));
        for server in hyperion_backend_servers::SERVERS.into_iter().filter(of_go) {
            let wanted = wanted(&server.pins()).expect("a `go` line");
            assert!((24..).contains(&wanted), "{}: {wanted}", server.name);
        }
    }

    #[test]
    fn package_names_give_versions() {
        assert_eq!(minor_of_package("golang-1.26-go"), Some(26));
        assert_eq!(minor_of_package("golang-go"), None);
        assert_eq!(minor("1.24.0"), Some(24));
    }

    #[test]
    fn progress_tells_downloads_from_packages_and_keeps_the_end() {
        let mut progress = Progress::new();
        progress.see("go: downloading example.org/a v1.0.0".to_owned());
        for number in 0..100 {
            progress.see(format!("example.org/a/{number}"));
        }
        progress.see("main.go:3:1: syntax error".to_owned());
        assert!(
            progress
                .line()
                .starts_with("1 modules downloaded, 100 packages"),
            "{}",
            progress.line()
        );
        assert_eq!(progress.tail.len(), TAIL);
        assert_eq!(
            progress.tail.back().map(String::as_str),
            Some("main.go:3:1: syntax error")
        );
    }

    #[test]
    fn a_missing_go_is_said_in_words() {
        let pins = hyperion_backend_servers::JAEGER.pins();
        let error = version(Path::new("no-such-go"), &pins).expect_err("it is not there");
        assert!(error.to_string().contains("no `go` on PATH"), "{error}");
    }
}
