//! The texts of a label in a build without `otel`: none is kept.

use crate::metrics::OTHER;

/// No texts.
#[derive(Debug)]
pub struct Texts {
    most: u16,
}

impl Texts {
    /// Texts of which none is kept.
    pub const fn new(most: u16) -> Self {
        Self { most }
    }

    /// The value of `_OTHER`.
    #[inline(always)]
    pub(in crate::metrics::declare) fn index(&self, _text: &str) -> u16 {
        self.most
    }

    /// The text of a value.
    #[inline(always)]
    pub fn value(&self, _index: usize) -> &'static str {
        OTHER
    }
}
