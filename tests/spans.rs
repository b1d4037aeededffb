//! The content of an observed call's span, and its place in the trace.
#![allow(
    clippy::self_only_used_in_recursion,
    reason = "what is called holds nothing"
)]
#![allow(clippy::unused_self, reason = "what is called holds nothing")]

mod support;

use hyperion::observe;
use opentelemetry::Value;
use opentelemetry::trace::{SpanId, SpanKind, Status};
use support::{attribute, id, span, spans_in, spans_in_async, text};

struct Users;

impl Users {
    #[observe(component = "UserService", kind = server)]
    fn get(&self, depth: u32) -> u32 {
        if depth == 0 {
            0
        } else {
            1 + self.get(depth - 1)
        }
    }

    #[observe]
    fn unnamed(&self) {}

    #[observe(name = "users list")]
    async fn list(&self) -> usize {
        first().await + second().await
    }
}

#[observe]
async fn first() -> usize {
    tokio::task::yield_now().await;
    1
}

#[observe]
async fn second() -> usize {
    tokio::task::yield_now().await;
    2
}

#[test]
fn a_span_tells_which_code_it_is_of() {
    let (_, spans) = spans_in(|| Users.get(0));
    let span = span(&spans, "UserService.get");
    assert_eq!(span.span_kind, SpanKind::Server);
    assert_eq!(span.status, Status::Unset);
    assert_eq!(text(span, "component"), "UserService");
    assert_eq!(text(span, "code.function.name"), "spans::Users::get");
    assert_eq!(text(span, "code.file.path"), "tests/spans.rs");
    let line = include_str!("spans.rs")
        .lines()
        .position(|line| line.contains("fn get("))
        .unwrap()
        + 1;
    assert_eq!(
        attribute(span, "code.line.number"),
        Some(&Value::from(i64::try_from(line).unwrap()))
    );
    assert!(span.end_time >= span.start_time);
    assert_eq!(span.instrumentation_scope.name(), "hyperion");
}

#[test]
fn a_component_that_is_not_given_is_the_type_or_the_module() {
    let ((), spans) = spans_in(|| {
        Users.unnamed();
        module::free();
    });
    assert_eq!(text(span(&spans, "Users.unnamed"), "component"), "Users");
    assert_eq!(
        text(span(&spans, "module.free"), "code.function.name"),
        "spans::module::free"
    );
}

mod module {
    #[hyperion::observe]
    pub(crate) fn free() {}
}

#[test]
fn calls_nest() {
    let (depth, spans) = spans_in(|| Users.get(3));
    assert_eq!((depth, spans.len()), (3, 4));
    for pair in spans.windows(2) {
        assert_eq!(pair[0].parent_span_id, id(&pair[1]));
        assert!(!pair[0].parent_span_is_remote);
        assert!(pair[0].start_time >= pair[1].start_time && pair[0].end_time <= pair[1].end_time);
    }
}

#[tokio::test]
async fn asynchronous_calls_nest() {
    let (sum, spans) = spans_in_async(Users.list()).await;
    assert_eq!(sum, 3);
    let list = id(span(&spans, "users list"));
    assert_eq!(span(&spans, "spans.first").parent_span_id, list);
    assert_eq!(span(&spans, "spans.second").parent_span_id, list);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn concurrent_calls_do_not_mix() {
    #[observe(fields(n))]
    async fn parent(n: u32) {
        tokio::task::yield_now().await;
        futures::future::join(child(n), child(n)).await;
    }
    #[observe(fields(n))]
    async fn child(n: u32) {
        for _ in 0..n % 7 {
            tokio::task::yield_now().await;
        }
    }
    let tasks: Vec<_> = (0..64)
        .map(|n| tokio::spawn(spans_in_async(parent(n))))
        .collect();
    for (n, task) in (0..).zip(tasks) {
        let ((), spans) = task.await.unwrap();
        assert_eq!(spans.len(), 3);
        let parent = span(&spans, "concurrent_calls_do_not_mix.parent");
        for child in spans.iter().filter(|span| span.name.ends_with("child")) {
            assert_eq!(child.parent_span_id, id(parent));
            assert_eq!(attribute(child, "n"), Some(&Value::I64(n)));
        }
    }
}

#[tokio::test]
async fn a_future_is_observed_from_its_first_poll() {
    let ((), spans) = spans_in_async(async {
        drop(first());
    })
    .await;
    assert!(
        spans.is_empty(),
        "a future that was never polled made a span"
    );
}

#[test]
fn a_call_without_a_parent_begins_a_trace() {
    support::kept();
    Users.unnamed();
    let spans = support::kept().all_spans();
    let roots = spans
        .iter()
        .filter(|span| span.name == "Users.unnamed" && span.parent_span_id == SpanId::INVALID);
    assert_eq!(roots.count(), 1);
}

#[observe(fields(
    user.id = user,
    "user.name" = name,
    shout = name.to_uppercase(),
    shown = %user,
    debug = ?name,
    fixed = "text",
    big = u64::MAX,
    ratio = 0.5,
    absent = None::<u8>,
    user,
    ?name,
))]
fn with_fields(user: u32, mut name: String) -> usize {
    name.push('!');
    name.len()
}

#[test]
fn fields_are_the_arguments_as_they_came() {
    let (length, spans) = spans_in(|| with_fields(7, "Ada".into()));
    assert_eq!(length, 4);
    let span = span(&spans, "spans.with_fields");
    assert_eq!(attribute(span, "user.id"), Some(&Value::I64(7)));
    assert_eq!(text(span, "user.name"), "Ada");
    assert_eq!(text(span, "shout"), "ADA");
    assert_eq!(attribute(span, "shown"), Some(&Value::from("7".to_owned())));
    assert_eq!(text(span, "debug"), "\"Ada\"");
    assert_eq!(text(span, "fixed"), "text");
    assert_eq!(text(span, "big"), "18446744073709551615");
    assert_eq!(attribute(span, "ratio"), Some(&Value::F64(0.5)));
    assert_eq!(attribute(span, "absent"), None);
    assert_eq!(attribute(span, "user"), Some(&Value::I64(7)));
    assert_eq!(text(span, "name"), "\"Ada\"");
}

#[tokio::test]
async fn asynchronous_fields_belong_to_their_own_call() {
    #[observe(fields(n))]
    async fn countdown(n: u32) -> u32 {
        if n == 0 {
            0
        } else {
            Box::pin(countdown(n - 1)).await + 1
        }
    }
    let (depth, spans) = spans_in_async(countdown(3)).await;
    assert_eq!(depth, 3);
    let values: Vec<_> = spans.iter().map(|span| text(span, "n")).collect();
    assert_eq!(values, ["0", "1", "2", "3"]);
}

#[test]
fn a_field_that_panics_costs_the_fields_and_not_the_call() {
    #[observe(fields(bad = { assert!(ok, "in a field"); 1 }))]
    fn call(ok: bool) -> u8 {
        2
    }
    let (output, spans) = spans_in(|| call(false));
    assert_eq!(output, 2);
    assert_eq!(
        attribute(
            span(
                &spans,
                "a_field_that_panics_costs_the_fields_and_not_the_call.call"
            ),
            "bad"
        ),
        None
    );
}
