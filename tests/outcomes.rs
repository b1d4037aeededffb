//! The outcome of a call, on its span and in its metric, of which the caller notices nothing.

mod support;

use hyperion::observe;
use opentelemetry::trace::Status;
use opentelemetry_sdk::trace::SpanData;
use std::fmt;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::task::{Context, Poll, Waker};
use support::{attribute, kept, span, spans_in, spans_in_async, text};

#[derive(Debug, PartialEq)]
struct Refused(&'static str, Option<Box<Refused>>);

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "refused: {}", self.0)
    }
}

impl std::error::Error for Refused {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.1.as_deref().map(|source| source as _)
    }
}

type Answer<T> = Result<T, Refused>;

fn refused() -> Refused {
    Refused("no money", Some(Box::new(Refused("empty account", None))))
}

#[observe(component = "Sync")]
fn sync(succeeds: bool) -> Answer<u32> {
    if !succeeds {
        return Err(refused());
    }
    Ok(1)
}

#[observe(component = "Async")]
async fn asynchronous(succeeds: bool) -> Answer<u32> {
    tokio::task::yield_now().await;
    if !succeeds {
        Err(refused())?;
    }
    Ok(1)
}

fn assert_failed(span: &SpanData) {
    assert_eq!(span.status, Status::error("refused: no money"));
    assert_eq!(text(span, "error.type"), "outcomes::Refused");
    assert_eq!(text(span, "outcome"), "error");
    let [event] = span.events.events.as_slice() else {
        panic!("one event: {:?}", span.events)
    };
    assert_eq!(event.name, "exception");
    let of_event = |key: &str| {
        let attribute = event
            .attributes
            .iter()
            .find(|attribute| attribute.key.as_str() == key);
        attribute
            .map(|attribute| attribute.value.to_string())
            .unwrap_or_default()
    };
    assert_eq!(of_event("exception.type"), "outcomes::Refused");
    assert_eq!(of_event("exception.message"), "refused: no money");
    assert_eq!(
        of_event("exception.stacktrace"),
        "refused: no money\n\nCaused by:\n    0: refused: empty account"
    );
}

#[test]
fn a_call_that_goes_well_leaves_no_mark() {
    let (output, spans) = spans_in(|| sync(true));
    assert_eq!(output, Ok(1));
    let span = span(&spans, "Sync.sync");
    assert_eq!(span.status, Status::Unset);
    assert!(attribute(span, "error.type").is_none() && span.events.is_empty());
    assert!(kept().count("Sync", "sync", "ok") > 0);
}

#[tokio::test]
async fn an_error_is_recorded_and_returned() {
    let (output, spans) = spans_in(|| sync(false));
    assert_eq!(output, Err(refused()));
    assert_failed(span(&spans, "Sync.sync"));
    let (output, spans) = spans_in_async(asynchronous(false)).await;
    assert_eq!(output, Err(refused()));
    assert_failed(span(&spans, "Async.asynchronous"));
    for (component, method) in [("Sync", "sync"), ("Async", "asynchronous")] {
        let [point] = &kept().calls(component, method, "error")[..] else {
            panic!("one series")
        };
        assert!(
            point
                .labels
                .contains(&("error.type".into(), "outcomes::Refused".into())),
            "{:?}",
            point.labels
        );
        assert!(point.count() > 0 && point.sum > 0.0);
    }
}

#[tokio::test]
async fn an_asynchronous_call_that_goes_well_leaves_no_mark() {
    let (output, spans) = spans_in_async(asynchronous(true)).await;
    assert_eq!(output, Ok(1));
    assert_eq!(span(&spans, "Async.asynchronous").status, Status::Unset);
}

#[test]
fn errors_of_every_kind_are_told() {
    #[observe]
    fn text_error() -> Result<(), String> {
        Err("plain text".into())
    }
    #[observe]
    fn boxed() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
        Err("boxed".into())
    }
    #[observe]
    fn opaque() -> Result<(), [u8; 2]> {
        Err([1, 2])
    }
    let ((), spans) = spans_in(|| {
        let _ = text_error();
        let _ = boxed();
        let _ = opaque();
    });
    let of = |name: &str| spans.iter().find(|span| span.name.ends_with(name)).unwrap();
    assert_eq!(of("text_error").status, Status::error("plain text"));
    assert_eq!(
        text(of("text_error"), "error.type"),
        "alloc::string::String"
    );
    assert_eq!(of("boxed").status, Status::error("boxed"));
    assert_eq!(of("opaque").status, Status::error(""));
    assert_eq!(text(of("opaque"), "error.type"), "[u8; 2]");
}

