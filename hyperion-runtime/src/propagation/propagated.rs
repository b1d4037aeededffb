//! The context of a call as other services get it.

use super::Carried;
use crate::context::{AsSpanContext, SpanContext, SpanReference, link_to_one};
use std::time::{Duration, SystemTime};

/// The context of a call as other services get it: the name of its span, and its baggage.
///
/// It is what [`extract`](super::extract) reads, and a parent for `#[observe(parent = ..)]` and `span!`. A job that waits in a
/// queue holds one for whoever will do it:
///
/// ```
/// use hyperion::{observe, propagation::PropagatedContext};
///
/// struct Job {
///     id: u64,
///     queued_by: PropagatedContext,
/// }
///
/// #[observe(kind = producer)]
/// fn queue(id: u64) -> Job {
///     Job { id, queued_by: PropagatedContext::current() }
/// }
///
/// #[observe(kind = consumer, parent = job.queued_by, fields(job.id = job.id, queue.wait = job.queued_by.age()))]
/// fn run(job: Job) {}
///
/// #[observe(kind = consumer, links = batch.iter().map(|job| &job.queued_by))]
/// fn run_batch(batch: &[Job]) {}
/// # run_batch(&[queue(1), queue(2)]);
/// # run(queue(7));
/// ```
///
/// With the feature `serde` it is written and read as the headers of W3C Trace Context and W3C Baggage, whichever others
/// the program uses: `{"traceparent": "00-..", "tracestate": "..", "baggage": "..", "time_unix_nano": ".."}`, each of them only where
/// there is one.
/// What cannot be understood of them is ignored, so that no message is lost for it. Baggage needs telemetry that is installed.
#[derive(Clone, Debug, Default)]
pub struct PropagatedContext {
    pub(super) span: SpanContext,
    pub(super) carried: Carried,
    /// The moment at which it was current.
    pub(super) taken: Option<SystemTime>,
}

impl PropagatedContext {
    /// The context of nobody: it names no span and has no baggage, and as a parent it leaves a span where it would have been.
    pub const EMPTY: Self = Self {
        span: SpanContext::INVALID,
        carried: Carried::NOTHING,
        taken: None,
    };

    pub(super) const fn new(span: SpanContext, carried: Carried) -> Self {
        Self {
            span,
            carried,
            taken: None,
        }
    }

    /// The span; [`SpanContext::INVALID`] for none.
    pub fn span_context(&self) -> &SpanContext {
        &self.span
    }

    /// The value of a key of the baggage.
    pub fn baggage(&self, key: &str) -> Option<&str> {
        self.carried.baggage(key)
    }

    /// The time since [`current`](Self::current) was asked for it: how long a job has waited in its queue, as an attribute or for a
    /// histogram of seconds. `None` where that is not known, as for what [`extract`](super::extract) reads.
    ///
    /// It is measured by two wall clocks, of two machines where the job went to another. A moment that seems to be still to
    /// come is now.
    pub fn age(&self) -> Option<Duration> {
        let elapsed = self.taken?.elapsed();
        Some(elapsed.unwrap_or_default())
    }

    /// Returns true if it says nothing: no span is named, and there is no baggage.
    pub fn is_empty(&self) -> bool {
        !self.span.is_valid() && self.carried.is_nothing()
    }
}

/// A span that is known by its name, without baggage.
impl From<SpanContext> for PropagatedContext {
    fn from(span: SpanContext) -> Self {
        Self::new(span, Carried::NOTHING)
    }
}

impl AsSpanContext for PropagatedContext {
    fn as_span_context(&self) -> SpanContext {
        self.span.clone()
    }

    fn __reference(&self) -> SpanReference {
        self.carried.reference(&self.span)
    }
}

link_to_one!(PropagatedContext, &PropagatedContext);
