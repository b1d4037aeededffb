//! Readers of the values that files and variables hold. The error of each is what it expected.

use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

use super::choice;
use hyperion_runtime::level::LevelFilter;

/// The timeout that stands for "no limit": 2³¹ − 1 milliseconds, about 25 days. It is also the longest duration that
/// can be configured, so that adding one to the current time never overflows.
pub const NO_LIMIT: Duration = Duration::from_millis(LONGEST_MILLISECONDS as u64);

const LONGEST_MILLISECONDS: u32 = i32::MAX.unsigned_abs();

/// A number between 0.0 and 1.0.
pub(super) fn ratio(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(ratio) if (0.0..=1.0).contains(&ratio) => Ok(ratio),
        _ => Err("a number between 0.0 and 1.0".to_owned()),
    }
}

/// A port; 0 is any that is free.
pub(super) fn port(text: &str) -> Result<u16, String> {
    text.parse()
        .map_err(|_| "a port, 1 to 65535, or 0 for any that is free".to_owned())
}

/// A whole number from 0.
pub(super) fn count(text: &str) -> Result<u32, String> {
    match text.parse() {
        Ok(count) if count <= LONGEST_MILLISECONDS => Ok(count),
        _ => Err("a whole number from 0 to 2147483647".to_owned()),
    }
}

/// A whole number from 1.
pub(super) fn positive(text: &str) -> Result<u32, String> {
    match count(text) {
        Ok(count) if count > 0 => Ok(count),
        _ => Err("a whole number from 1 to 2147483647".to_owned()),
    }
}

/// Milliseconds, at least one.
pub(super) fn milliseconds(text: &str) -> Result<Duration, String> {
    positive(text)
        .map(|count| Duration::from_millis(count.into()))
        .map_err(|_| "a whole number of milliseconds from 1 to 2147483647".to_owned())
}

/// Milliseconds, of which 0 is [`NO_LIMIT`].
pub(super) fn timeout_milliseconds(text: &str) -> Result<Duration, String> {
    match count(text) {
        Ok(0) => Ok(NO_LIMIT),
        Ok(count) => Ok(Duration::from_millis(count.into())),
        Err(_) => Err("a whole number of milliseconds from 0 (no limit) to 2147483647".to_owned()),
    }
}

/// An address to listen on.
pub(super) fn host(text: &str) -> Result<IpAddr, String> {
    if text.eq_ignore_ascii_case("localhost") {
        return Ok(IpAddr::V4(Ipv4Addr::LOCALHOST));
    }
    text.parse()
        .map_err(|_| "an IP address such as `127.0.0.1` or `0.0.0.0`, or `localhost`".to_owned())
}

/// Any text but none.
pub(super) fn some_text(text: &str) -> Result<Option<String>, String> {
    if text.is_empty() {
        Err("some text".to_owned())
    } else {
        Ok(Some(text.to_owned()))
    }
}

/// A level for log lines, or directives.
pub(super) fn log_level(text: &str) -> Result<String, String> {
    // A lone word that is not a level is a target to `tracing-subscriber`, which then shows that target and nothing
    // else: a misspelt level would silence the program.
    const LEVELS: [&str; 6] = ["off", "error", "warn", "info", "debug", "trace"];
    for word in text.split(',').map(str::trim) {
        let is_level = LEVELS.iter().any(|level| level.eq_ignore_ascii_case(word));
        let meant = match word.to_ascii_lowercase().as_str() {
            "warning" => Some("warn"),
            _ => choice::nearest(word, LEVELS.into_iter()),
        };
        if let Some(meant) = meant.filter(|_| !is_level) {
            return Err(format!(
                "`{meant}`, another level, or directives such as `info,users=debug`"
            ));
        }
    }
    match check_directives(text) {
        Ok(()) if text.is_empty() => Err("a level such as `info`".to_owned()),
        Ok(()) => Ok(text.to_owned()),
        Err(reason) => Err(format!(
            "a level such as `info`, or directives such as `info,users=debug` ({reason})"
        )),
    }
}

/// Refuses directives that cannot be applied, with the reason.
#[cfg(feature = "logs")]
fn check_directives(text: &str) -> Result<(), String> {
    tracing_subscriber::EnvFilter::builder()
        .parse(text)
        .map(drop)
        .map_err(|error| error.to_string())
}

/// Takes any directives: this build writes no lines, so that nobody reads them.
#[cfg(not(feature = "logs"))]
#[expect(clippy::unnecessary_wraps, reason = "with log lines it can fail")]
fn check_directives(_text: &str) -> Result<(), String> {
    Ok(())
}

