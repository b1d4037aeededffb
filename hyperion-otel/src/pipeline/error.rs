//! The reasons for which telemetry cannot start.

use crate::config::ConfigError;
use crate::export::SetupError;
use hyperion_runtime::interceptor::InterceptorError;
use std::fmt;

/// A reason for which telemetry cannot start.
///
/// `Debug` shows what `Display` does, so that a `main` which returns it ends with a sentence.
#[non_exhaustive]
pub enum Error {
    /// The configuration has mistakes; the message names file, line, key and what was expected.
    Config(ConfigError),
    /// An exporter or a listener cannot be set up.
    Setup(SetupError),
    /// The configuration asks for something that this build leaves out.
    MissingFeature {
        /// The feature of `hyperion-observe` that has it.
        feature: &'static str,
        /// The setting that asks for it.
        wanted_by: &'static str,
    },
    /// The interceptors cannot be told apart by their names.
    Interceptor(InterceptorError),
    /// A Tokio runtime has no name, or that of another.
    TokioRuntime {
        /// The name.
        name: String,
    },
    /// Telemetry runs in this process already.
    AlreadyInstalled,
    /// The operating system gives no thread.
    Thread(std::io::Error),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Config(error) => error.fmt(f),
            Self::Setup(error) => error.fmt(f),
            Self::Interceptor(error) => error.fmt(f),
            Self::MissingFeature { feature, wanted_by } => write!(
                f,
                "`{wanted_by}` needs the feature `{feature}`; enable it on the dependency `hyperion-observe` or choose \
                 another value"
            ),
            Self::TokioRuntime { name } if name.is_empty() => {
                f.write_str("a Tokio runtime was added under an empty name; give it one")
            }
            Self::TokioRuntime { name } => write!(
                f,
                "two Tokio runtimes are called `{name}`; give each a name of its own (the current one has that of \
                 `tokio::runtime::Builder::name`, else `default`)"
            ),
            Self::AlreadyInstalled => {
                f.write_str("telemetry is installed in this process already; shut that down first")
            }
            Self::Thread(error) => {
                write!(f, "no thread can be started to export telemetry: {error}")
            }
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for Error {}

impl From<ConfigError> for Error {
    fn from(error: ConfigError) -> Self {
        Self::Config(error)
    }
}

impl From<SetupError> for Error {
    fn from(error: SetupError) -> Self {
        Self::Setup(error)
    }
}

impl From<InterceptorError> for Error {
    fn from(error: InterceptorError) -> Self {
        Self::Interceptor(error)
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
