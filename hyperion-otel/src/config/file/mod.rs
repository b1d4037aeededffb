//! The configuration file: read, parse into a tree with places, walk the tree by the schema.

mod schema;
mod section;
mod substitute;
mod tree;
mod value;

use std::io;
use std::path::Path;

use super::environment;
use super::error::{ConfigError, Place};
use super::{Config, error, read_file};
use section::Walk;

/// The file that is read when nobody names another one.
const DEFAULT_FILE: &str = "hyperion.yaml";

impl Config {
    /// Reads a file. The environment serves its `${VAR}` references and is not laid over it; see
    /// [`apply_env`](Self::apply_env) for that.
    ///
    /// ```yaml
    #[doc = include_str!("reference.yaml")]
    /// ```
    ///
    /// # Errors
    ///
    /// The file cannot be read, or all of its mistakes together.
    pub fn from_file(path: impl AsRef<Path>) -> Result<Self, ConfigError> {
        read(path.as_ref(), &environment::of_process)
    }

    /// Reads the text of a file; `file_name` is what errors call it. Otherwise like [`from_file`](Self::from_file).
    ///
    /// ```
    /// use hyperion::config::Config;
    ///
    /// let mistakes = Config::from_yaml("tracing:\n  sample_rate: 1.5\n", "hyperion.yaml").unwrap_err();
    /// assert_eq!(
    ///     mistakes.to_string(),
    ///     "hyperion.yaml:2:16: tracing.sample_rate: expected a number between 0.0 and 1.0, found `1.5`",
    /// );
    /// ```
    ///
    /// # Errors
    ///
    /// All mistakes together.
    pub fn from_yaml(text: &str, file_name: &str) -> Result<Self, ConfigError> {
        Self::from_yaml_with(text, file_name, &environment::of_process)
    }

    /// Like [`from_yaml`](Self::from_yaml), with `env` in place of the process's environment: it answers a variable's
    /// name with its value.
    ///
    /// # Errors
    ///
    /// All mistakes together.
    pub fn from_yaml_with(
        text: &str,
        file_name: &str,
        env: &dyn Fn(&str) -> Option<String>,
    ) -> Result<Self, ConfigError> {
        let mut walk = Walk::new(file_name, env);
        let mut config = Self::default();
        match tree::parse(text) {
            Ok(root) => schema::read(&mut walk, &root, &mut config),
            Err(problem) => walk.mistake(problem.at, None, problem.message),
        }
        ConfigError::check(walk.into_mistakes())?;
        Ok(config)
    }
}

/// The file that `HYPERION_CONFIG` names, else `hyperion.yaml` if it is there, else the default.
pub(super) fn load(env: &dyn Fn(&str) -> Option<String>) -> Result<Config, ConfigError> {
    load_from(env, Path::new(DEFAULT_FILE))
}

fn load_from(
    env: &dyn Fn(&str) -> Option<String>,
    default_file: &Path,
) -> Result<Config, ConfigError> {
    match env("HYPERION_CONFIG").filter(|path| !path.is_empty()) {
        Some(path) => read(Path::new(&path), env),
        // `exists` would take a file that may not be read for one that is not there.
        None if matches!(default_file.try_exists(), Ok(false)) => Ok(Config::default()),
        None => read(default_file, env),
    }
}

fn read(path: &Path, env: &dyn Fn(&str) -> Option<String>) -> Result<Config, ConfigError> {
    let name = path.display().to_string();
    let bytes = read_file(path).map_err(|error| {
        let message = match error.kind() {
            io::ErrorKind::NotFound => {
                "there is no such file; create it, or mend `HYPERION_CONFIG` if it names it"
                    .to_owned()
            }
            _ => format!("cannot be read: {error}"),
        };
        ConfigError::at(Place::File(name.clone()), message)
    })?;
    match String::from_utf8(bytes) {
        Ok(text) => Config::from_yaml_with(&text, &name, env),
        Err(error) => {
            let (valid, _) = error
                .as_bytes()
                .split_at_checked(error.utf8_error().valid_up_to())
                .unwrap_or_default();
            let valid = String::from_utf8_lossy(valid);
            let last_line = valid.rsplit('\n').next().unwrap_or_default();
            let place = Place::At {
                file: name,
                line: valid.matches('\n').count() + 1,
                column: last_line.chars().count() + 1,
            };
            let message = error::mismatch("UTF-8", "other bytes; save the file as UTF-8");
            Err(ConfigError::at(place, message))
        }
    }
}

#[cfg(test)]
mod tests;
