//! Without the feature `config` there are no files, only the environment.

use super::Config;
use super::error::{ConfigError, Mistake, Place};

/// The default configuration, unless somebody counts on a file.
pub(super) fn load(env: &dyn Fn(&str) -> Option<String>) -> Result<Config, ConfigError> {
    match env("HYPERION_CONFIG").filter(|path| !path.is_empty()) {
        None => Ok(Config::default()),
        Some(_) => Err(ConfigError::of(Mistake {
            place: Place::Variable("HYPERION_CONFIG"),
            key: None,
            message: "configuration files need the feature `config` of `hyperion-observe`; enable it or unset the \
                      variable"
                .to_owned(),
        })),
    }
}

#[cfg(test)]
mod tests {
    use super::load;
    use crate::config::Config;

    #[test]
    fn a_file_that_is_asked_for_is_not_ignored_in_silence() {
        let error = load(&|name| (name == "HYPERION_CONFIG").then(|| "prod.yaml".to_owned()));
        assert!(error.is_err_and(|error| error.to_string().contains("feature `config`")));
        assert_eq!(load(&|_| None), Ok(Config::default()));
    }
}
