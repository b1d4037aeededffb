//! The machine that figures are of, and the versions of what was measured.

use std::{collections::BTreeMap, fs, process::Command};

use anyhow::{Context, Result};
use hyperion_backend_servers::root;
use serde::{Deserialize, Serialize};

use crate::steps::output;

/// The packages whose versions decide about the figures.
const MEASURED: [&str; 15] = [
    "autometrics",
    "fastrace",
    "fastrace-opentelemetry",
    "measured",
    "metrics",
    "metrics-exporter-prometheus",
    "opentelemetry",
    "opentelemetry-otlp",
    "opentelemetry_sdk",
    "oxtel",
    "prometheus",
    "prometheus-client",
    "tracing",
    "tracing-opentelemetry",
    "tracing-subscriber",
];

/// A machine, its software, and the day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Machine {
    pub(super) date: String,
    pub(super) commit: String,
    pub(super) processor: String,
    pub(super) processors: usize,
    pub(super) clock: String,
    pub(super) memory: String,
    pub(super) kernel: String,
    pub(super) compiler: String,
    pub(super) allocator: String,
    pub(super) load: String,
    /// Versions by package.
    pub(super) packages: BTreeMap<String, String>,
}

impl Machine {
    /// Asks the system, the compiler and `Cargo.lock`. What the system does not say is `unknown`.
    pub(super) fn this() -> Result<Self> {
        let lock = fs::read_to_string(root().join("Cargo.lock")).context("there is a lock file")?;
        let says = |program: &str, arguments: &[&str]| {
            output(Command::new(program).args(arguments).current_dir(root()))
                .unwrap_or_else(|_| "unknown".to_owned())
        };
        let changed = says(
            "git",
            &[
                "status",
                "--porcelain",
                "--",
                "*.rs",
                "*.toml",
                "Cargo.lock",
            ],
        );
        let also = if changed.is_empty() {
            ""
        } else {
            " and changes"
        };
        let commit = says("git", &["rev-parse", "--short", "HEAD"]);
        let libc = says("getconf", &["GNU_LIBC_VERSION"]);
        Ok(Self {
            date: says("date", &["--utc", "+%Y-%m-%d %H:%M UTC"]),
            commit: format!("{commit}{also}"),
            processor: field("/proc/cpuinfo", "model name"),
            processors: std::thread::available_parallelism().map_or(1, usize::from),
            clock: read("/sys/devices/system/clocksource/clocksource0/current_clocksource"),
            memory: field("/proc/meminfo", "MemTotal"),
            kernel: says("uname", &["-sr"]),
            compiler: says("rustc", &["--version"]),
            allocator: format!("the system's, {libc}"),
            load: read("/proc/loadavg")
                .split_whitespace()
                .next()
                .unwrap_or("unknown")
                .to_owned(),
            packages: versions(&lock),
        })
    }

    /// Returns true if other programs needed the processors when the measurement began.
    pub(super) fn was_busy(&self) -> bool {
        self.load.parse().is_ok_and(|load: f64| load > BUSY)
    }
}

/// The load average above which something else needs the processors: what a shell and a finished build leave is less.
const BUSY: f64 = 0.7;

/// The versions of the packages in a lock file; of two the higher line, which is the later one.
fn versions(lock: &str) -> BTreeMap<String, String> {
    let quoted = |line: &str, key: &str| {
        let value = line.strip_prefix(key)?.strip_prefix(" = \"")?;
        Some(value.trim_end_matches('"').to_owned())
    };
    let mut versions = BTreeMap::new();
    let mut name = String::new();
    for line in lock.lines() {
        if let Some(found) = quoted(line, "name") {
            name = found;
        } else if let Some(version) = quoted(line, "version")
            && MEASURED.contains(&name.as_str())
        {
            versions.insert(name.clone(), version);
        }
    }
    versions
}

/// The first value of a field in a file of `key : value` lines.
fn field(file: &str, key: &str) -> String {
    fs::read_to_string(file)
        .ok()
        .and_then(|text| {
            let line = text.lines().find(|line| line.starts_with(key))?;
            let (_, value) = line.split_once(':')?;
            Some(value.trim().to_owned())
        })
        .unwrap_or_else(|| "unknown".to_owned())
}

fn read(file: &str) -> String {
    fs::read_to_string(file).map_or_else(|_| "unknown".to_owned(), |text| text.trim().to_owned())
}

#[cfg(test)]
impl Machine {
    /// A machine that no figure is of.
    pub(super) fn example() -> Self {
        Self {
            date: "2026-01-02 03:04 UTC".to_owned(),
            commit: "0123abc".to_owned(),
            processor: "Example 9000".to_owned(),
            processors: 2,
            clock: "tsc".to_owned(),
            memory: "1024 kB".to_owned(),
            kernel: "Linux 6.1".to_owned(),
            compiler: "rustc 1.95.0".to_owned(),
            allocator: "the system's, glibc 2.41".to_owned(),
            load: "0.10".to_owned(),
            packages: BTreeMap::from([("fastrace".to_owned(), "0.7.19".to_owned())]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_those_of_the_lock_file() {
        let lock = "[[package]]\nname = \"fastrace\"\nversion = \"0.7.19\"\n\n[[package]]\nname = \"other\"\nversion = \"1.0.0\"\n";
        let expected = BTreeMap::from([("fastrace".to_owned(), "0.7.19".to_owned())]);
        assert_eq!(versions(lock), expected);
    }

    #[test]
    fn every_measured_package_is_in_the_lock_file() {
        let lock = fs::read_to_string(root().join("Cargo.lock")).expect("there is one");
        assert_eq!(versions(&lock).len(), MEASURED.len());
    }
}
