//! The parents that a span can have.

use super::{SpanContext, SpanHandle, SpanReference};

/// A value that names a span: a parent for `#[observe(parent = ..)]`, or one of `links = ..`.
///
/// Implemented for [`SpanContext`], [`SpanHandle`](super::SpanHandle),
/// [`PropagatedContext`](crate::propagation::PropagatedContext), references to them and `Option` of them, and, in
/// a build with `otel`, for OpenTelemetry's `Context` and `SpanContext`, whose trace state is kept. `None` and a context
/// that is not [valid](SpanContext::is_valid) name nothing: the span is made as if no parent had been given.
///
/// A message, a job or a request that knows where it comes from can implement it too:
///
/// ```
/// use hyperion::{AsSpanContext, SpanContext, observe};
///
/// struct Job {
///     id: u64,
///     /// `hyperion::current().context()` where the job was queued.
///     queued_by: SpanContext,
/// }
///
/// impl AsSpanContext for Job {
///     fn as_span_context(&self) -> SpanContext {
///         self.queued_by.clone()
///     }
/// }
///
/// #[observe(parent = job)]
/// fn run(job: &Job) {}
/// # run(&Job { id: 1, queued_by: hyperion::current().context() });
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not name a span",
    label = "expected a `SpanContext`",
    note = "give a `hyperion::SpanContext`, a `hyperion::SpanHandle`, OpenTelemetry's `Context` or `SpanContext`, or an \
            `Option` of one of them",
    note = "the headers of a request are read with `hyperion::propagation::extract(&headers)`",
    note = "a `traceparent` header is read with `text.parse::<hyperion::SpanContext>().ok()`",
    note = "or implement `hyperion::AsSpanContext` for `{Self}`"
)]
pub trait AsSpanContext {
    /// The name of the span, or [`SpanContext::INVALID`] if there is none.
    fn as_span_context(&self) -> SpanContext;

    /// The same, with all that OpenTelemetry knows of it.
    #[doc(hidden)]
    fn __reference(&self) -> SpanReference {
        SpanReference::of(&self.as_span_context())
    }
}

impl AsSpanContext for SpanContext {
    fn as_span_context(&self) -> SpanContext {
        self.clone()
    }
}

impl AsSpanContext for SpanHandle {
    fn as_span_context(&self) -> SpanContext {
        self.context()
    }

    fn __reference(&self) -> SpanReference {
        self.reference()
    }
}

impl<T: AsSpanContext + ?Sized> AsSpanContext for &T {
    fn as_span_context(&self) -> SpanContext {
        (**self).as_span_context()
    }

    fn __reference(&self) -> SpanReference {
        (**self).__reference()
    }
}

impl<T: AsSpanContext> AsSpanContext for Option<T> {
    fn as_span_context(&self) -> SpanContext {
        self.as_ref()
            .map_or(SpanContext::INVALID, T::as_span_context)
    }

    fn __reference(&self) -> SpanReference {
        self.as_ref()
            .map_or_else(SpanReference::none, T::__reference)
    }
}
