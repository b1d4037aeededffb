//! The baggage of OpenTelemetry's context.

use crate::trace::local;
use opentelemetry::baggage::{BaggageExt, KeyValueMetadata};
use opentelemetry::{Context, ContextGuard, Key, StringValue};
use pin_project_lite::pin_project;
use std::pin::Pin;
use std::task::Poll;

/// The value of a key, if it is set here.
pub fn get(key: &str) -> Option<String> {
    read(|context| Some(context.baggage().get(key)?.as_str().to_owned())).flatten()
}

/// Every key and its value, in any order.
pub fn entries() -> Vec<(String, String)> {
    let entries = |context: &Context| {
        let entries = context.baggage().iter();
        entries
            .map(|(key, (value, _))| (key.as_str().to_owned(), value.as_str().to_owned()))
            .collect()
    };
    read(entries).unwrap_or_default()
}

/// Sets a key, on this thread until what is returned is dropped.
///
/// Asynchronous code, which changes threads, sets it [with a future](with).
///
/// ```
/// let scope = hyperion::baggage::set("tenant.id", "acme");
/// # let set = hyperion::baggage::get("tenant.id");
/// assert_eq!(set.as_deref(), Some("acme"));
/// drop(scope);
/// assert_eq!(hyperion::baggage::get("tenant.id"), None);
/// ```
pub fn set(key: impl Into<String>, value: impl Into<String>) -> Scope {
    attach(Key::new(key.into()), StringValue::from(value.into()))
}

/// `future`, with a key set whenever it is polled and when it is dropped.
///
/// ```
/// # async fn answer() {}
/// # async fn serve() {
/// hyperion::baggage::with("tenant.id", "acme", answer()).await;
/// # }
/// ```
pub fn with<F: Future>(
    key: impl Into<String>,
    value: impl Into<String>,
    future: F,
) -> WithEntry<F> {
    WithEntry {
        future: Some(future),
        key: Key::new(key.into()),
        value: StringValue::from(value.into()),
    }
}

pin_project! {
    /// A future with an entry of the baggage, from [`with`].
    #[derive(Debug)]
    #[must_use = "futures do nothing unless polled"]
    pub struct WithEntry<F> {
        // `None` while it is dropped.
        #[pin]
        future: Option<F>,
        key: Key,
        value: StringValue,
    }

    impl<F> PinnedDrop for WithEntry<F> {
        fn drop(this: Pin<&mut Self>) {
            let mut this = this.project();
            // What a future does when it is cancelled is about the same request.
            let _scope = attach(this.key.clone(), this.value.clone());
            this.future.set(None);
        }
    }
}

impl<F: Future> Future for WithEntry<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut std::task::Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        let _scope = attach(this.key.clone(), this.value.clone());
        match this.future.as_pin_mut() {
            Some(future) => future.poll(cx),
            None => Poll::Pending,
        }
    }
}

/// An entry that is set until this is dropped, from [`set`].
#[derive(Debug)]
#[must_use = "the entry is there as long as this is"]
pub struct Scope {
    _attached: Option<ContextGuard>,
}

fn read<T>(answer: impl FnOnce(&Context) -> T) -> Option<T> {
    local::is_alive().then(|| Context::map_current(answer))
}

/// Sets an entry. Of the limits, which drop the last, the others have the benefit.
fn attach(key: Key, value: StringValue) -> Scope {
    // A thread that is ending has lost its context.
    let attached = local::is_alive().then(|| {
        let around = Context::current();
        let known = around.baggage().iter().map(|(key, (value, metadata))| {
            KeyValueMetadata::new(key.clone(), value.clone(), metadata.clone())
        });
        let entry = KeyValueMetadata::new(key, value, "");
        around.with_baggage(known.chain([entry])).attach()
    });
    Scope {
        _attached: attached,
    }
}
