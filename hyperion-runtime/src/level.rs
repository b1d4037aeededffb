//! The levels of calls, and the filters that choose among them.

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

/// The detail of a call: the higher, the less often it is worth recording.
///
/// A call has the level that `#[observe(level = ..)]` gives it. The order is that of the numbers, and a name is read in any case:
///
/// ```
/// use hyperion::Level;
///
/// assert!(Level::Error < Level::Trace);
/// assert_eq!("Debug".parse(), Ok(Level::Debug));
/// assert_eq!(Level::Debug.to_string(), "debug");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Level {
    /// Something went wrong.
    Error = 1,
    /// Something may go wrong.
    Warn,
    /// A step of the program; the level of a call site that names none.
    Info,
    /// A part of such a step.
    Debug,
    /// Every detail of it.
    Trace,
}

/// The detail that is wanted: everything up to a level, or nothing at all.
///
/// The configuration has one for all calls, [`LevelFilter::Info`] by default, and others for single components.
///
/// It compares with a [`Level`], so that `level <= filter` says whether a call of that level is wanted:
///
/// ```
/// use hyperion::{Level, LevelFilter};
///
/// assert!(Level::Warn <= LevelFilter::Info);
/// assert!(Level::Debug > LevelFilter::Info);
/// assert!(Level::Error > LevelFilter::Off);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum LevelFilter {
    /// Nothing.
    Off = 0,
    /// [`Level::Error`] alone.
    Error,
    /// [`Level::Warn`] and what is below it.
    Warn,
    /// [`Level::Info`] and what is below it.
    Info,
    /// [`Level::Debug`] and what is below it.
    Debug,
    /// Everything.
    Trace,
}

/// The most that this build can record; a call site above it is left out when the program is compiled.
///
/// It is [`LevelFilter::Trace`] unless one of the features `max_level_off` to `max_level_trace` lowers it. Cargo unites
/// the features that all crates of a program ask for, and the lowest of them counts.
pub const MAX_LEVEL: LevelFilter = max_level();

const fn max_level() -> LevelFilter {
    if cfg!(feature = "max_level_off") {
        LevelFilter::Off
    } else if cfg!(feature = "max_level_error") {
        LevelFilter::Error
    } else if cfg!(feature = "max_level_warn") {
        LevelFilter::Warn
    } else if cfg!(feature = "max_level_info") {
        LevelFilter::Info
    } else if cfg!(feature = "max_level_debug") {
        LevelFilter::Debug
    } else {
        LevelFilter::Trace
    }
}

impl Level {
    /// Every level, from the lowest to the highest.
    pub const ALL: [Self; 5] = [
        Self::Error,
        Self::Warn,
        Self::Info,
        Self::Debug,
        Self::Trace,
    ];

    /// Its name in lower case, as the configuration spells it.
    pub const fn as_str(self) -> &'static str {
        self.to_filter().as_str()
    }

    /// The filter that wants everything up to this level.
    pub const fn to_filter(self) -> LevelFilter {
        LevelFilter::ALL[self as usize]
    }
}

impl LevelFilter {
    /// Every filter, from the one that wants nothing to the one that wants everything.
    pub const ALL: [Self; 6] = [
        Self::Off,
        Self::Error,
        Self::Warn,
        Self::Info,
        Self::Debug,
        Self::Trace,
    ];

    /// Its name in lower case, as the configuration spells it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Error => "error",
            Self::Warn => "warn",
            Self::Info => "info",
            Self::Debug => "debug",
            Self::Trace => "trace",
        }
    }

    /// The highest level that it wants, or `None` if that is none.
    pub const fn to_level(self) -> Option<Level> {
        match self {
            Self::Off => None,
            filter => Some(Level::ALL[filter as usize - 1]),
        }
    }
}

impl From<Level> for LevelFilter {
    fn from(level: Level) -> Self {
        level.to_filter()
    }
}

