//! Moments as text.

use std::time::{SystemTime, UNIX_EPOCH};

const DAY: i128 = 24 * 60 * 60;

/// The moment by RFC 3339, in UTC, with as many digits of a second as it has. A year beyond 0 to 9999 has a sign, as in ISO 8601.
pub(super) fn rfc3339(time: SystemTime) -> String {
    let nanos = match time.duration_since(UNIX_EPOCH) {
        Ok(after) => after.as_nanos().cast_signed(),
        Err(before) => -before.duration().as_nanos().cast_signed(),
    };
    let (seconds, nanos) = (
        nanos.div_euclid(1_000_000_000),
        nanos.rem_euclid(1_000_000_000),
    );
    let (year, month, day) = date(seconds.div_euclid(DAY));
    let second = seconds.rem_euclid(DAY);
    let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
    let year = match year {
        0..=9999 => format!("{year:04}"),
        _ => format!("{year:+05}"),
    };
    let fraction = match nanos {
        0 => String::new(),
        _ => format!(".{nanos:09}"),
    };
    let fraction = fraction.trim_end_matches('0');
    format!("{year}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}{fraction}Z")
}

/// Year, month and day of the day that is so many after 1970-01-01, in the Gregorian calendar.
///
/// Years are counted from March, so that a leap day is the last day of one and the days before a month follow a straight line.
fn date(days_since_1970: i128) -> (i128, i128, i128) {
    const DAYS_OF_400_YEARS: i128 = 146_097;
    /// From 0000-03-01 to 1970-01-01.
    const DAYS_TO_1970: i128 = 719_468;
    let days = days_since_1970 + DAYS_TO_1970;
    let day = days.rem_euclid(DAYS_OF_400_YEARS);
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let first = (153 * month + 2) / 5;
    let year = year + 400 * days.div_euclid(DAYS_OF_400_YEARS);
    // March is the third month, and January and February belong to the next year.
    if month < 10 {
        (year, month + 3, day - first + 1)
    } else {
        (year + 1, month - 9, day - first + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn a_moment_has_the_digits_that_it_needs() {
        let at = |seconds, nanos| rfc3339(UNIX_EPOCH + Duration::new(seconds, nanos));
        assert_eq!(at(0, 0), "1970-01-01T00:00:00Z");
        assert_eq!(at(1_770_091_506, 500_000_000), "2026-02-03T04:05:06.5Z");
        assert_eq!(at(951_827_696, 1), "2000-02-29T12:34:56.000000001Z");
        assert_eq!(
            at(253_402_300_799, 999_999_999),
            "9999-12-31T23:59:59.999999999Z"
        );
        assert_eq!(at(253_402_300_800, 0), "+10000-01-01T00:00:00Z");
    }

    #[test]
    fn a_moment_may_be_before_1970() {
        let before = |seconds, nanos| rfc3339(UNIX_EPOCH - Duration::new(seconds, nanos));
        assert_eq!(before(0, 1), "1969-12-31T23:59:59.999999999Z");
        assert_eq!(before(2_203_891_200, 0), "1900-03-01T00:00:00Z");
        assert_eq!(before(2_203_891_201, 0), "1900-02-28T23:59:59Z");
    }

    #[test]
    fn days_follow_one_another() {
        let is_leap = |year| year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        let (mut year, mut month, mut day) = (1970, 1, 1);
        for days in 0..200_000 {
            assert_eq!(date(days), (year, month, day));
            let last = match month {
                2 if is_leap(year) => 29,
                2 => 28,
                4 | 6 | 9 | 11 => 30,
                _ => 31,
            };
            (year, month, day) = match (month, day) {
                (12, 31) => (year + 1, 1, 1),
                (_, day) if day == last => (year, month + 1, 1),
                (_, day) => (year, month, day + 1),
            };
        }
    }
}
