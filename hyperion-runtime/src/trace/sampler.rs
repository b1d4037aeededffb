//! The decision which traces are recorded, made when their spans start.

use opentelemetry::trace::TraceId;

/// A rule for the traces that are recorded: the [samplers] of the specification.
///
/// The parent-based ones do what the caller decided, if it decided, so that a trace is whole or absent. Ratios are
/// between 0.0, nothing, and 1.0, everything.
///
/// [samplers]: https://opentelemetry.io/docs/specs/otel/trace/sdk/#sampling
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Sampler {
    /// `always_on`
    AlwaysOn,
    /// `always_off`
    AlwaysOff,
    /// `traceidratio`
    Ratio(f64),
    /// `parentbased_always_on`, the default.
    ParentBasedAlwaysOn,
    /// `parentbased_always_off`
    ParentBasedAlwaysOff,
    /// `parentbased_traceidratio`
    ParentBasedRatio(f64),
}

impl Sampler {
    /// Returns true if a span does what its parent decided.
    #[inline]
    pub(crate) fn is_parent_based(&self) -> bool {
        matches!(
            self,
            Self::ParentBasedAlwaysOn | Self::ParentBasedAlwaysOff | Self::ParentBasedRatio(_)
        )
    }

    /// Returns true if a span in this trace is recorded; its parent, if it has one, is sampled or not.
    #[inline]
    pub(crate) fn records(&self, parent_is_sampled: Option<bool>, trace_id: TraceId) -> bool {
        match parent_is_sampled {
            Some(is_sampled) if self.is_parent_based() => is_sampled,
            _ => match *self {
                Self::AlwaysOn | Self::ParentBasedAlwaysOn => true,
                Self::AlwaysOff | Self::ParentBasedAlwaysOff => false,
                Self::Ratio(ratio) | Self::ParentBasedRatio(ratio) => is_below(ratio, trace_id),
            },
        }
    }
}

/// Returns true for this part of all trace ids. OpenTelemetry's own samplers draw the same line, so that services agree about
/// a trace.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "a bound: what is negative becomes 0, and 1.0 the end of 63 bits"
)]
fn is_below(ratio: f64, trace_id: TraceId) -> bool {
    let [_, _, _, _, _, _, _, _, low @ ..] = trace_id.to_bytes();
    u64::from_be_bytes(low) >> 1 < (ratio * (1u64 << 63) as f64) as u64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trace::random;

    #[test]
    fn a_ratio_records_about_that_part_of_the_traces() {
        let sampler = Sampler::Ratio(0.25);
        let recorded = (0..40_000)
            .filter(|_| sampler.records(None, random::trace_id()))
            .count();
        assert!((9_000..11_000).contains(&recorded), "{recorded} of 40000");
    }

    #[test]
    fn a_trace_gets_the_answer_of_opentelemetrys_sampler() {
        use opentelemetry::trace::SpanKind;
        use opentelemetry_sdk::trace::{SamplingDecision, ShouldSample};
        for ratio in [0.0, 0.001, 0.1, 0.5, 0.999, 1.0] {
            let theirs = opentelemetry_sdk::trace::Sampler::TraceIdRatioBased(ratio);
            for _ in 0..1_000 {
                let id = random::trace_id();
                let expected = theirs
                    .should_sample(None, id, "", &SpanKind::Internal, &[], &[])
                    .decision
                    == SamplingDecision::RecordAndSample;
                assert_eq!(
                    Sampler::Ratio(ratio).records(None, id),
                    expected,
                    "{id} at {ratio}"
                );
            }
        }
    }

    #[test]
    fn a_parent_decides_for_its_children() {
        let id = random::trace_id();
        let on = Sampler::ParentBasedAlwaysOn;
        let off = Sampler::ParentBasedAlwaysOff;
        assert!(!on.records(Some(false), id));
        assert!(off.records(Some(true), id));
        assert!(on.records(None, id) && !off.records(None, id));
        assert!(Sampler::AlwaysOn.records(Some(false), id));
    }
}
