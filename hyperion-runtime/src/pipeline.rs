//! The pipeline of a program built without `otel`: there is nothing to run.
//!
//! It is there in every build: what the facade is built with is for the facade to say, and Cargo unites the features of this
//! crate with those that somebody else asks for.

use crate::level::LevelFilter;
use std::fmt;
use std::io::Write;
use std::sync::Once;
use std::time::Duration;

/// Does nothing, and says so in one line on standard error: this build lacks the feature `otel` of `hyperion-observe`.
///
/// A binary that wants telemetry enables that feature, or `full`; a library has no need to call this.
///
/// # Errors
///
/// None; the type is that of a build with `otel`.
pub fn init() -> Result<Telemetry, Error> {
    warn_once();
    Ok(Telemetry(()))
}

fn warn_once() {
    static SAID: Once = Once::new();
    SAID.call_once(|| {
        // A closed standard error leaves nobody to tell.
        let _ = writeln!(
            std::io::stderr(),
            "hyperion: nothing is recorded: this program calls `hyperion::init()` and is built without the feature `otel`; \
             enable `full` on the dependency `hyperion-observe`"
        );
    });
}

/// Stands for telemetry that does not run.
#[derive(Debug)]
#[must_use = "telemetry stops when this is dropped"]
pub struct Telemetry(());

impl Telemetry {
    /// Does nothing.
    pub fn flush(&self, _timeout: Duration) -> bool {
        true
    }

    /// Does nothing.
    pub fn flush_async(&self, _timeout: Duration) -> impl Future<Output = bool> + Send + 'static {
        std::future::ready(true)
    }

    /// Changes nothing.
    pub fn levels(&self) -> Levels {
        Levels(())
    }

    /// Does nothing.
    pub fn shutdown(self, _deadline: Duration) -> ShutdownReport {
        ShutdownReport(())
    }
}

/// Would change which calls are on; none is.
#[derive(Clone, Copy, Debug)]
pub struct Levels(());

impl Levels {
    /// Changes nothing.
    pub fn set(self, _level: LevelFilter) {}

    /// Changes nothing.
    pub fn set_component(self, _component: impl Into<String>, _level: LevelFilter) {}

    /// Changes nothing.
    pub fn clear_component(self, _component: &str) {}

    /// Changes nothing.
    ///
    /// # Errors
    ///
    /// None; the type is that of a build with `otel`.
    pub fn reload(self) -> Result<(), Error> {
        Ok(())
    }
}

/// The counts of what was delivered and lost: nothing was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShutdownReport(());

impl ShutdownReport {
    /// No span was exported.
    pub fn spans_exported(&self) -> u64 {
        0
    }

    /// No span was lost.
    pub fn spans_lost(&self) -> u64 {
        0
    }

    /// No metrics were exported.
    pub fn metric_exports(&self) -> u64 {
        0
    }

    /// No export failed.
    pub fn metric_exports_failed(&self) -> u64 {
        0
    }

    /// No point was exported.
    pub fn metric_points_exported(&self) -> u64 {
        0
    }

    /// No line was written.
    pub fn log_lines_written(&self) -> u64 {
        0
    }

    /// No line was lost.
    pub fn log_lines_lost(&self) -> u64 {
        0
    }

    /// Nothing failed.
    pub fn last_failure(&self) -> Option<&str> {
        None
    }

    /// There was nothing to finish.
    pub fn is_complete(&self) -> bool {
        true
    }
}

impl fmt::Display for ShutdownReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("nothing was recorded: built without the feature `otel`")
    }
}

/// Telemetry that cannot start; not in this build.
#[derive(Debug)]
pub enum Error {}

impl fmt::Display for Error {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {}
    }
}

impl std::error::Error for Error {}