#[test]
fn an_error_that_panics_when_it_is_shown_is_still_an_error() {
    #[derive(Debug)]
    struct Bad;
    impl fmt::Display for Bad {
        fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
            panic!("in Display")
        }
    }
    #[observe(component = "Bad")]
    fn fails() -> Result<(), Bad> {
        Err(Bad)
    }
    let (output, spans) = spans_in(fails);
    assert!(output.is_err());
    assert_eq!(
        span(&spans, "Bad.fails").status,
        Status::error("<panicked while it was formatted>")
    );
}

#[observe(component = "Panics")]
fn panics_with_value() -> u32 {
    std::panic::panic_any(41u32)
}

#[observe(component = "Panics")]
fn panics_without_value() {
    std::panic::panic_any(42u32);
}

#[observe(component = "Panics")]
async fn panics_later() -> u32 {
    tokio::task::yield_now().await;
    std::panic::panic_any(43u32)
}

fn assert_panicked(spans: &[SpanData], name: &str) {
    let span = span(spans, name);
    assert_eq!(span.status, Status::error("the call panicked"));
    assert_eq!(text(span, "error.type"), "panic");
    assert_eq!(text(span, "outcome"), "panic");
}

#[test]
fn a_panic_is_recorded_and_goes_on() {
    let payload = |call: fn()| {
        let (result, spans) = spans_in(|| catch_unwind(call));
        (
            *result
                .unwrap_err()
                .downcast::<u32>()
                .expect("the payload is the user's"),
            spans,
        )
    };
    let (value, spans) = payload(|| {
        panics_with_value();
    });
    assert_eq!(value, 41);
    assert_panicked(&spans, "Panics.panics_with_value");
    let (value, spans) = payload(panics_without_value);
    assert_eq!(value, 42);
    assert_panicked(&spans, "Panics.panics_without_value");
    assert_eq!(kept().count("Panics", "panics_with_value", "panic"), 1);
}

#[tokio::test]
async fn a_panic_of_a_future_is_recorded_and_goes_on() {
    let (result, spans) = spans_in_async(futures::FutureExt::catch_unwind(AssertUnwindSafe(
        panics_later(),
    )))
    .await;
    assert_eq!(*result.unwrap_err().downcast::<u32>().unwrap(), 43);
    assert_panicked(&spans, "Panics.panics_later");
    assert_eq!(kept().count("Panics", "panics_later", "panic"), 1);
    assert_eq!(kept().count("Panics", "panics_later", "cancelled"), 0);
}

#[test]
fn a_call_in_a_destructor_during_a_panic_has_not_panicked() {
    #[observe(component = "Destructor")]
    fn clean_up() {}
    struct CleansUp;
    impl Drop for CleansUp {
        fn drop(&mut self) {
            clean_up();
        }
    }
    let (result, spans) = spans_in(|| {
        catch_unwind(|| {
            let _guard = CleansUp;
            panic!("outer");
        })
    });
    assert!(result.is_err());
    assert_eq!(span(&spans, "Destructor.clean_up").status, Status::Unset);
}

#[test]
fn a_future_that_is_dropped_was_cancelled() {
    #[observe(component = "Cancelled")]
    async fn never() -> Answer<()> {
        std::future::pending().await
    }
    let ((), spans) = spans_in(|| {
        let mut future = Box::pin(never());
        let poll = future
            .as_mut()
            .poll(&mut Context::from_waker(Waker::noop()));
        assert_eq!(poll, Poll::Pending);
        drop(future);
    });
    let span = span(&spans, "Cancelled.never");
    assert_eq!(span.status, Status::Unset);
    assert_eq!(text(span, "outcome"), "cancelled");
    assert_eq!(kept().count("Cancelled", "never", "cancelled"), 1);
}

#[test]
fn durations_are_counted_with_every_outcome() {
    #[observe(component = "Counted")]
    fn counted(n: u32) -> Result<u32, String> {
        if n.is_multiple_of(3) {
            Err("third".into())
        } else {
            Ok(n)
        }
    }
    let threads: Vec<_> = (0..4)
        .map(|_| std::thread::spawn(|| (0..300).filter(|n| counted(*n).is_ok()).count()))
        .collect();
    kept();
    let before: u64 = threads
        .into_iter()
        .map(|thread| thread.join().unwrap() as u64)
        .sum();
    assert_eq!(before, 800);
    let counted_before =
        kept().count("Counted", "counted", "ok") + kept().count("Counted", "counted", "error");
    (0..300).for_each(|n| drop(counted(n)));
    let kept = kept();
    assert_eq!(
        kept.count("Counted", "counted", "ok") + kept.count("Counted", "counted", "error"),
        counted_before + 300
    );
}
