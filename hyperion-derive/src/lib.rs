//! The procedural macros of `hyperion-observe`.
