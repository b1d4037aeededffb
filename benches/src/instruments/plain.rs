//! The part of a write that every instrument has, and a call that nothing measures.

use super::labels::labels;
use super::{Instrument, seconds};
use crate::peers::{Peer, Plain};
use crate::work::TIER;
use std::hint::black_box;

/// Makes the labels and works out the number of their series.
pub(crate) struct Labels;

impl Instrument for Labels {
    const NAME: &'static str = "plain";

    fn install() -> Self {
        Self
    }

    fn write(&self, _index: u64) {
        black_box(labels().index());
    }
}

/// Makes the labels and a value for a histogram.
pub(crate) struct LabelsAndValue;

impl Instrument for LabelsAndValue {
    const NAME: &'static str = "plain";

    fn install() -> Self {
        Self
    }

    fn write(&self, index: u64) {
        black_box((labels().index(), seconds(index)));
    }
}

pub(crate) struct Call;

impl Instrument for Call {
    const NAME: &'static str = "plain";

    fn install() -> Self {
        Self
    }

    fn write(&self, index: u64) {
        black_box(Plain::call(TIER, index));
    }
}
