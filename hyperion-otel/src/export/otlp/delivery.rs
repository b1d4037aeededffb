//! The content of a request of metrics, and the consequences of its outcome.

use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::metrics::v1::{
    AggregationTemporality, ResourceMetrics, ScopeMetrics,
};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::metrics::Temporality;
use opentelemetry_sdk::metrics::data::ResourceMetrics as SdkMetrics;

use super::baseline::Baseline;
use super::encode::{self, temporality};
use super::undelivered::Undelivered;
use crate::export::ExportError;
use hyperion_runtime::metrics::snapshot::{Family, Snapshot};

/// The state between exports. Cumulative metrics need none, but for the time of their exemplars.
///
/// A delta that did not arrive is sent again, so that nothing is lost: a native one inside the next difference, one of
/// the SDK beside the next one. If a server took a request and its answer was lost, it gets these values twice.
pub(super) struct Delivery {
    resource: Resource,
    preference: Temporality,
    baseline: Baseline,
    undelivered: Undelivered,
}

impl Delivery {
    pub(super) fn new(resource: Resource, preference: Temporality) -> Self {
        Self {
            resource,
            preference,
            baseline: Baseline::default(),
            undelivered: Undelivered::default(),
        }
    }

    pub(super) fn preference(&self) -> Temporality {
        self.preference
    }

    /// One request with the native metrics and those of the SDK, or nothing when there is nothing to say.
    pub(super) fn request(
        &self,
        native: &Snapshot,
        sdk: &SdkMetrics,
    ) -> Option<ExportMetricsServiceRequest> {
        let losses = self.losses();
        let families = native.families.iter().chain(&losses);
        let mut scope_metrics =
            encode::native_metrics(native.time, families, self.preference, &self.baseline);
        scope_metrics.extend(self.undelivered.waiting().cloned());
        scope_metrics.extend(sdk.scope_metrics().map(ScopeMetrics::from));
        if scope_metrics.is_empty() {
            return None;
        }
        let resource_metrics = ResourceMetrics {
            resource: Some((&self.resource).into()),
            scope_metrics,
            schema_url: self.resource.schema_url().unwrap_or_default().to_owned(),
        };
        Some(ExportMetricsServiceRequest {
            resource_metrics: vec![resource_metrics],
        })
    }

    /// Remembers what arrived and what did not. The error, if there is one, tells what is lost for good.
    pub(super) fn settle(
        &mut self,
        native: &Snapshot,
        sdk: &SdkMetrics,
        outcome: Result<(), ExportError>,
    ) -> Result<(), ExportError> {
        let rejected = match &outcome {
            Ok(()) => 0,
            Err(error) => match error.rejected() {
                Some(rejected) => rejected,
                None => return self.failed(sdk, error),
            },
        };
        let losses = self.losses();
        let deltas =
            native.families.iter().chain(&losses).filter(|family| {
                temporality(family, self.preference) == AggregationTemporality::Delta
            });
        self.baseline.arrived(native.time, deltas);
        self.undelivered.arrived();
        // What was rejected must not be sent again; the next request tells how much it was.
        self.undelivered
            .lose(usize::try_from(rejected).unwrap_or(usize::MAX));
        outcome
    }

    fn failed(&mut self, sdk: &SdkMetrics, error: &ExportError) -> Result<(), ExportError> {
        let scopes = sdk.scope_metrics().map(ScopeMetrics::from);
        // What a server will never take would have it refuse every later request, too.
        let lost = if error.is_retryable() {
            self.undelivered.keep(scopes)
        } else {
            self.undelivered.give_up(scopes)
        };
        if lost == 0 {
            return Err(error.clone());
        }
        let message = format!(
            "{error}; {lost} points of instruments of the OpenTelemetry API are lost, which forget what they counted"
        );
        Err(ExportError {
            message: message.into(),
            ..error.clone()
        })
    }

    /// With cumulative metrics every export makes up for the one before.
    fn losses(&self) -> Option<Family> {
        (self.preference != Temporality::Cumulative).then(|| self.undelivered.losses())
    }
}
