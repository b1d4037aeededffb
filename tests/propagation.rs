//! Contexts go from one service to another, here two in one process, by what a carrier holds.

mod support;

use hyperion::config::Config;
use hyperion::propagation::{Extractor, Injector, PropagatedContext, extract, inject};
use hyperion::{AsSpanContext, SpanContext, baggage, observe, span};
use opentelemetry::trace::{SpanId, TraceContextExt, TraceId, Tracer};
use opentelemetry::{Context, global};
use opentelemetry_sdk::trace::SpanData;
use std::collections::{BTreeMap, HashMap};
use std::sync::OnceLock;
use support::{Kept, attribute, id, span as the, text};

/// The telemetry of this process, which copies a key of baggage.
fn kept() -> &'static Kept {
    static KEPT: OnceLock<Kept> = OnceLock::new();
    KEPT.get_or_init(|| {
        let mut config = Config::default();
        config.tracing.baggage = vec!["tenant.id".to_owned(), "absent".to_owned()];
        support::install(config)
    })
}

/// Runs `call` below a root of its own, and returns its result and the spans of that trace.
fn in_trace<T>(call: impl FnOnce() -> T) -> (T, Vec<SpanData>) {
    kept();
    let root = Context::new().with_span(global::tracer("test").start("root"));
    let trace = root.span().span_context().trace_id();
    let attached = root.attach();
    let output = call();
    drop(attached);
    (output, kept().spans_of(trace))
}

#[observe(component = "Client", kind = client)]
fn ask<C: Injector + Extractor + Default + Sync>() -> Answer {
    let mut headers = C::default();
    inject(&mut headers);
    // The service is elsewhere: it shares nothing with this thread's context.
    std::thread::scope(|threads| threads.spawn(|| answer(&headers)).join()).expect("no panic")
}

#[derive(Debug, PartialEq)]
struct Answer {
    tenant: Option<String>,
    state: String,
}

#[observe(component = "Server", kind = server, parent = extract(headers))]
fn answer(headers: &impl Extractor) -> Answer {
    store();
    Answer {
        tenant: baggage::get("tenant.id"),
        state: hyperion::current().context().trace_state().to_owned(),
    }
}

#[observe(component = "Server")]
fn store() {}

fn goes_along<C: Injector + Extractor + Default + Sync>() {
    let (answer, spans) = in_trace(|| {
        let _scope = baggage::set("tenant.id", "acme, \u{e9}");
        ask::<C>()
    });
    assert_eq!(answer.tenant.as_deref(), Some("acme, \u{e9}"));
    let [client, server, below] =
        ["Client.ask", "Server.answer", "Server.store"].map(|name| the(&spans, name));
    assert_eq!(
        (server.parent_span_id, server.parent_span_is_remote),
        (id(client), true)
    );
    assert_eq!(
        (below.parent_span_id, below.parent_span_is_remote),
        (id(server), false)
    );
    for span in [client, server, below] {
        assert_eq!(text(span, "tenant.id"), "acme, \u{e9}");
        assert_eq!(attribute(span, "absent"), None);
        assert_eq!(span.span_context.trace_flags().to_u8(), 3);
    }
}

#[test]
fn two_services_are_one_trace_by_any_carrier() {
    goes_along::<HashMap<String, String>>();
    goes_along::<BTreeMap<String, String>>();
    goes_along::<Vec<(String, String)>>();
    goes_along::<http::HeaderMap>();
    goes_along::<tonic::metadata::MetadataMap>();
}

#[test]
fn what_others_added_on_the_way_stays() {
    kept();
    let upstream = [
        (
            "traceparent",
            "00-000000000000000000000000000000a1-00000000000000a2-01",
        ),
        ("tracestate", "rojo=1"),
        ("TraceState", "congo=2 , "),
    ];
    let caller = extract(&upstream);
    assert_eq!(caller.span_context().trace_state(), "rojo=1,congo=2");
    let span = span!("middle", parent = caller);
    let answer = span.in_scope(ask::<HashMap<String, String>>);
    assert_eq!(answer.state, "rojo=1,congo=2");
    let spans = kept().spans_of(TraceId::from(0xa1));
    assert_eq!(the(&spans, "middle").parent_span_id, SpanId::from(0xa2));
    for span in &spans {
        assert_eq!(
            span.span_context.trace_flags().to_u8(),
            1,
            "the flag that did not come is not set"
        );
        assert_eq!(span.span_context.trace_state().header(), "rojo=1,congo=2");
    }
}

