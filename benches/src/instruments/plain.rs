//! A call that nothing measures.

use super::Instrument;
use crate::peers::{Peer, Plain};
use crate::work::TIER;
use std::hint::black_box;

pub(super) struct Call;

impl Instrument for Call {
    const NAME: &'static str = "plain";

    fn write(&self, index: u64) {
        black_box(Plain::call(TIER, index));
    }
}
