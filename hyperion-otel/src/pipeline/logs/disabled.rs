//! A build that sends no logs, and refuses to be asked for it.

use crate::config::Logs as Config;
use crate::pipeline::Error;
use crate::pipeline::report::{LastFailure, RecordCounts};
use crate::pipeline::sinks::missing;
use crate::pipeline::worker::{Finishing, Flusher};
use opentelemetry_sdk::Resource;
use std::time::Instant;

/// Logs that are sent; there are none.
#[derive(Debug)]
pub(in crate::pipeline) enum Logs {}

impl Logs {
    pub(in crate::pipeline) fn start(
        config: &Config,
        _resource: &Resource,
        _last_failure: LastFailure,
    ) -> Result<Option<Self>, Error> {
        let feature = if cfg!(feature = "logs") {
            "otlp"
        } else {
            "logs"
        };
        if config.sends_otlp() {
            return Err(missing(feature, "logs.exporter: otlp"));
        }
        Ok(None)
    }

    pub(in crate::pipeline) fn install(&self) {
        match *self {}
    }

    pub(in crate::pipeline) fn flusher(&self) -> Flusher {
        match *self {}
    }

    pub(in crate::pipeline) fn begin_shutdown(&self, _deadline: Instant) -> Finishing {
        match *self {}
    }

    pub(in crate::pipeline) fn finish(&self, _is_done: bool) -> RecordCounts {
        match *self {}
    }

    pub(in crate::pipeline) fn losses(&self) -> RecordLosses {
        match *self {}
    }
}

/// The log records that are lost; there are none.
#[derive(Clone, Copy, Debug)]
pub(in crate::pipeline) enum RecordLosses {}

impl RecordLosses {
    pub(in crate::pipeline) fn by_reason(self) -> [(&'static str, u64); 4] {
        match self {}
    }
}

/// Nothing: no queue is there.
pub(in crate::pipeline) fn close_in_child() {}
