//! The reasons for which telemetry cannot start.

use crate::config::ConfigError;
use crate::export::SetupError;
use hyperion_runtime::interceptor::InterceptorError;
use std::fmt;

/// A reason for which telemetry cannot start.
///
/// `Debug` shows what `Display` does, so that a `main` which returns it ends with a sentence.
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The configuration has mistakes; the message names file, line, key and what was expected.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// An exporter or a listener cannot be set up.
    #[error(transparent)]
    Setup(#[from] SetupError),
    /// The configuration asks for something that this build leaves out.
    #[error(
        "`{wanted_by}` needs the feature `{feature}`; enable it on the dependency `hyperion-observe` or choose another value"
    )]
    MissingFeature {
        /// The feature of `hyperion-observe` that has it.
        feature: &'static str,
        /// The setting that asks for it.
        wanted_by: &'static str,
    },
    /// The interceptors cannot be told apart by their names.
    #[error(transparent)]
    Interceptor(#[from] InterceptorError),
    /// A Tokio runtime has no name, or that of another.
    #[error(fmt = mistaken_name)]
    TokioRuntime {
        /// The name.
        name: String,
    },
    /// Telemetry runs in this process already.
    #[error("telemetry is installed in this process already; shut that down first")]
    AlreadyInstalled,
    /// The operating system gives no thread.
    #[error("no thread can be started to export telemetry: {0}")]
    Thread(std::io::Error),
}

fn mistaken_name(name: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    if name.is_empty() {
        f.write_str("a Tokio runtime was added under an empty name; give it one")
    } else {
        write!(
            f,
            "two Tokio runtimes are called `{name}`; give each a name of its own (the current one has that of \
             `tokio::runtime::Builder::name`, else `default`)"
        )
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_runtimes_are_mended_in_the_program() {
        let error = |name: &str| Error::TokioRuntime { name: name.into() }.to_string();
        assert_eq!(
            error(""),
            "a Tokio runtime was added under an empty name; give it one"
        );
        assert_eq!(
            error("default"),
            "two Tokio runtimes are called `default`; give each a name of its own (the current one has that of \
             `tokio::runtime::Builder::name`, else `default`)"
        );
    }
}
