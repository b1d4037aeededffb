//! Text that fits into columns.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::time::Duration;

use anstyle::{AnsiColor, Style};
use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

use crate::text::is_unseen;

pub(super) const PLAIN: Style = Style::new();
pub(super) const DIM: Style = Style::new().dimmed();
pub(super) const BOLD: Style = Style::new().bold();
pub(super) const BAR: Style = AnsiColor::Cyan.on_default();
pub(super) const BAD: Style = AnsiColor::Red.on_default();
pub(super) const ODD: Style = AnsiColor::Yellow.on_default();

/// `text` on one line, with nothing in it that would steer the terminal.
pub(super) fn clean(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_unseen) {
        return Cow::Borrowed(text);
    }
    let mut cleaned = String::with_capacity(text.len());
    for character in text.chars() {
        if is_unseen(character) {
            cleaned.extend(character.escape_default());
        } else {
            cleaned.push(character);
        }
    }
    Cow::Owned(cleaned)
}

/// The number of columns that `text` takes.
pub(super) fn width(text: &str) -> usize {
    text.width()
}

/// `text` in `columns` at most, with an ellipsis where some of it is missing.
pub(super) fn clip(text: &str, columns: usize) -> Cow<'_, str> {
    if width(text) <= columns {
        return Cow::Borrowed(text);
    }
    let mut clipped = String::new();
    let mut taken = 0;
    for character in text.chars() {
        taken += character.width().unwrap_or(0);
        if taken >= columns {
            break;
        }
        clipped.push(character);
    }
    if columns > 0 {
        clipped.push('…');
    }
    Cow::Owned(clipped)
}

/// Pieces of a line, each in its style.
#[derive(Default)]
pub(super) struct Line {
    styled: String,
    width: usize,
}

impl Line {
    pub(super) fn push(&mut self, style: Style, text: &str) {
        if !text.is_empty() {
            // Writing to a string cannot fail.
            let _ = write!(self.styled, "{style}{text}{style:#}");
            self.width += width(text);
        }
    }

    /// Spaces up to `column`.
    pub(super) fn pad_to(&mut self, column: usize) {
        let missing = column.saturating_sub(self.width);
        self.styled.extend(std::iter::repeat_n(' ', missing));
        self.width += missing;
    }

    /// `text` so that it ends at `column`.
    pub(super) fn push_right(&mut self, style: Style, text: &str, column: usize) {
        self.pad_to(column.saturating_sub(width(text)));
        self.push(style, text);
    }

    pub(super) fn end(self, out: &mut String) {
        out.push_str(self.styled.trim_end_matches(' '));
        out.push('\n');
    }
}

/// The units in which times are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TimeUnit {
    Nanoseconds,
    Microseconds,
    Milliseconds,
    Seconds,
    Minutes,
    Hours,
}

impl TimeUnit {
    /// The unit in which `seconds` reads best.
    pub(super) fn of(seconds: f64) -> Self {
        // Each limit is where rounding would reach the next unit.
        match seconds.abs() {
            seconds if seconds < 999.5e-9 => Self::Nanoseconds,
            seconds if seconds < 999.95e-6 => Self::Microseconds,
            seconds if seconds < 999.95e-3 => Self::Milliseconds,
            seconds if seconds < 59.995 => Self::Seconds,
            seconds if seconds < 3599.5 => Self::Minutes,
            _ => Self::Hours,
        }
    }
}

pub(super) fn time(seconds: f64) -> String {
    time_in(seconds, TimeUnit::of(seconds))
}

/// `seconds` in the unit of what it is a part of, unless it is too small for that.
pub(super) fn part_of_time(part: Duration, unit: TimeUnit) -> String {
    let seconds = part.as_secs_f64();
    let smallest = match unit {
        TimeUnit::Nanoseconds => 0.0,
        TimeUnit::Microseconds => 0.1e-6,
        TimeUnit::Milliseconds => 0.1e-3,
        TimeUnit::Seconds => 0.1,
        TimeUnit::Minutes | TimeUnit::Hours => f64::INFINITY,
    };
    if part.is_zero() || seconds < smallest {
        time(seconds)
    } else {
        time_in(seconds, unit)
    }
}

