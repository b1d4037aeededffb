//! Work that runs elsewhere, in the context of who asked for it.

use super::handle::{SpanHandle, current};
use pin_project_lite::pin_project;
use std::pin::Pin;
use std::task::Poll;

/// `future`, in the context that is current now, wherever and whenever it is polled and dropped.
///
/// The spans that it makes hang under the span that is current now, also when that has ended meanwhile, and see its
/// baggage. It is for futures that are handed to somebody else, such as a runtime or a `JoinSet`:
///
/// ```
/// # async fn send() {}
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let mut tasks = tokio::task::JoinSet::new();
/// tasks.spawn(hyperion::in_current_context(send()));
/// # tasks.join_all().await;
/// # }
/// ```
pub fn in_current_context<F: Future>(future: F) -> InContext<F> {
    InContext {
        future: Some(future),
        place: current(),
    }
}

/// `work`, in the context that is current now, on whichever thread it is called.
///
/// ```
/// let thread = std::thread::spawn(hyperion::with_current_context(|| 7));
/// # assert_eq!(thread.join().ok(), Some(7));
/// ```
///
/// Work that is called many times at once runs [in the scope](super::SpanHandle::in_scope) of a handle instead.
pub fn with_current_context<F, R>(work: F) -> impl FnOnce() -> R + use<F, R>
where
    F: FnOnce() -> R,
{
    let place = current();
    move || place.in_scope(work)
}

pin_project! {
    /// A future in the context that was current when [`in_current_context`] was called.
    #[derive(Debug)]
    #[must_use = "futures do nothing unless polled"]
    pub struct InContext<F> {
        // `None` while it is dropped.
        #[pin]
        future: Option<F>,
        place: SpanHandle,
    }

    impl<F> PinnedDrop for InContext<F> {
        fn drop(this: Pin<&mut Self>) {
            let mut this = this.project();
            // What a future does when it is cancelled belongs where the rest of it did.
            this.place.in_scope(|| this.future.set(None));
        }
    }
}

impl<F: Future> Future for InContext<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut std::task::Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        this.place.in_scope(|| match this.future.as_pin_mut() {
            Some(future) => future.poll(cx),
            None => Poll::Pending,
        })
    }
}
