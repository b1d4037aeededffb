//! Remarks on the span that the thread is in, without the way through OpenTelemetry's context.

use super::{ActiveSpan, Remark, with_current};
use crate::lock::lock;
use opentelemetry::trace::SpanId;

/// Whether the thread is in the open span `span`, and not in one below it.
#[inline]
pub(crate) fn is_in(span: SpanId) -> bool {
    let mut answer = false;
    with_current(|current| answer = current.record.span_id == span);
    answer
}

/// Applies `remark` to the open span `span` if the thread is in it, or else gives the remark back.
pub(crate) fn remark(span: SpanId, remark: Remark) -> Option<Remark> {
    let mut left = Some(remark);
    with_current(|current| {
        if current.record.span_id == span
            && let Some(remark) = left.take()
        {
            current.hear();
            let limits = current.limits();
            remark.apply(&mut current.record, limits);
        }
    });
    left
}

impl ActiveSpan {
    /// Applies what was said by way of the context, so that what is said later also counts as later.
    fn hear(&mut self) {
        let mut said = lock(&self.remarks.said);
        let list = std::mem::take(&mut said.list);
        drop(said);
        for remark in list {
            remark.apply(&mut self.record, &self.recorder.limits);
        }
    }
}
