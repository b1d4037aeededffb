//! No log lines: this build lacks the feature.

use crate::pipeline::config::Logs;

/// Nothing: logging stays the program's own business.
pub(crate) fn install(_config: &Logs) {}
