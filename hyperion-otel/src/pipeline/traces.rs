//! Spans: from the configuration to a running recorder.

use super::Error;
use super::collector::{Batching, Collector};
use crate::config::{ExceptionSignal, Sampler, SpanLimits, Tracing};
use crate::export::{ExportError, SpanSink};
use hyperion_runtime::backend::{
    self, Exceptions, Limits, Losses, Provider, Recorder, clock, recorder,
};
use opentelemetry::{InstrumentationScope, KeyValue};
use opentelemetry_sdk::trace::SpanData;

/// The running recorder and its collector.
#[derive(Debug)]
pub(super) struct Traces {
    recorder: &'static Recorder,
    pub(super) collector: Collector,
}

impl Traces {
    /// Prepares to record spans into `sink`. Without one spans exist, so that logs have their ids, but none is recorded.
    pub(super) fn start(config: &Tracing, sink: Option<Box<dyn SpanSink>>) -> Result<Self, Error> {
        clock::start();
        let sampler = if sink.is_some() {
            sampler(&config.sampler)
        } else {
            backend::Sampler::always_off()
        };
        // A recorder is never freed: a span may end long after the shutdown and must still find where to be counted.
        let recorder = Recorder::new(
            sampler,
            limits(&config.limits),
            config.batch.max_queue_size as usize,
            config.batch.max_export_batch_size as usize,
        );
        let recorder: &'static Recorder = Box::leak(Box::new(
            recorder.with_exceptions(exceptions(config.exceptions)),
        ));
        let scope = InstrumentationScope::builder("hyperion")
            .with_version(env!("CARGO_PKG_VERSION"))
            .build();
        let common = config
            .attributes
            .iter()
            .map(|(key, value)| KeyValue::new(key.clone(), value.clone()))
            .collect();
        let batching = Batching {
            size: config.batch.max_export_batch_size as usize,
            delay: config.batch.schedule_delay,
        };
        let sink = sink.unwrap_or_else(|| Box::new(Nowhere));
        let collector =
            Collector::start(recorder, sink, scope, common, batching).map_err(Error::Thread)?;
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

/// Takes spans and forgets them.
struct Nowhere;

impl SpanSink for Nowhere {
    fn export(&mut self, _batch: Vec<SpanData>) -> Result<(), ExportError> {
        Ok(())
    }
}

fn sampler(config: &Sampler) -> backend::Sampler {
    match *config {
        Sampler::AlwaysOn => backend::Sampler::always_on(),
        Sampler::AlwaysOff => backend::Sampler::always_off(),
        Sampler::Ratio(ratio) => backend::Sampler::ratio(ratio),
        Sampler::ParentBasedAlwaysOn => backend::Sampler::always_on().parent_based(),
        Sampler::ParentBasedAlwaysOff => backend::Sampler::always_off().parent_based(),
        Sampler::ParentBasedRatio(ratio) => backend::Sampler::ratio(ratio).parent_based(),
    }
}

fn exceptions(config: ExceptionSignal) -> Exceptions {
    Exceptions {
        as_events: matches!(config, ExceptionSignal::Events | ExceptionSignal::Both),
        as_logs: matches!(config, ExceptionSignal::Logs | ExceptionSignal::Both),
    }
}

fn limits(config: &SpanLimits) -> Limits {
    Limits {
        attributes: config.attributes as usize,
        events: config.events as usize,
        links: config.links as usize,
        value_length: config.attribute_value_length.map(|length| length as usize),
    }
}
