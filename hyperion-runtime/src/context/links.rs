//! The spans that a span is linked to.

use super::{AsSpanContext, SpanContext, SpanHandle, SpanReference};

/// Any number of spans, for `#[observe(links = ..)]`.
///
/// That is everything that can be iterated over and gives what [names a span](AsSpanContext): arrays, slices, `Vec`,
/// `Option`, iterators. A single [`SpanContext`] or [`SpanHandle`] will do as well; what else names a single span is put
/// into an array, `links = [job]`. Whatever names nothing is left out.
///
/// ```
/// use hyperion::{SpanContext, observe};
///
/// #[observe(links = batch.iter().map(|(_, sender)| sender))]
/// fn store(batch: &[(u64, SpanContext)]) {}
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not name spans to link to",
    label = "expected spans",
    note = "give a `hyperion::SpanContext`, or an array, slice, `Vec`, `Option` or iterator of what names a span",
    note = "what implements `hyperion::AsSpanContext` itself is put into an array: `links = [value]`"
)]
pub trait Links {
    /// Each of them, with all that OpenTelemetry knows of it.
    #[doc(hidden)]
    fn __references(self) -> impl Iterator<Item = SpanReference>;
}

impl<I> Links for I
where
    I: IntoIterator,
    I::Item: AsSpanContext,
{
    fn __references(self) -> impl Iterator<Item = SpanReference> {
        self.into_iter().map(|span| span.__reference())
    }
}

/// Makes one span a list of links.
macro_rules! link_to_one {
    ($($span:ty),+) => {$(
        impl $crate::context::Links for $span {
            fn __references(self) -> impl Iterator<Item = $crate::context::SpanReference> {
                std::iter::once(self.__reference())
            }
        }
    )+};
}
pub(crate) use link_to_one;

link_to_one!(SpanContext, &SpanContext, SpanHandle, &SpanHandle);
