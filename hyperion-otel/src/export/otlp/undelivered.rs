//! Deltas of the OpenTelemetry SDK that did not arrive: it forgets them as it hands them out.

use std::collections::VecDeque;

use opentelemetry_proto::tonic::metrics::v1::metric::Data;
use opentelemetry_proto::tonic::metrics::v1::{AggregationTemporality, Metric, ScopeMetrics};

use hyperion_runtime::metrics::snapshot::{self, Family, NumberPoint, NumberValue};

/// The most points that wait, as many as a gRPC server takes in one request of the usual 4 MiB.
const MOST_POINTS: usize = 10_000;

/// The metrics that wait to be sent again, each export with the times that it covers, and how much was lost.
#[derive(Default)]
pub(super) struct Undelivered {
    waiting: VecDeque<ScopeMetrics>,
    lost: u64,
}

impl Undelivered {
    /// The metrics to send with the next export, oldest first.
    pub(super) fn waiting(&self) -> impl Iterator<Item = &ScopeMetrics> {
        self.waiting.iter()
    }

    /// Keeps the deltas among `scopes` for the next export. Answers how many points there is no room for; the oldest go.
    pub(super) fn keep(&mut self, scopes: impl Iterator<Item = ScopeMetrics>) -> usize {
        self.waiting.extend(scopes.filter_map(deltas));
        let mut points: usize = self.waiting.iter().map(points).sum();
        let mut dropped = 0;
        while points > MOST_POINTS {
            let Some(oldest) = self.waiting.pop_front() else {
                break;
            };
            let gone = self::points(&oldest);
            points -= gone;
            dropped += gone;
        }
        self.lose(dropped);
        dropped
    }

    /// Forgets what waited: it has arrived.
    pub(super) fn arrived(&mut self) {
        self.waiting.clear();
    }

    /// Counts what waited, and the deltas among `scopes`, as lost: they will never be taken. Answers how many points that is.
    pub(super) fn give_up(&mut self, scopes: impl Iterator<Item = ScopeMetrics>) -> usize {
        let gone = self.waiting.drain(..).chain(scopes.filter_map(deltas));
        let gone = gone.map(|scope| points(&scope)).sum();
        self.lose(gone);
        gone
    }

    /// Counts points that were lost.
    pub(super) fn lose(&mut self, points: usize) {
        self.lost = self
            .lost
            .saturating_add(u64::try_from(points).unwrap_or(u64::MAX));
    }

    /// The losses, as a metric.
    pub(super) fn losses(&self) -> Family {
        let point = NumberPoint {
            labels: Vec::new(),
            start: None,
            value: NumberValue::U64(self.lost),
            exemplar: None,
        };
        Family {
            name: "hyperion.metrics.dropped".into(),
            description:
                "Points of metrics that did not arrive and that no later export makes up for."
                    .into(),
            unit: "{point}".into(),
            asynchronous: false,
            library: None,
            data: snapshot::Data::Counter(vec![point]),
        }
    }
}

/// The deltas of a scope. Everything else comes again with the next export.
fn deltas(mut scope: ScopeMetrics) -> Option<ScopeMetrics> {
    scope.metrics.retain(|metric| {
        let temporality = match &metric.data {
            Some(Data::Sum(sum)) => sum.aggregation_temporality,
            Some(Data::Histogram(histogram)) => histogram.aggregation_temporality,
            Some(Data::ExponentialHistogram(histogram)) => histogram.aggregation_temporality,
            _ => return false,
        };
        temporality == i32::from(AggregationTemporality::Delta)
    });
    (!scope.metrics.is_empty()).then_some(scope)
}

fn points(scope: &ScopeMetrics) -> usize {
    let of = |metric: &Metric| match &metric.data {
        Some(Data::Sum(sum)) => sum.data_points.len(),
        Some(Data::Histogram(histogram)) => histogram.data_points.len(),
        Some(Data::ExponentialHistogram(histogram)) => histogram.data_points.len(),
        _ => 0,
    };
    scope.metrics.iter().map(of).sum()
}
