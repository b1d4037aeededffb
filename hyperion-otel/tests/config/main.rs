//! A configuration is read to the letter, and each of its mistakes is told with its place.

// `expect-test` writes raw strings as it likes.
#![allow(clippy::needless_raw_string_hashes)]

mod environment;
#[cfg(feature = "config")]
mod file;
#[cfg(feature = "config")]
mod logs;