/// Implements comparisons with the other type, which has the same numbers.
macro_rules! compare {
    ($one:ident, $other:ident) => {
        impl PartialEq<$other> for $one {
            fn eq(&self, other: &$other) -> bool {
                *self as u8 == *other as u8
            }
        }

        impl PartialOrd<$other> for $one {
            fn partial_cmp(&self, other: &$other) -> Option<Ordering> {
                Some((*self as u8).cmp(&(*other as u8)))
            }
        }
    };
}

compare!(Level, LevelFilter);
compare!(LevelFilter, Level);

/// Implements the names as they are written and read.
macro_rules! named {
    ($name:ident, $with_off:literal) => {
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl FromStr for $name {
            type Err = ParseLevelError;

            /// Reads a name in any case.
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                let is_named = |level: &Self| level.as_str().eq_ignore_ascii_case(text);
                let with_off = $with_off;
                let known = Self::ALL.into_iter().find(is_named);
                known.ok_or(ParseLevelError { with_off })
            }
        }
    };
}

named!(Level, false);
named!(LevelFilter, true);

/// A text that is not the name of a level.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseLevelError {
    with_off: bool,
}

impl fmt::Display for ParseLevelError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let off = if self.with_off { "`off`, " } else { "" };
        write!(
            f,
            "unknown level, expected one of {off}`error`, `warn`, `info`, `debug`, `trace`"
        )
    }
}

impl std::error::Error for ParseLevelError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_wants_everything_up_to_its_level() {
        for (index, filter) in LevelFilter::ALL.into_iter().enumerate() {
            assert_eq!(filter as usize, index);
            let wanted = Level::ALL.into_iter().filter(|level| *level <= filter);
            assert_eq!(wanted.count(), index, "{filter}");
            assert_eq!(
                filter.to_level().map(Level::to_filter),
                Level::ALL
                    .into_iter()
                    .rfind(|level| filter >= *level)
                    .map(LevelFilter::from)
            );
        }
        assert!(Level::Info == LevelFilter::Info && LevelFilter::Off != Level::Error);
    }

    #[test]
    fn the_lowest_maximum_counts() {
        let asked_for = [
            (cfg!(feature = "max_level_off"), LevelFilter::Off),
            (cfg!(feature = "max_level_error"), LevelFilter::Error),
            (cfg!(feature = "max_level_warn"), LevelFilter::Warn),
            (cfg!(feature = "max_level_info"), LevelFilter::Info),
            (cfg!(feature = "max_level_debug"), LevelFilter::Debug),
            (cfg!(feature = "max_level_trace"), LevelFilter::Trace),
        ];
        let lowest = asked_for
            .into_iter()
            .filter_map(|(is_on, maximum)| is_on.then_some(maximum))
            .min();
        assert_eq!(MAX_LEVEL, lowest.unwrap_or(LevelFilter::Trace));
    }

    #[test]
    fn names_are_read_as_they_are_written_and_in_any_case() {
        for filter in LevelFilter::ALL {
            assert_eq!(filter.to_string().parse(), Ok(filter));
            assert_eq!(filter.to_string().to_uppercase().parse(), Ok(filter));
        }
        for level in Level::ALL {
            assert_eq!(level.to_string().parse(), Ok(level));
        }
        assert_eq!(format!("{:>6}|", Level::Warn), "  warn|");
    }

    #[test]
    fn a_name_that_nobody_knows_is_told_with_those_that_are_known() {
        let error = "loud"
            .parse::<LevelFilter>()
            .map_err(|error| error.to_string());
        assert_eq!(
            error,
            Err(
                "unknown level, expected one of `off`, `error`, `warn`, `info`, `debug`, `trace`"
                    .to_owned()
            )
        );
        let error = "off".parse::<Level>().map_err(|error| error.to_string());
        assert_eq!(
            error,
            Err(
                "unknown level, expected one of `error`, `warn`, `info`, `debug`, `trace`"
                    .to_owned()
            )
        );
    }
}
