//! A call observed by `#[autometrics]`, which counts it, too.

use super::Instrument;
use crate::peers::{Autometrics, Peer};
use crate::work::TIER;
use std::hint::black_box;

pub(crate) struct TimedCall;

impl Instrument for TimedCall {
    const NAME: &'static str = "autometrics";

    fn install() -> Self {
        Self
    }

    fn write(&self, index: u64) {
        black_box(Autometrics::call(TIER, index));
    }
}
