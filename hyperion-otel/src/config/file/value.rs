//! Readers of the values that only files hold. The error of each is what it expected.

use std::time::Duration;

use crate::config::choice::{self, Choice};
use crate::config::{NO_LIMIT, url};

/// `true` or `false`, in the spellings of YAML 1.2.
pub(super) fn boolean(text: &str) -> Result<bool, String> {
    match text {
        "true" | "True" | "TRUE" => Ok(true),
        "false" | "False" | "FALSE" => Ok(false),
        _ => Err("`true` or `false`".to_owned()),
    }
}

/// A name as it stands.
pub(super) fn word<T: Choice>(text: &str) -> Result<T, String> {
    choice::find(text, |name| name == text)
}

/// A number and a unit.
pub(super) fn duration(text: &str) -> Result<Duration, String> {
    let expected = || {
        "a duration such as `10s`, `500ms` or `1m`, longer than zero and up to 24 days".to_owned()
    };
    let unit_at = text
        .find(|character: char| character.is_ascii_alphabetic())
        .ok_or_else(expected)?;
    let (number, unit) = text.split_at_checked(unit_at).ok_or_else(expected)?;
    let seconds_in_unit = match unit {
        "ms" => 0.001,
        "s" => 1.0,
        "m" => 60.0,
        "h" => 3600.0,
        _ => return Err(expected()),
    };
    let number: f64 = number.trim_end().parse().map_err(|_| expected())?;
    match Duration::try_from_secs_f64(number * seconds_in_unit) {
        Ok(duration) if duration.as_nanos() > 0 && duration <= NO_LIMIT => Ok(duration),
        _ => Err(expected()),
    }
}

/// A path in a URL.
pub(super) fn url_path(text: &str) -> Result<String, String> {
    if url::is_path(text) {
        Ok(text.to_owned())
    } else {
        Err("a path such as `/metrics`, with `%` escapes for what a path cannot hold".to_owned())
    }
}

/// A part of a metric's name in Prometheus.
pub(super) fn name_part(text: &str) -> Result<Option<String>, String> {
    let letters = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    if text.bytes().all(letters) && text.starts_with(|first: char| !first.is_ascii_digit()) {
        Ok(Some(text.to_owned()))
    } else {
        Err("ASCII letters, digits and `_`, not starting with a digit".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::duration;

    #[test]
    fn durations_have_a_number_and_a_unit() {
        assert_eq!(duration("10s"), Ok(Duration::from_secs(10)));
        assert_eq!(duration("500ms"), Ok(Duration::from_millis(500)));
        assert_eq!(duration("1.5 m"), Ok(Duration::from_secs(90)));
        assert_eq!(duration("24h"), Ok(Duration::from_secs(86_400)));
        for wrong in [
            "", "10", "s", "-1s", "0s", "10 days", "1e300h", "NaNs", "infs", "10ß", "600h",
        ] {
            assert!(duration(wrong).is_err(), "{wrong}");
        }
    }
}
