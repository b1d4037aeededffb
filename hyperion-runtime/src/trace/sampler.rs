//! Whether a trace is recorded, decided when its spans start.

use super::parent::ParentSpan;
use opentelemetry::trace::TraceId;

/// Decides for each new span whether it is recorded ([Trace SDK, Sampling]).
///
/// [Trace SDK, Sampling]: https://opentelemetry.io/docs/specs/otel/trace/sdk/#sampling
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sampler {
    root: Root,
    parent_based: bool,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Root {
    On,
    Off,
    /// Trace ids whose lower 63 bits are below this are recorded.
    Below(u64),
}

impl Sampler {
    /// Records every trace.
    pub const fn always_on() -> Self {
        Self {
            root: Root::On,
            parent_based: false,
        }
    }

    /// Records no trace.
    pub const fn always_off() -> Self {
        Self {
            root: Root::Off,
            parent_based: false,
        }
    }

    /// Records this part of all traces, 0.0 to 1.0; values outside are brought to the nearer end.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_precision_loss,
        clippy::cast_sign_loss,
        reason = "the product is positive, below 2^63 and a bound"
    )]
    pub fn ratio(ratio: f64) -> Self {
        let root = if ratio >= 1.0 {
            Root::On
        } else if ratio > 0.0 {
            // The same bound as OpenTelemetry's own samplers use, so that services agree about a trace.
            Root::Below((ratio * (1u64 << 63) as f64) as u64)
        } else {
            Root::Off
        };
        Self {
            root,
            parent_based: false,
        }
    }

    /// Follows the parent's decision and asks `self` only about spans without one.
    pub const fn parent_based(self) -> Self {
        Self {
            parent_based: true,
            ..self
        }
    }

    /// Returns true if a span under `parent` in this trace is recorded.
    #[inline]
    pub fn records(&self, parent: Option<&ParentSpan>, trace_id: TraceId) -> bool {
        if let (true, Some(parent)) = (self.parent_based, parent) {
            return parent.flags.is_sampled();
        }
        match self.root {
            Root::On => true,
            Root::Off => false,
            Root::Below(bound) => {
                let [_, _, _, _, _, _, _, _, low @ ..] = trace_id.to_bytes();
                u64::from_be_bytes(low) >> 1 < bound
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random;
    use opentelemetry::trace::{SpanId, TraceFlags, TraceState};

    fn parent(flags: TraceFlags) -> ParentSpan {
        ParentSpan {
            trace_id: TraceId::from(1u128),
            span_id: SpanId::from(1u64),
            flags,
            is_remote: true,
            trace_state: TraceState::NONE,
        }
    }

    #[test]
    fn a_ratio_records_about_that_part_of_the_traces() {
        let sampler = Sampler::ratio(0.25);
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
                    Sampler::ratio(ratio).records(None, id),
                    expected,
                    "{id} at {ratio}"
                );
            }
        }
    }

    #[test]
    fn a_parent_decides_for_its_children() {
        let id = random::trace_id();
        let on = Sampler::always_on().parent_based();
        let off = Sampler::always_off().parent_based();
        assert!(!on.records(Some(&parent(TraceFlags::NOT_SAMPLED)), id));
        assert!(off.records(Some(&parent(TraceFlags::SAMPLED)), id));
        assert!(on.records(None, id) && !off.records(None, id));
        assert!(Sampler::always_on().records(Some(&parent(TraceFlags::NOT_SAMPLED)), id));
    }
}
