//! The servers that the backend tests need, their versions, and the places of their programs.
//!
//! The versions are Go modules, pinned by the `go.mod` and `go.sum` files beside this package, and
//! a Python package, pinned by its hash. `cargo xtask backends` builds them into a cache folder; the
//! tests start them from there. Both ask this package, so they cannot disagree about the place. A
//! build is kept under the key of its pins: other pins are another folder, and a stale program is
//! never started.

mod key;
mod postgres;

pub use postgres::{POSTGRES_PROGRAMS, POSTGRES_RUNNING, is_postgres_running, postgres_programs};
use std::{
    env, fmt, io,
    path::{Path, PathBuf},
};

/// A variable that moves the cache folder.
pub const CACHE_VARIABLE: &str = "HYPERION_BACKENDS_DIR";

/// A set of programs that are built together.
#[derive(Debug, Clone, Copy)]
pub struct Server {
    /// The folder of its pins, and the first half of its cache folder.
    pub name: &'static str,
    /// The way to build them.
    pub build: Build,
    /// The programs that a build leaves in the cache folder.
    pub programs: &'static [Program],
}

/// A way to make programs of pins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Build {
    /// `go build`, which is given this package.
    Go(&'static str),
    /// A virtual environment of Python with the packages of `requirements.txt`.
    Python,
}

/// One executable file.
#[derive(Debug, Clone, Copy)]
pub struct Program {
    /// Its path in the cache folder.
    pub file: &'static str,
    /// A variable that names an executable to use instead of a built one.
    pub binary_variable: &'static str,
    /// A variable that names a running server, which makes the program unnecessary.
    pub running_variable: Option<&'static str>,
}

/// Jaeger, all in one process, with spans in memory.
pub const JAEGER: Server = Server {
    name: "jaeger",
    build: Build::Go("tool"),
    programs: &[Program {
        file: "jaeger",
        binary_variable: "HYPERION_TEST_JAEGER_BIN",
        running_variable: Some("HYPERION_TEST_JAEGER_QUERY"),
    }],
};

/// An OpenTelemetry Collector with an OTLP receiver and a file exporter.
pub const COLLECTOR: Server = Server {
    name: "collector",
    build: Build::Go("."),
    programs: &[Program {
        file: "otelcol",
        binary_variable: "HYPERION_TEST_COLLECTOR_BIN",
        running_variable: Some("HYPERION_TEST_COLLECTOR_FILE"),
    }],
};

/// Prometheus, and `promtool`, which lints expositions.
pub const PROMETHEUS: Server = Server {
    name: "prometheus",
    build: Build::Go("tool"),
    programs: &[
        Program {
            file: "prometheus",
            binary_variable: "HYPERION_TEST_PROMETHEUS_BIN",
            running_variable: Some("HYPERION_TEST_PROMETHEUS_URL"),
        },
        Program {
            file: "promtool",
            binary_variable: "HYPERION_TEST_PROMTOOL_BIN",
            running_variable: None,
        },
    ],
};

/// A Python that has the parsers of the Prometheus project.
pub const PYTHON: Server = Server {
    name: "python",
    build: Build::Python,
    programs: &[Program {
        file: "bin/python",
        binary_variable: "HYPERION_TEST_PYTHON_BIN",
        running_variable: None,
    }],
};

/// Every server, the quickest build first.
pub const SERVERS: [Server; 4] = [PYTHON, COLLECTOR, JAEGER, PROMETHEUS];

