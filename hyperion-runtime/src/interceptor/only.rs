//! Which interceptors a call site asks for.

/// Which interceptors a call site asks for with `only(..)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Only {
    /// All that are installed: there is no `only(..)`.
    Any,
    /// Those of these names.
    Names(&'static [&'static str]),
}
