//! Numbers in the spellings of the formats.

use std::fmt::{self, Display};
use std::time::{SystemTime, UNIX_EPOCH};

use hyperion_runtime::metrics::snapshot::NumberValue;

/// A format that the page can be written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    Text,
    OpenMetrics,
}

/// The value of a sample: an integer as it is, anything else as the format spells it.
pub(super) struct Sample(pub(super) NumberValue, pub(super) Format);

/// A number as Prometheus itself writes it: `1`, `0.5`, `1e300`, `+Inf`.
struct Plain(f64);

/// A "canonical number" of `OpenMetrics`, which is the same text from every library: `1.0`, `1e-05`, `1e+06`, `+Inf`.
struct Canonical(f64);

/// Seconds since 1970, to the nanosecond.
pub(super) struct Seconds(pub(super) SystemTime);

impl Display for Sample {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.0, self.1) {
            (NumberValue::U64(value), _) => value.fmt(f),
            (NumberValue::I64(value), _) => value.fmt(f),
            (NumberValue::F64(value), Format::Text) => Plain(value).fmt(f),
            (NumberValue::F64(value), Format::OpenMetrics) => Canonical(value).fmt(f),
        }
    }
}

impl Display for Plain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let value = self.0;
        match word(value) {
            Some(word) => f.write_str(word),
            None if value != 0.0 && !(1e-6..1e17).contains(&value.abs()) => write!(f, "{value:e}"),
            None => write!(f, "{value}"),
        }
    }
}

impl Display for Canonical {
    /// As `%g` of Go does it, which the specification names, with a decimal point in what would look like an integer.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let value = self.0;
        if let Some(word) = word(value) {
            return f.write_str(word);
        }
        let scientific = format!("{value:e}");
        let (digits, power) = scientific.split_once('e').unwrap_or((&scientific, "0"));
        // The power of a floating point number has three digits at most.
        let power: i32 = power.parse().unwrap_or(0);
        if (-4..6).contains(&power) {
            let point = if value.fract() == 0.0 { ".0" } else { "" };
            write!(f, "{value}{point}")
        } else {
            let sign = if power < 0 { '-' } else { '+' };
            write!(f, "{digits}e{sign}{:02}", power.abs())
        }
    }
}

impl Display for Seconds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (sign, distance) = match self.0.duration_since(UNIX_EPOCH) {
            Ok(after) => ("", after),
            Err(before) => ("-", before.duration()),
        };
        let nanoseconds = format!("{:09}", distance.subsec_nanos());
        let fraction = match nanoseconds.trim_end_matches('0') {
            "" => "0",
            digits => digits,
        };
        write!(f, "{sign}{}.{fraction}", distance.as_secs())
    }
}

/// The word for a number that has no digits.
fn word(value: f64) -> Option<&'static str> {
    if value.is_nan() {
        Some("NaN")
    } else if value == f64::INFINITY {
        Some("+Inf")
    } else if value == f64::NEG_INFINITY {
        Some("-Inf")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn canonical_numbers_are_those_of_the_specification() {
        let examples = "0.0 0.001 0.002 0.01 0.1 0.9 0.95 0.99 0.999 1.0 1.7 10.0 \
                        1e-10 1e-09 1e-05 0.0001 0.1 1.0 100000.0 1e+06 1e+10 1e+23 1.1e+23 \
                        -2.5 -1e+06 123456.5 1.2345675e+06 1.7976931348623157e+308 5e-324 +Inf -Inf NaN";
        for example in examples.split(' ') {
            let value: f64 = example.parse().unwrap();
            assert_eq!(Canonical(value).to_string(), example);
        }
    }

    #[test]
    fn plain_numbers_have_no_point_without_need() {
        for (value, expected) in [
            (1.0, "1"),
            (0.5, "0.5"),
            (1e300, "1e300"),
            (1e-9, "1e-9"),
            (1e16, "10000000000000000"),
            (f64::NAN, "NaN"),
            (f64::INFINITY, "+Inf"),
        ] {
            assert_eq!(Plain(value).to_string(), expected);
        }
    }

    #[test]
    fn seconds_are_exact_on_both_sides_of_1970() {
        let at = |duration| Seconds(UNIX_EPOCH + duration).to_string();
        assert_eq!(at(Duration::ZERO), "0.0");
        assert_eq!(
            at(Duration::from_millis(1_520_879_607_789)),
            "1520879607.789"
        );
        assert_eq!(
            at(Duration::new(1_604_676_851, 123_456_789)),
            "1604676851.123456789"
        );
        let before = UNIX_EPOCH - Duration::from_millis(1_500);
        assert_eq!(Seconds(before).to_string(), "-1.5");
    }
}
