//! How much detail a call is.

/// How much detail an observed call is, from the most to the least important.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Level {
    /// Failures.
    Error = 1,
    /// What may need attention.
    Warn,
    /// What a service does; the default.
    Info,
    /// How it does it.
    Debug,
    /// Everything.
    Trace,
}

/// f
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
#[repr(u8)]
pub enum LevelFilter {
    /// o
    Off = 0,
    /// e
    Error,
    /// w
    Warn,
    /// i
    #[default]
    Info,
    /// d
    Debug,
    /// t
    Trace,
}
impl PartialEq<LevelFilter> for Level {
    fn eq(&self, other: &LevelFilter) -> bool {
        *self as u8 == *other as u8
    }
}
impl PartialOrd<LevelFilter> for Level {
    fn partial_cmp(&self, other: &LevelFilter) -> Option<std::cmp::Ordering> {
        Some((*self as u8).cmp(&(*other as u8)))
    }
}
/// m
pub const MAX_LEVEL: LevelFilter = LevelFilter::Trace;
