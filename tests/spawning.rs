//! Work that runs elsewhere belongs to the span that asked for it.

mod support;

use hyperion::{in_current_context, observe, span, with_current_context};
use opentelemetry::Context;
use opentelemetry_sdk::trace::SpanData;
use std::future::Future;
use std::panic::{AssertUnwindSafe, UnwindSafe, catch_unwind};
use std::pin::pin;
use std::rc::Rc;
use std::task::{Poll, Waker};
use support::{id, names, span, spans_in, spans_in_async};
use tokio::sync::oneshot;
use tokio::task::JoinSet;

#[observe(component = "Work")]
async fn later(name: &'static str) -> &'static str {
    tokio::task::yield_now().await;
    now();
    name
}

#[observe(component = "Work")]
fn now() {}

#[derive(Debug, PartialEq)]
struct Tenant(&'static str);

fn tenant() -> Option<&'static str> {
    Context::map_current(|context| context.get().map(|Tenant(name)| *name))
}

/// The one child of `parent` with this name.
#[track_caller]
fn child<'a>(spans: &'a [SpanData], parent: &SpanData, name: &str) -> &'a SpanData {
    let mut children = spans
        .iter()
        .filter(|span| span.name == name && span.parent_span_id == id(parent));
    match (children.next(), children.next()) {
        (Some(child), None) => child,
        _ => panic!("one `{name}` under `{}`: {:?}", parent.name, names(spans)),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_task_belongs_to_the_span_that_spawned_it() {
    #[observe(component = "Spawn")]
    async fn spawns() {
        let tasks: Vec<_> = ["a", "b", "c"]
            .map(|name| hyperion::spawn(later(name)))
            .into();
        for (task, name) in tasks.into_iter().zip(["a", "b", "c"]) {
            assert_eq!(task.await.unwrap(), name);
        }
    }
    let ((), spans) = spans_in_async(spawns()).await;
    let parent = span(&spans, "Spawn.spawns");
    let tasks: Vec<_> = spans
        .iter()
        .filter(|span| span.name == "Work.later")
        .collect();
    assert_eq!(tasks.len(), 3);
    for task in tasks {
        assert_eq!(task.parent_span_id, id(parent));
        child(&spans, task, "Work.now");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_tasks_do_not_mix_their_spans() {
    #[observe(component = "Many")]
    async fn parent() {
        let tasks: JoinSet<_> = (0..20).map(|_| in_current_context(later("x"))).collect();
        tasks.join_all().await;
    }
    let parents = (0..8).map(|_| tokio::spawn(spans_in_async(parent())));
    for task in parents.collect::<Vec<_>>() {
        let ((), spans) = task.await.unwrap();
        let parent = span(&spans, "Many.parent");
        assert_eq!(spans.len(), 1 + 20 * 2);
        let tasks = spans
            .iter()
            .filter(|span| span.parent_span_id == id(parent));
        assert_eq!(tasks.count(), 20);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_task_outlives_the_span_that_spawned_it() {
    #[observe(component = "Outlived")]
    fn spawns() -> (oneshot::Sender<()>, tokio::task::JoinHandle<()>) {
        let (go, wait) = oneshot::channel();
        let task = hyperion::spawn(async {
            wait.await.unwrap();
            now();
        });
        (go, task)
    }
    let ((), spans) = spans_in_async(async {
        let (go, task) = spawns();
        go.send(()).unwrap();
        task.await.unwrap();
    })
    .await;
    assert_eq!(
        names(&spans),
        ["Outlived.spawns", "Work.now"],
        "in the order of their ends"
    );
    child(&spans, span(&spans, "Outlived.spawns"), "Work.now");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn blocking_work_and_threads_belong_to_the_span_as_well() {
    #[observe(component = "Blocking")]
    async fn spawns() -> u8 {
        let blocking = hyperion::spawn_blocking(|| {
            now();
            7
        });
        let thread = std::thread::spawn(with_current_context(|| {
            now();
            blocks()
        }));
        blocking.await.unwrap() + thread.join().unwrap()
    }
    #[observe(component = "Blocking")]
    fn blocks() -> u8 {
        1
    }
    let (sum, spans) = spans_in_async(spawns()).await;
    assert_eq!(sum, 8);
    let parent = span(&spans, "Blocking.spawns");
    assert_eq!(span(&spans, "Blocking.blocks").parent_span_id, id(parent));
    let calls: Vec<_> = spans
        .iter()
        .filter(|span| span.name == "Work.now")
        .collect();
    assert_eq!(calls.len(), 2);
    assert!(calls.iter().all(|call| call.parent_span_id == id(parent)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn baggage_and_suppression_are_carried() {
    let attached = Context::current_with_value(Tenant("acme")).attach();
    let task = hyperion::spawn(async { tenant() });
    let blocking = hyperion::spawn_blocking(tenant);
    let thread = std::thread::spawn(with_current_context(tenant));
    drop(attached);
    assert_eq!(task.await.unwrap(), Some("acme"));
    assert_eq!(blocking.await.unwrap(), Some("acme"));
    assert_eq!(thread.join().unwrap(), Some("acme"));
    assert_eq!(hyperion::spawn(async { tenant() }).await.unwrap(), None);

    let (is_suppressed, spans) = spans_in_async(async {
        let suppressed = Context::enter_telemetry_suppressed_scope();
        let task = hyperion::spawn(async {
            later("exporter").await;
            Context::is_current_telemetry_suppressed()
        });
        drop(suppressed);
        task.await.unwrap()
    })
    .await;
    assert!(is_suppressed && spans.is_empty(), "{:?}", names(&spans));
}

#[test]
fn a_future_stays_where_it_was_made_and_the_caller_where_it_is() {
    fn makes() -> impl Future<Output = &'static str> {
        span!("Made.makes").in_scope(|| in_current_context(later("made")))
    }
    #[observe(component = "Made")]
    fn polls(future: impl Future<Output = &'static str>) {
        let before = hyperion::current().context();
        let mut future = pin!(future);
        let mut context = std::task::Context::from_waker(Waker::noop());
        while future.as_mut().poll(&mut context).is_pending() {
            assert_eq!(hyperion::current().context(), before);
        }
        now();
    }
    let ((), spans) = spans_in(|| {
        let future = makes();
        polls(future);
    });
    child(&spans, span(&spans, "Made.makes"), "Work.later");
    child(&spans, span(&spans, "Made.polls"), "Work.now");
}

#[test]
fn a_future_that_is_dropped_is_dropped_where_it_was_made() {
    struct Cleanup;
    impl Drop for Cleanup {
        fn drop(&mut self) {
            now();
        }
    }
    fn makes() -> impl Future<Output = ()> {
        span!("Dropped.makes").in_scope(|| {
            let cleanup = Cleanup;
            in_current_context(async move {
                let _cleanup = cleanup;
                std::future::pending::<()>().await;
            })
        })
    }
    let ((), spans) = spans_in(|| {
        drop(makes());
        let mut polled = Box::pin(makes());
        let mut context = std::task::Context::from_waker(Waker::noop());
        assert_eq!(polled.as_mut().poll(&mut context), Poll::Pending);
        drop(polled);
    });
    let parents = spans.iter().filter(|span| span.name == "Dropped.makes");
    let parents: Vec<_> = parents.collect();
    assert_eq!(parents.len(), 2);
    for parent in parents {
        child(&spans, parent, "Work.now");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_panic_passes_through() {
    let error = hyperion::spawn(async { panic!("in the task") })
        .await
        .unwrap_err();
    let message = error.into_panic().downcast::<&str>().unwrap();
    assert_eq!(*message, "in the task");
    let error = hyperion::spawn_blocking(|| panic!("in the work"))
        .await
        .unwrap_err();
    assert!(error.is_panic());

    let attached = Context::current_with_value(Tenant("inner")).attach();
    let work = with_current_context(|| panic!("in the closure"));
    let mut future = Box::pin(in_current_context(async { panic!("in the future") }));
    drop(attached);
    let attached = Context::current_with_value(Tenant("outer")).attach();
    assert!(catch_unwind(AssertUnwindSafe(work)).is_err());
    let mut context = std::task::Context::from_waker(Waker::noop());
    let polled = catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(&mut context)));
    assert!(polled.is_err());
    assert_eq!(tenant(), Some("outer"), "the context is restored");
    drop(attached);
}

#[test]
fn what_is_carried_is_as_sendable_as_before() {
    fn is_send<T: Send + Sync + UnwindSafe + 'static>(value: T) -> T {
        value
    }
    drop(is_send(in_current_context(std::future::ready(1))));
    assert_eq!(is_send(with_current_context(|| 1))(), 1);

    // What cannot be sent, and what borrows, is carried on its own thread.
    let (shared, local) = (Rc::new(1), String::from("local"));
    assert_eq!(with_current_context(|| *shared + local.len())(), 6);
    let mut future = pin!(in_current_context(async { *shared + local.len() }));
    let mut context = std::task::Context::from_waker(Waker::noop());
    assert_eq!(future.as_mut().poll(&mut context), Poll::Ready(6));
}
