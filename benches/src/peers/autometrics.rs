//! Calls observed by `#[autometrics]`, which records no spans.

use super::{Parent, Peer};
use crate::work::look_up;
use autometrics::autometrics;

/// `#[autometrics]` on the package `prometheus`: a counter and a histogram, looked up by their labels in every call.
#[derive(Debug)]
pub struct Autometrics;

impl Peer for Autometrics {
    const NAME: &'static str = "autometrics";
    type Session = ();

    /// The first call makes its metrics.
    fn install() {}

    fn in_parent<T>(_parent: Parent, run: impl FnOnce() -> T) -> T {
        run()
    }

    fn call(tier: &'static str, id: u64) -> u64 {
        call(tier, id)
    }
}

#[inline(never)]
#[autometrics]
fn call(tier: &'static str, id: u64) -> u64 {
    look_up(tier, id)
}
