//! Reading what the page shows.
//!
//! Instruments call user code when they are read, which may panic or hang. Each source is therefore read on a thread of
//! its own and at most once at a time, and one that does not answer is missing from the page instead of taking the
//! others with it.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use opentelemetry::Context;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::metrics::data::ResourceMetrics;
use opentelemetry_sdk::metrics::reader::MetricReader as _;
use tokio::sync::Semaphore;
use tokio::time::timeout;

use super::exposition::{Assembly, Exposition};
use super::naming::Prefix;
use super::server::Limits;
use crate::export::Reader;
use crate::export::panic_message;
use crate::metrics::snapshot::Snapshot;

/// The native metrics and those of the OpenTelemetry API.
pub(super) struct Sources {
    prefix: Prefix,
    native: Arc<dyn Fn() -> Snapshot + Send + Sync>,
    native_gate: Gate,
    sdk: Reader,
    sdk_gate: Gate,
}

/// Why a source has no answer.
pub(super) enum Unread {
    TimedOut(Duration),
    Panicked(String),
}

impl Sources {
    pub(super) fn new(
        prefix: Prefix,
        native: Arc<dyn Fn() -> Snapshot + Send + Sync>,
        sdk: Reader,
    ) -> Self {
        Self {
            prefix,
            native,
            native_gate: Gate::default(),
            sdk,
            sdk_gate: Gate::default(),
        }
    }

    /// Everything that can be read now; without native metrics there is no page.
    pub(super) async fn read(&self, limits: Limits) -> Result<Exposition, Unread> {
        let native = Arc::clone(&self.native);
        let native = self
            .native_gate
            .pass(limits.native, move || native())
            .await?;
        let mut assembly = Assembly::new(&self.prefix);
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
            Err(Unread::Panicked(message)) => Some(format!("a callback panicked: {message}")),
            Err(Unread::TimedOut(after)) => {
                Some(format!("a callback did not return within {after:?}"))
            }
        };
        if let Some(reason) = missing {
            assembly.leave_out(format!(
                "the instruments of the OpenTelemetry API: {reason}"
            ));
        }
        Ok(assembly.finish())
    }
}

/// Lets one reading of a source through at a time, so that one that hangs costs a single thread.
struct Gate(Arc<Semaphore>);

impl Default for Gate {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(1)))
    }
}

impl Gate {
    async fn pass<T: Send + 'static>(
        &self,
        limit: Duration,
        read: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Unread> {
        let reading = async {
            // The permit goes with the thread, which may outlive this request.
            let permit = Arc::clone(&self.0).acquire_owned().await;
            tokio::task::spawn_blocking(move || {
                let _permit = permit;
                let _suppressed = Context::enter_telemetry_suppressed_scope();
                catch_unwind(AssertUnwindSafe(read))
                    .map_err(|payload| Unread::Panicked(panic_message(&*payload).to_owned()))
            })
            .await
            .unwrap_or_else(|error| Err(Unread::Panicked(error.to_string())))
        };
        timeout(limit, reading)
            .await
            .unwrap_or(Err(Unread::TimedOut(limit)))
    }
}
