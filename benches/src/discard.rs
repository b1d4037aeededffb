//! Exporters that count what they get and drop it, one for each interface that the peers export through.
//!
//! Each stands behind its library's own batching, so that recording and handing over is measured and the network is not.

use fastrace::collector::{Reporter, SpanRecord};
use hyperion::export::{ExportError, MetricSink, SpanBatch, SpanSink};
use hyperion::snapshot::Snapshot;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::metrics::Temporality;
use opentelemetry_sdk::metrics::data::ResourceMetrics;
use opentelemetry_sdk::metrics::exporter::PushMetricExporter;
use opentelemetry_sdk::trace::{SpanData, SpanExporter};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

static ARRIVED: AtomicU64 = AtomicU64::new(0);

/// Returns the number of spans that have arrived at any of the exporters.
pub fn arrived() -> u64 {
    ARRIVED.load(Ordering::Relaxed)
}

fn count(spans: usize) {
    ARRIVED.fetch_add(spans as u64, Ordering::Relaxed);
}

/// Drops what it is given.
#[derive(Debug)]
pub struct Discard;

impl SpanExporter for Discard {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        count(batch.len());
        Ok(())
    }
}

impl Reporter for Discard {
    fn report(&mut self, spans: Vec<SpanRecord>) {
        count(spans.len());
    }
}

impl SpanSink for Discard {
    fn export(&mut self, batch: SpanBatch<'_>) -> Result<(), ExportError> {
        count(batch.len());
        Ok(())
    }
}

impl oxtel::sdk::trace::SpanExporter for Discard {
    fn export(
        &self,
        batch: &[oxtel::sdk::trace::SpanData],
        _: &oxtel::Resource,
    ) -> Result<(), oxtel::sdk::export::ExportError> {
        count(batch.len());
        Ok(())
    }
}

impl oxtel::sdk::metrics::MetricExporter for Discard {
    fn export(
        &self,
        _: &[oxtel::sdk::metrics::MetricFamily],
        _: &oxtel::Resource,
    ) -> Result<(), oxtel::sdk::export::ExportError> {
        Ok(())
    }
}

impl MetricSink for Discard {
    fn export(&mut self, _native: &Snapshot, _sdk: &ResourceMetrics) -> Result<(), ExportError> {
        Ok(())
    }
}

impl PushMetricExporter for Discard {
    async fn export(&self, _metrics: &ResourceMetrics) -> OTelSdkResult {
        Ok(())
    }

    fn force_flush(&self) -> OTelSdkResult {
        Ok(())
    }

    fn shutdown_with_timeout(&self, _timeout: Duration) -> OTelSdkResult {
        Ok(())
    }

    fn temporality(&self) -> Temporality {
        Temporality::Cumulative
    }
}