impl Server {
    /// The folder with the pins: `requirements.txt`, or `go.mod`, `go.sum`, and Go sources where there
    /// are any.
    pub fn pins(&self) -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join(self.name)
    }

    /// The folder under `cache` that holds, or will hold, the programs built from the pins.
    ///
    /// # Errors
    /// When a pin cannot be read.
    pub fn folder(&self, cache: &Path) -> io::Result<PathBuf> {
        Ok(cache.join(format!("{}-{}", self.name, key::of(&self.pins())?)))
    }

    /// Returns true if every program is in the cache folder.
    ///
    /// # Errors
    /// When a pin cannot be read.
    pub fn is_built(&self, cache: &Path) -> io::Result<bool> {
        let folder = self.folder(cache)?;
        Ok(self
            .programs
            .iter()
            .all(|program| folder.join(program.file).is_file()))
    }

    /// The variables that make a build unnecessary, if they are set for every program.
    pub fn replaced(&self) -> Option<Vec<&'static str>> {
        self.programs.iter().map(Program::replaced).collect()
    }

    /// The path of one program: the one its variable names, else the built one.
    ///
    /// # Errors
    /// When there is neither; the message says what to run.
    pub fn program(&self, file: &str) -> Result<PathBuf, Missing> {
        if let Some(program) = self.programs.iter().find(|program| program.file == file)
            && let Some(path) = set(program.binary_variable)
        {
            return Ok(PathBuf::from(path));
        }
        let missing = |why: String| Missing {
            program: file.to_owned(),
            why,
        };
        let folder = self
            .folder(&cache())
            .map_err(|error| missing(format!("its pins cannot be read: {error}")))?;
        let path = folder.join(file);
        if path.is_file() {
            Ok(path)
        } else {
            Err(missing(format!("there is no {}", path.display())))
        }
    }
}

impl Program {
    fn replaced(&self) -> Option<&'static str> {
        [Some(self.binary_variable), self.running_variable]
            .into_iter()
            .flatten()
            .find(|name| set(name).is_some())
    }
}

/// A program that is not on this machine, and what to do about it.
#[derive(Debug, Clone)]
pub struct Missing {
    program: String,
    why: String,
}

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { program, why } = self;
        write!(
            f,
            "cannot start `{program}`: {why}; run `cargo xtask backends` to build it"
        )
    }
}

impl std::error::Error for Missing {}

/// The folder that holds the built programs: `.backends` at the root of the repository, or
/// wherever `HYPERION_BACKENDS_DIR` says. A relative path starts at the root too: the task and the
/// tests run in different folders.
pub fn cache() -> PathBuf {
    root().join(set(CACHE_VARIABLE).unwrap_or_else(|| ".backends".to_owned()))
}

/// The root of the repository.
pub fn root() -> PathBuf {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    manifest.ancestors().nth(3).unwrap_or(manifest).to_owned()
}

/// A variable's value, where an empty one counts as absent.
fn set(name: &str) -> Option<String> {
    env::var(name).ok().filter(|value| !value.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_root_is_where_the_workspace_is() {
        let manifest =
            std::fs::read_to_string(root().join("Cargo.toml")).expect("a manifest at the root");
        assert!(manifest.contains("[workspace]"), "{manifest}");
    }

    #[test]
    fn every_server_has_its_own_folder_and_pins() {
        let cache = Path::new("cache");
        let mut folders: Vec<_> = SERVERS
            .iter()
            .map(|server| server.folder(cache).expect("readable pins"))
            .collect();
        folders.sort();
        folders.dedup();
        assert_eq!(folders.len(), SERVERS.len());
        for server in SERVERS {
            let pin = match server.build {
                Build::Go(_) => "go.sum",
                Build::Python => "requirements.txt",
            };
            assert!(
                server.pins().join(pin).is_file(),
                "{} has no {pin}",
                server.name
            );
        }
    }

    #[test]
    fn a_server_is_built_when_its_last_program_is_there() {
        let cache = tempfile::tempdir().expect("a temporary folder");
        let folder = PROMETHEUS.folder(cache.path()).expect("readable pins");
        std::fs::create_dir_all(&folder).expect("a cache folder");
        std::fs::write(folder.join("prometheus"), "").expect("a program");
        assert!(!PROMETHEUS.is_built(cache.path()).expect("readable pins"));
        std::fs::write(folder.join("promtool"), "").expect("a program");
        assert!(PROMETHEUS.is_built(cache.path()).expect("readable pins"));
    }

    #[test]
    fn a_missing_program_says_what_to_run() {
        let message = JAEGER
            .program("no-such-program")
            .expect_err("nothing is called that")
            .to_string();
        assert!(
            message.contains("cannot start `no-such-program`"),
            "{message}"
        );
        assert!(message.contains("cargo xtask backends"), "{message}");
    }
}
