//! Tokio counts nothing of its workers where the processor has no atomics of 64 bits.

use super::Runtimes;
use crate::process::families::Families;

pub(super) fn describe(_runtimes: &Runtimes, _families: &mut Families) {}