/// A level for all components, and levels for some.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Levels {
    pub(super) all: Option<LevelFilter>,
    pub(super) components: Vec<(String, LevelFilter)>,
}

/// A level, `component=level` pairs, or both, separated by commas. What comes later counts.
pub(super) fn levels(text: &str) -> Result<Levels, String> {
    let mut levels = Levels::default();
    for item in text
        .split(',')
        .map(str::trim)
        .filter(|item| !item.is_empty())
    {
        match item.split_once('=') {
            None => levels.all = Some(choice::word_in_any_case(item)?),
            Some((component, level)) if !component.trim().is_empty() => {
                let level = choice::word_in_any_case(level.trim())?;
                levels.components.push((component.trim().to_owned(), level));
            }
            Some(_) => {
                return Err(
                    "a level and `component=level` pairs such as `info,UserRepository=debug`"
                        .to_owned(),
                );
            }
        }
    }
    Ok(levels)
}

/// `key=value` pairs separated by commas, with `%` escapes: W3C baggage without properties.
pub(super) fn pairs(text: &str) -> Result<Vec<(String, String)>, String> {
    text.split(',')
        .map(str::trim)
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let (key, value) = pair.split_once('=').filter(|(key, _)| !key.trim().is_empty()).ok_or_else(|| {
                "`key=value` pairs separated by commas, where a `,` or `=` that belongs to a value is `%2C` or `%3D`"
                    .to_owned()
            })?;
            Ok((unescaped(key.trim())?, unescaped(value.trim())?))
        })
        .collect()
}

fn unescaped(text: &str) -> Result<String, String> {
    let expected = || "after each `%` two hexadecimal digits, all together UTF-8".to_owned();
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let mut digit = || {
                rest.next()
                    .and_then(|digit| char::from(digit).to_digit(16))
                    .ok_or_else(expected)
            };
            let escaped = digit()? * 16 + digit()?;
            bytes.push(u8::try_from(escaped).map_err(|_| expected())?);
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).map_err(|_| expected())
}

/// A header, its name in lower case as HTTP/2 wants it. The error is a whole sentence, without the value.
pub(super) fn header(name: &str, value: &str) -> Result<(String, String), String> {
    let in_name = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    if name.is_empty() || !name.bytes().all(in_name) {
        return Err(super::error::mismatch(
            "a header name such as `authorization`",
            &super::error::shown(name),
        ));
    }
    if !value
        .bytes()
        .all(|byte| byte == b'\t' || byte == b' ' || byte.is_ascii_graphic())
    {
        return Err(format!(
            "the value of `{name}` holds characters that a header cannot: it is printable ASCII"
        ));
    }
    Ok((name.to_ascii_lowercase(), value.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::{NO_LIMIT, log_level, pairs, ratio};

    #[test]
    fn the_longest_duration_can_be_added_to_now() {
        assert!(std::time::Instant::now().checked_add(NO_LIMIT).is_some());
    }

    #[test]
    fn ratios_are_numbers_between_0_and_1() {
        assert_eq!(ratio("0.25"), Ok(0.25));
        for wrong in ["-0.1", "1.1", "nan", "inf", "half", ""] {
            assert!(ratio(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn pairs_are_unescaped() {
        let pair = |key: &str, value: &str| (key.to_owned(), value.to_owned());
        assert_eq!(
            pairs(" a = 1 ,b=x%2Cy%3Dz%C3%A9,"),
            Ok(vec![pair("a", "1"), pair("b", "x,y=zé")])
        );
        assert_eq!(
            pairs("authorization=Basic%20YWI=="),
            Ok(vec![pair("authorization", "Basic YWI==")])
        );
        for wrong in ["a", "=b", "a=%", "a=%2", "a=%zz", "a=%FF", "a=1,b"] {
            assert!(pairs(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_misspelt_level_is_no_target() {
        for right in [
            "info",
            "WARN",
            "off",
            "info,users=debug",
            "users::repository",
            "users[{id}]=trace",
        ] {
            assert_eq!(log_level(right).as_deref(), Ok(right));
        }
        for (wrong, meant) in [
            ("inof", "`info`"),
            ("warning", "`warn`"),
            ("debug,eror", "`error`"),
        ] {
            assert!(
                log_level(wrong).is_err_and(|expected| expected.starts_with(meant)),
                "{wrong}"
            );
        }
    }
}