#[test]
fn a_caller_that_is_not_recorded_is_followed() {
    kept();
    let headers = [(
        "traceparent",
        "00-000000000000000000000000000000b1-00000000000000b2-02",
    )];
    answer(&headers);
    assert!(kept().spans_of(TraceId::from(0xb1)).is_empty());
}

#[test]
fn hostile_headers_change_nothing() {
    const RIGHT: &str = "00-000000000000000000000000000000c1-00000000000000c2-01";
    let long = "a".repeat(100_000);
    let commas = ",".repeat(100_000);
    let members = "key=value,".repeat(10_000);
    for wrong in [
        "",
        "-",
        "00",
        &RIGHT[..54],
        &RIGHT.to_uppercase(),
        "\u{1f980}",
        "\0",
        &long,
        &commas,
        &members,
    ] {
        let headers = [
            ("traceparent", wrong),
            ("tracestate", wrong),
            ("baggage", wrong),
        ];
        assert!(
            extract(&headers).span_context() == &SpanContext::INVALID,
            "{wrong:.20}"
        );
        let (seen, spans) = in_trace(|| answer(&headers));
        let server = the(&spans, "Server.answer");
        assert!(
            !server.parent_span_is_remote,
            "it stays where it would have been"
        );
        assert_eq!((seen.tenant, seen.state.as_str()), (None, ""));
        // The rest of the headers is not lost.
        for more in [
            [("traceparent", RIGHT), ("tracestate", wrong)],
            [("traceparent", RIGHT), ("baggage", wrong)],
        ] {
            assert_eq!(
                extract(&more).span_context().trace_id(),
                0xc1,
                "{wrong:.20}"
            );
        }
        let more = [("traceparent", wrong), ("baggage", "tenant.id=acme")];
        assert_eq!(extract(&more).baggage("tenant.id"), Some("acme"));
    }
    let mut headers = http::HeaderMap::new();
    for _ in 0..2000 {
        headers.append(
            "tracestate",
            http::HeaderValue::from_bytes(b"\xff").expect("bytes"),
        );
        headers.append("baggage", http::HeaderValue::from_static("a=1"));
    }
    headers.insert("traceparent", http::HeaderValue::from_static(RIGHT));
    let read = extract(&headers);
    assert_eq!(
        (
            read.span_context().trace_id(),
            read.span_context().trace_state()
        ),
        (0xc1, "")
    );
}

#[test]
fn where_there_is_no_span_nothing_is_written() {
    kept();
    let mut headers = HashMap::from([("x".to_owned(), "y".to_owned())]);
    inject(&mut headers);
    assert_eq!(headers.len(), 1);
    assert!(PropagatedContext::current().is_empty());
    assert!(extract(&headers).is_empty());
}

#[test]
fn libraries_that_ask_opentelemetry_write_and_read_the_same() {
    let (headers, _) = in_trace(|| {
        let _scope = baggage::set("tenant.id", "acme");
        let (mut ours, mut theirs) = (HashMap::new(), HashMap::new());
        inject(&mut ours);
        let context = Context::current();
        global::get_text_map_propagator(|global| global.inject_context(&context, &mut theirs));
        assert_eq!(ours, theirs);
        ours
    });
    let theirs = global::get_text_map_propagator(|global| global.extract(&headers));
    assert_eq!(theirs.as_span_context(), *extract(&headers).span_context());
    let attached = theirs.attach();
    assert_eq!(
        baggage::entries(),
        [("tenant.id".to_owned(), "acme".to_owned())]
    );
    drop(attached);
}

#[test]
fn every_span_has_the_baggage_that_is_copied_whoever_starts_it() {
    let ((), spans) = in_trace(|| {
        let _scope = baggage::set("tenant.id", "acme");
        drop(span!("by hand"));
        drop(global::tracer("test").start("by another"));
        drop(span!("with its own", fields(tenant.id = "mine")));
    });
    for (name, tenant) in [
        ("by hand", "acme"),
        ("by another", "acme"),
        ("with its own", "mine"),
    ] {
        assert_eq!(text(the(&spans, name), "tenant.id"), tenant, "{name}");
    }

    let sent = "00-000000000000000000000000000000d1-00000000000000d2-01";
    let parent = extract(&[("traceparent", sent), ("baggage", "tenant.id=acme")]);
    drop(span!("under a parent that is given", parent = &parent));
    let spans = kept().spans_of(TraceId::from(0xd1));
    let span = the(&spans, "under a parent that is given");
    assert_eq!(text(span, "tenant.id"), "acme");
}

/// What waits in a queue.
#[derive(serde::Serialize, serde::Deserialize)]
struct Job {
    number: u32,
    queued_by: PropagatedContext,
}