fn time_in(seconds: f64, unit: TimeUnit) -> String {
    match unit {
        _ if seconds == 0.0 => "0 s".to_owned(),
        TimeUnit::Nanoseconds => format!("{:.0} ns", seconds * 1e9),
        TimeUnit::Microseconds => format!("{:.1} µs", seconds * 1e6),
        TimeUnit::Milliseconds => format!("{:.1} ms", seconds * 1e3),
        TimeUnit::Seconds => format!("{seconds:.2} s"),
        TimeUnit::Minutes => {
            let seconds = seconds.round();
            format!(
                "{}m {:02}s",
                (seconds / 60.0).trunc(),
                (seconds % 60.0).abs()
            )
        }
        TimeUnit::Hours => {
            let minutes = (seconds / 60.0).round();
            format!(
                "{}h {:02}m",
                (minutes / 60.0).trunc(),
                (minutes % 60.0).abs()
            )
        }
    }
}

/// A plain number, without digits that say nothing.
pub(super) fn number(value: f64) -> String {
    if value.fract() == 0.0 && value.abs() < 1e15 {
        return format!("{value}");
    }
    match value.abs() {
        size if !size.is_finite() => format!("{value}"),
        size if (1e-3..1e9).contains(&size) => {
            let text = format!("{value:.3}");
            text.trim_end_matches('0').trim_end_matches('.').to_owned()
        }
        _ => format!("{value:.3e}"),
    }
}

/// An amount of memory.
pub(super) fn bytes(value: f64) -> String {
    let mut value = value;
    for unit in ["B", "KiB", "MiB", "GiB"] {
        if value.abs() < 1024.0 {
            return format!("{} {unit}", number((value * 10.0).round() / 10.0));
        }
        value /= 1024.0;
    }
    format!("{} TiB", number((value * 10.0).round() / 10.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_sensible_units() {
        let shown: Vec<String> = [
            0.0, 1e-9, 850e-9, 999.9e-9, 12.34e-6, 900e-6, 0.9999, 0.0124, 1.234, 59.999, 60.0,
            125.0, 3599.9, 3661.0, 86_400.0,
        ]
        .into_iter()
        .map(time)
        .collect();
        assert_eq!(
            shown,
            [
                "0 s",
                "1 ns",
                "850 ns",
                "1.0 µs",
                "12.3 µs",
                "900.0 µs",
                "999.9 ms",
                "12.4 ms",
                "1.23 s",
                "1m 00s",
                "1m 00s",
                "2m 05s",
                "1h 00m",
                "1h 01m",
                "24h 00m"
            ]
        );
    }

    #[test]
    fn parts_keep_the_unit_of_the_whole_while_it_shows_them() {
        let whole = TimeUnit::of(0.0124);
        assert_eq!(part_of_time(Duration::from_micros(900), whole), "0.9 ms");
        assert_eq!(part_of_time(Duration::from_micros(90), whole), "90.0 µs");
        assert_eq!(part_of_time(Duration::ZERO, whole), "0 s");
        assert_eq!(
            part_of_time(Duration::from_millis(90), TimeUnit::of(90.0)),
            "90.0 ms"
        );
    }

    #[test]
    fn numbers_are_short() {
        let shown: Vec<String> = [0.0, -3.0, 0.25, 1234.5678, 1e20, 1.5e-7, f64::NAN]
            .into_iter()
            .map(number)
            .collect();
        assert_eq!(
            shown,
            ["0", "-3", "0.25", "1234.568", "1.000e20", "1.500e-7", "NaN"]
        );
        assert_eq!(bytes(512.0), "512 B");
        assert_eq!(bytes(1536.0), "1.5 KiB");
        assert_eq!(bytes(5e15), "4547.5 TiB");
    }

    #[test]
    fn clipping_counts_columns() {
        assert_eq!(clip("checkout", 8), "checkout");
        assert_eq!(clip("checkout", 7), "checko…");
        assert_eq!(clip("注文サービス", 7), "注文サ…");
        assert_eq!(clip("注文サービス", 6), "注文…");
        assert_eq!(clip("abc", 1), "…");
        assert_eq!(clip("abc", 0), "");
    }

    #[test]
    fn nothing_steers_the_terminal() {
        assert_eq!(clean("fine ✓"), "fine ✓");
        assert_eq!(clean("a\nb\x1b[2J\u{202e}"), "a\\nb\\u{1b}[2J\\u{202e}");
    }
}
