//! What a metric is called and how it is counted.

use super::snapshot::{Data, Family};
use std::borrow::Cow;

/// What a metric is called and how it is counted.
#[derive(Clone, Debug)]
pub(crate) struct Description {
    pub(crate) name: &'static str,
    pub(crate) help: &'static str,
    pub(crate) unit: &'static str,
    pub(crate) kind: Kind,
}

/// How a metric is counted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Kind {
    Counter,
    /// A signed sum, as two's complement.
    UpDownCounter,
    Histogram {
        bounds: &'static [f64],
    },
}

impl Kind {
    /// A sum is one; a histogram a count for each bucket, then the bits of its sum.
    pub(super) fn cells(self) -> usize {
        match self {
            Self::Counter | Self::UpDownCounter => 1,
            Self::Histogram { bounds } => bounds.len() + 2,
        }
    }

    /// Adds what one block holds to a total.
    pub(super) fn add(self, total: &mut [u64], cell: impl Fn(usize) -> u64) {
        let sum = match self {
            Self::Counter | Self::UpDownCounter => None,
            Self::Histogram { bounds } => Some(bounds.len() + 1),
        };
        for (index, total) in total.iter_mut().enumerate() {
            *total = if Some(index) == sum {
                (f64::from_bits(*total) + f64::from_bits(cell(index))).to_bits()
            } else {
                total.wrapping_add(cell(index))
            };
        }
    }
}

impl Description {
    /// The metric without a point.
    pub(super) fn family(&self) -> Family {
        Family {
            asynchronous: false,
            name: Cow::Borrowed(self.name),
            description: Cow::Borrowed(self.help),
            unit: Cow::Borrowed(self.unit),
            data: match self.kind {
                Kind::Counter => Data::Counter(Vec::new()),
                Kind::UpDownCounter => Data::UpDownCounter(Vec::new()),
                Kind::Histogram { .. } => Data::Histogram(Vec::new()),
            },
        }
    }
}