#[observe(component = "Queue", kind = producer)]
fn queue(number: u32) -> String {
    let _scope = baggage::set("tenant.id", "acme");
    let job = Job {
        number,
        queued_by: PropagatedContext::current(),
    };
    serde_json::to_string(&job).expect("it is plain data")
}

#[observe(component = "Queue", kind = consumer, parent = job.queued_by, fields(job.number = job.number))]
async fn run(job: Job) -> Option<String> {
    tokio::task::yield_now().await;
    baggage::get("tenant.id")
}

#[observe(component = "Queue", kind = consumer, root, links = jobs.iter().map(|job| &job.queued_by))]
fn run_batch(jobs: &[Job]) -> TraceId {
    TraceId::from(hyperion::current().context().trace_id())
}

#[tokio::test]
async fn a_job_knows_who_queued_it() {
    let (message, _) = in_trace(|| queue(7));
    let job: Job = serde_json::from_str(&message).expect("it was written so");
    let trace = TraceId::from(job.queued_by.span_context().trace_id());
    assert_eq!(run(job).await.as_deref(), Some("acme"));
    let spans = kept().spans_of(trace);
    let (queued, ran) = (the(&spans, "Queue.queue"), the(&spans, "Queue.run"));
    assert_eq!(
        (ran.parent_span_id, ran.parent_span_is_remote),
        (id(queued), true)
    );
    assert_eq!(
        (text(ran, "tenant.id"), text(ran, "job.number")),
        ("acme".into(), "7".into())
    );
}

#[test]
fn a_batch_is_linked_to_all_who_queued_it() {
    let messages = [1, 2, 3].map(|number| in_trace(|| queue(number)).0);
    let jobs = messages.map(|message| serde_json::from_str::<Job>(&message).expect("written so"));
    let trace = run_batch(&jobs);
    let spans = kept().spans_of(trace);
    let batch = the(&spans, "Queue.run_batch");
    let linked: Vec<_> = batch
        .links
        .iter()
        .map(|link| SpanContext::from(&link.span_context))
        .collect();
    let expected = jobs.map(|job| job.queued_by.as_span_context());
    assert_eq!(linked, expected);
    assert!(
        batch
            .links
            .iter()
            .all(|link| link.span_context.trace_id() != trace)
    );
}

#[test]
fn a_job_in_memory_keeps_nothing_of_its_span_but_the_name() {
    let (job, spans) = in_trace(|| {
        let _scope = baggage::set("tenant.id", "acme");
        let _elsewhere = Context::current_with_value("a large value").attach();
        PropagatedContext::current()
    });
    let ((), below) = in_trace(|| {
        span!("job", parent = &job).in_scope(|| {
            assert_eq!(baggage::get("tenant.id").as_deref(), Some("acme"));
            assert_eq!(Context::current().get::<&str>(), None);
        });
    });
    assert!(below.iter().all(|span| span.name != "job"));
    assert!(spans.iter().all(|span| span.name == "root"));
    let trace = TraceId::from(job.span_context().trace_id());
    let job = kept().spans_of(trace);
    assert!(!the(&job, "job").parent_span_is_remote);
}

#[tokio::test]
async fn baggage_goes_with_futures_and_tasks() {
    kept();
    let read = || (baggage::get("tenant.id"), baggage::get("more"));
    let inside = async {
        tokio::task::yield_now().await;
        let spawned = hyperion::spawn(async move { read() });
        (read(), spawned.await.expect("no panic"))
    };
    let inside = baggage::with("more", "1", inside);
    let (here, spawned) = baggage::with("tenant.id", "acme", inside).await;
    assert_eq!(here, (Some("acme".to_owned()), Some("1".to_owned())));
    assert_eq!(spawned, here);
    assert_eq!(baggage::get("tenant.id"), None);
}

#[test]
fn baggage_is_set_for_a_scope_and_within_limits() {
    kept();
    let outer = baggage::set("a", "1");
    let inner = baggage::set("a", "2");
    let other = baggage::set("b", "3");
    let mut entries = baggage::entries();
    entries.sort();
    let pair = |key: &str, value: &str| (key.to_owned(), value.to_owned());
    assert_eq!(entries, [pair("a", "2"), pair("b", "3")]);
    drop((other, inner));
    assert_eq!(baggage::get("a").as_deref(), Some("1"));
    let wrong = [
        baggage::set("no token", "1"),
        baggage::set("", "1"),
        baggage::set("c", "x".repeat(9000)),
    ];
    assert_eq!(baggage::entries(), [pair("a", "1")]);
    drop(wrong);
    drop(outer);
    assert!(baggage::entries().is_empty());
}
