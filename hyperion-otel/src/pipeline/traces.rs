//! Spans: from the configuration to a running recorder.

use super::Error;
use super::collector::Collector;
use super::delivery::{Delivery, Queue};
use super::report::LastFailure;
use crate::config::{ContextMode, Sampler, SpanSource, Tracing};
use crate::export::{ExportError, SpanBatch, SpanSink};
use hyperion_runtime::backend::{
    Losses, Provider, Recorder, Records, clock, diagnostics, recorder,
};
use opentelemetry::{InstrumentationScope, KeyValue};
use std::time::Duration;

/// The running recorder and its collector.
#[derive(Debug)]
pub(super) struct Traces {
    recorder: &'static Recorder,
    pub(super) collector: Collector<&'static Recorder>,
}

impl Traces {
    /// Prepares to record spans into `sink`. Without one spans exist, so that logs have their ids, but none is recorded.
    pub(super) fn start(
        config: &Tracing,
        sink: Option<Box<dyn SpanSink>>,
        last_failure: LastFailure,
    ) -> Result<Self, Error> {
        let sampler = match sink {
            Some(_) => config.sampler,
            None => Sampler::AlwaysOff,
        };
        // What all spans have takes its place in each.
        let most = config.limits.attributes as usize;
        let common: Vec<KeyValue> = config
            .attributes
            .iter()
            .map(|(key, value)| KeyValue::new(key.clone(), value.clone()))
            .take(most)
            .collect();
        let mut limits = config.limits;
        limits.attributes -= u32::try_from(common.len()).unwrap_or(limits.attributes);
        // A recorder is never freed: a span may end long after the shutdown and must still find where to be counted.
        let recorder = Recorder::new(
            sampler,
            limits,
            config.exceptions,
            context(config),
            config.batch.max_queue_size as usize,
            config.batch.max_export_batch_size as usize,
        );
        let recorder = recorder.with_baggage(config.baggage.clone());
        let recorder: &'static Recorder = Box::leak(Box::new(recorder));
        let scope = InstrumentationScope::builder("hyperion")
            .with_version(env!("CARGO_PKG_VERSION"))
            .build();
        let spans = Spans {
            sink: sink.unwrap_or_else(|| Box::new(Nowhere)),
            scope,
            common,
            most_of_site: limits.attributes as usize,
        };
        let collector =
            Collector::start(recorder, spans, config.batch, last_failure).map_err(Error::Thread)?;
        Ok(Self {
            recorder,
            collector,
        })
    }

    /// Makes this the place where spans go, those of observed calls and those of OpenTelemetry's API.
    pub(super) fn install(&self) {
        recorder::install(self.recorder);
        opentelemetry::global::set_tracer_provider(Provider {
            recorder: self.recorder,
        });
    }

    pub(super) fn losses(&self) -> &'static Losses {
        &self.recorder.losses
    }
}

impl Queue for &'static Recorder {
    const SIGNAL: &'static str = "spans";
    const WARNING: &'static str = "spans.export";
    type Records = Records;

    fn drain(self, most: usize, records: &mut Records) -> usize {
        Recorder::drain(self, most, records)
    }

    fn count(records: &Records) -> usize {
        records.len()
    }

    fn clear(records: &mut Records) {
        records.clear();
    }

    fn close(self) {
        Recorder::close(self);
    }

    fn abandon(self) -> usize {
        Recorder::drain(self, usize::MAX, &mut Records::default())
    }

    fn on_work(self, wake: impl Fn() + Send + Sync + 'static) {
        Recorder::on_work(self, wake);
    }

    fn losses(self) -> &'static Losses {
        &self.losses
    }
}

/// The way of spans to their sink.
pub(super) struct Spans {
    pub(super) sink: Box<dyn SpanSink>,
    /// The scope of observed calls.
    pub(super) scope: InstrumentationScope,
    /// The attributes of all spans.
    pub(super) common: Vec<KeyValue>,
    /// The most attributes of a span's call site.
    pub(super) most_of_site: usize,
}

impl Delivery<Records> for Spans {
    fn prepare(&mut self) {
        clock::refine();
    }

    fn export(&mut self, records: &Records) -> Result<(), ExportError> {
        let batch = SpanBatch::new(records, &self.scope, &self.common, self.most_of_site);
        self.sink.export(batch)
    }

    fn shutdown(&mut self, timeout: Duration) {
        self.sink.shutdown(timeout);
    }
}

/// The part of OpenTelemetry's context in spans: all of it where spans of `tracing` stand there.
fn context(config: &Tracing) -> ContextMode {
    if (config.spans, config.context) == (SpanSource::All, ContextMode::Own) {
        diagnostics::warn(format_args!(
            "`tracing.context: own` counts as `full`, which `tracing.spans: all` needs; remove one of the two"
        ));
        return ContextMode::Full;
    }
    config.context
}

/// Takes spans and forgets them.
struct Nowhere;

impl SpanSink for Nowhere {
    fn export(&mut self, _batch: SpanBatch<'_>) -> Result<(), ExportError> {
        Ok(())
    }
}
