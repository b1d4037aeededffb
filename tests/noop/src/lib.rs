//! A library that is observed, built without OpenTelemetry.

use hyperion::{Counter, Histogram, observe};
use std::fmt::Display;

/// Calls.
pub static CALLS: Counter = Counter::new("noop.calls", "{call}", "Calls.");
/// Sizes.
pub static SIZES: Histogram = Histogram::new("noop.sizes", "By", "Sizes.", &[1.0]);

/// A value that must not be shown.
#[derive(Clone, Copy, Debug)]
pub struct Unshown;

impl Display for Unshown {
    fn fmt(&self, _: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        panic!("a field was evaluated")
    }
}

/// The plain function.
///
/// # Errors
///
/// Zero is one.
#[inline(never)]
pub fn plain(n: u64) -> Result<u64, String> {
    if n == 0 {
        Err("zero".to_owned())
    } else {
        Ok(n.wrapping_mul(31))
    }
}

/// The same, observed.
///
/// # Errors
///
/// Zero is one.
#[inline(never)]
#[observe(component = "Noop", fields(n, shown = %Unshown))]
pub fn observed(n: u64) -> Result<u64, String> {
    if n == 0 {
        Err("zero".to_owned())
    } else {
        Ok(n.wrapping_mul(31))
    }
}

/// The plain future.
pub async fn plain_later(bytes: [u8; 64]) -> u8 {
    std::future::ready(bytes[0]).await
}

/// The same, observed.
#[observe(fields(shown = %Unshown))]
pub async fn observed_later(bytes: [u8; 64]) -> u8 {
    std::future::ready(bytes[0]).await
}
