//! Reading what the page shows.
//!
//! Instruments call user code when they are read, which may panic or hang. Each source is therefore read on a thread of
//! its own and at most once at a time, and one that does not answer is missing from the page instead of taking the
//! others with it.

use std::sync::Arc;

use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::metrics::data::ResourceMetrics;
use opentelemetry_sdk::metrics::reader::MetricReader as _;

use super::assembly::Assembly;
use super::exposition::Exposition;
use super::gate::{Gate, WorkError};
use super::limits::Limits;
use super::naming::Prefix;
use crate::bridge::{self, Bridged, MetricSource};
use crate::export::Reader;
use hyperion_runtime::backend::diagnostics;
use hyperion_runtime::metrics::snapshot::Snapshot;

/// The native metrics, those of the OpenTelemetry API, and those of other libraries.
pub(super) struct Sources {
    prefix: Prefix,
    with_scopes: bool,
    native: Arc<dyn Fn() -> Snapshot + Send + Sync>,
    native_gate: Gate,
    sdk: Reader,
    sdk_gate: Gate,
    bridged: Vec<(Arc<dyn MetricSource>, Gate)>,
}

impl Sources {
    pub(super) fn new(
        prefix: Prefix,
        with_scopes: bool,
        native: Arc<dyn Fn() -> Snapshot + Send + Sync>,
        sdk: Reader,
        bridged: bridge::Sources,
    ) -> Self {
        Self {
            prefix,
            with_scopes,
            native,
            native_gate: Gate::default(),
            sdk,
            sdk_gate: Gate::default(),
            bridged: bridged
                .into_iter()
                .map(|source| (source, Gate::default()))
                .collect(),
        }
    }

    /// Everything that can be read now; without native metrics there is no page.
    pub(super) async fn read(&self, limits: Limits) -> Result<Exposition, WorkError> {
        let native = Arc::clone(&self.native);
        let native = self
            .native_gate
            .pass(limits.native, move || native())
            .await?;
        let mut assembly = Assembly::new(&self.prefix).with_scopes(self.with_scopes);
        assembly.native(&native);

        let sdk = self.sdk.clone();
        let collect = move || {
            let mut metrics = ResourceMetrics::default();
            let result: OTelSdkResult = sdk.collect(&mut metrics);
            result.map(|()| metrics)
        };
        let missing = match self.sdk_gate.pass(limits.callbacks, collect).await {
            Ok(Ok(metrics)) => {
                assembly.sdk(&metrics);
                None
            }
            Ok(Err(error)) => Some(error.to_string()),
            Err(error) => Some(error.to_string()),
        };
        if let Some(reason) = missing {
            assembly.leave_out(format!(
                "the instruments of the OpenTelemetry API: {reason}"
            ));
        }
        let Bridged { families, left_out } = self.read_bridged(limits).await;
        assembly.bridged(&families);
        for reason in left_out {
            assembly.leave_out(reason);
        }
        let exposition = assembly.finish();
        if let Some(reason) = exposition.left_out.first() {
            // The format that Prometheus asks for has no place for it.
            diagnostics::warn_once(
                "metrics.left_out",
                format_args!(
                    "Prometheus is not shown every metric: {reason}; all that is missing stands at the top of the \
                     page in a browser"
                ),
            );
        }
        Ok(exposition)
    }

    /// Reads the sources of other libraries at the same time, so that one which hangs takes none of the others' time.
    async fn read_bridged(&self, limits: Limits) -> Bridged {
        let read = |(source, gate): &(Arc<dyn MetricSource>, Gate)| {
            let (source, gate) = (Arc::clone(source), gate.clone());
            tokio::spawn(async move {
                let families = move || source.families();
                gate.pass(limits.callbacks, families).await
            })
        };
        let reads: Vec<_> = self.bridged.iter().map(read).collect();
        let mut answers = Vec::new();
        for read in reads {
            let answer = read.await.map_err(|error| error.to_string());
            answers.push(answer.and_then(|read| read.map_err(|error| error.to_string())));
        }
        Bridged::of(answers)
    }
}
