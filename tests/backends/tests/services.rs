//! A shop of three processes: two services of axum, one of tonic, and a worker behind a queue. What they do for one order is one
//! trace in a real Jaeger.

use std::{fmt::Write, process::Command, time::Duration};

use anyhow::{Context, Result, ensure};
use expect_test::{Expect, expect};
use hyperion_backend_tests::{
    Jaeger, MARK, Process, eventually, mark,
    otlp::{Kind, Span, Status, Trace},
    post,
};

const SOON: Duration = Duration::from_secs(30);
const CALLER: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

/// The processes of the shop.
struct Shop {
    gateway: Process,
    users: Process,
    worker: Process,
    url: String,
}

impl Shop {
    fn start(jaeger: &Jaeger, mark: &str) -> Self {
        let start = |arguments: &[&str]| {
            let mut command = Command::new(env!("CARGO_BIN_EXE_services"));
            command
                .args(arguments)
                .env("OTEL_SERVICE_NAME", arguments[0])
                .env("OTEL_RESOURCE_ATTRIBUTES", format!("{MARK}={mark}"))
                .env("OTEL_EXPORTER_OTLP_ENDPOINT", jaeger.otlp_http());
            Process::spawn(arguments[0], command).expect("the service starts")
        };
        let users = start(&["users"]);
        let worker = start(&["worker"]);
        let users_at = said(&users, "users at ");
        let stock_at = said(&users, "stock at ");
        let worker_at = said(&worker, "worker at ");
        let gateway = start(&["gateway", &users_at, &stock_at, &worker_at]);
        let url = format!("http://{}", said(&gateway, "gateway at "));
        Self {
            gateway,
            users,
            worker,
            url,
        }
    }

    /// Places an order, and returns the status and the text of the answer.
    fn order(&self, id: u64, headers: &[(&str, &str)]) -> (u16, String) {
        let url = format!("{}/orders/{id}", self.url);
        post(&url, headers).expect("the gateway answers")
    }

    /// Ends the processes, and returns what each has written.
    fn stop(mut self) -> [String; 3] {
        [&mut self.gateway, &mut self.users, &mut self.worker].map(|process| {
            process.interrupt().expect("it runs");
            let status = process.end(SOON).expect("it ends");
            let log = process.log();
            assert!(status.success() && log.contains(" 0 lost"), "{log}");
            log
        })
    }
}

/// The address that a process says after `what`.
fn said(process: &Process, what: &str) -> String {
    eventually(SOON, || {
        let log = process.log();
        let said = log.split_once(what).map(|(_, rest)| rest);
        let address = said.and_then(|said| said.split_once([',', '\n']));
        let (address, _) = address.with_context(|| format!("no `{what}` in {log}"))?;
        Ok(address.to_owned())
    })
}

/// The one trace of this many spans that the mark finds.
fn trace(jaeger: &Jaeger, mark: &str, spans: usize) -> Trace {
    eventually(SOON, || {
        let mut traces = jaeger.traces("gateway", mark)?;
        ensure!(traces.len() == 1, "{} traces", traces.len());
        let trace = traces.remove(0);
        ensure!(trace.spans.len() == spans, "{}", tree(&trace)?);
        Ok(trace)
    })
}

/// The spans as a tree: service, kind, name, and how it ended.
fn tree(trace: &Trace) -> Result<String> {
    let mut text = String::new();
    let is_top = |span: &&Span| {
        let is_parent = |other: &Span| Some(&other.span_id) == span.parent_id.as_ref();
        !trace.spans.iter().any(is_parent)
    };
    for span in trace.spans.iter().filter(is_top) {
        write_below(&mut text, trace, span, 0)?;
    }
    Ok(text)
}

fn write_below(text: &mut String, trace: &Trace, span: &Span, depth: usize) -> Result<()> {
    let service = span.resource.text("service.name");
    let kind = match span.kind {
        Kind::Internal => String::new(),
        kind => format!(" ({kind:?})"),
    };
    let code = ["http.response.status_code", "rpc.response.status_code"]
        .into_iter()
        .find_map(|key| span.attributes.get(key))
        .map_or(String::new(), |code| format!(" {code}"));
    let failed = match &span.status {
        Status::Error(_) => " failed",
        Status::Ok | Status::Unset => "",
    };
    writeln!(
        text,
        "{:width$}{service}: {}{kind}{code}{failed}",
        "",
        span.name,
        width = 2 * depth
    )?;
    for child in trace.children(span) {
        write_below(text, trace, child, depth + 1)?;
    }
    Ok(())
}

/// Has the shop place an order for somebody with these headers, and returns its trace.
fn ordered(
    name: &str,
    id: u64,
    headers: &[(&str, &str)],
    (status, answer): (u16, &str),
    spans: usize,
    expected: &Expect,
) -> (Trace, [String; 3]) {
    let jaeger = Jaeger::start();
    let mark = mark(name);
    let shop = Shop::start(&jaeger, &mark);
    assert_eq!(shop.order(id, headers), (status, answer.to_owned()));
    if status == 200 {
        // The worker goes on when the order is placed.
        eventually(SOON, || {
            ensure!(shop.worker.log().contains("sent"), "nothing is sent yet");
            Ok(())
        });
    }
    let logs = shop.stop();
    let trace = trace(&jaeger, &mark, spans);
    expected.assert_eq(&tree(&trace).expect("a tree"));
    (trace, logs)
}

/// The trace of an order that is placed.
fn placed() -> Expect {
    expect![[r#"
            gateway: POST /orders/{id} (Server) 200
              gateway: Shop.place
                gateway: Shop.user
                  gateway: GET (Client) 200
                    users: GET /users/{id} (Server) 200
                      users: Users.name
                gateway: shop.Stock/Reserve (Client) "OK"
                  users: shop.Stock/Reserve (Server) "OK"
                    users: Stock.reserve
                gateway: Shop.enqueue (Producer)
                  worker: Worker.send (Consumer)
                    worker: Worker.label
        "#]]
}

#[test]
fn an_order_is_one_trace_with_the_state_and_the_baggage_of_its_caller() {
    let (trace, logs) = ordered(
        "order",
        0,
        &[
            ("traceparent", CALLER),
            ("tracestate", "vendor=opaque"),
            ("baggage", "tenant.id=acme"),
        ],
        (200, "order 0 of Ada"),
        12,
        &placed(),
    );
    assert_eq!(trace.id, "0af7651916cd43dd8448eb211c80319c");
    let top = trace.span("POST /orders/{id}");
    assert_eq!(top.parent_id.as_deref(), Some("b7ad6b7169203331"));
    for span in &trace.spans {
        assert_eq!(span.trace_state, "vendor=opaque", "{}", span.name);
        assert_eq!(span.attributes.text("tenant.id"), "acme", "{}", span.name);
    }
    let waited = trace.span("Worker.send").attributes.number("queue.wait");
    assert!((0.0..30.0).contains(&waited), "{waited}");
    for (log, line) in [(&logs[1], "looked up"), (&logs[2], "sent")] {
        let found = log.lines().find(|found| found.contains(line));
        let found = found.unwrap_or_else(|| panic!("no line `{line}` in {log}"));
        assert!(found.contains(&trace.id), "{found}");
    }
}

#[test]
fn a_failure_is_said_where_it_happened_and_above() {
    ordered(
        "failure",
        1,
        &[],
        (502, ""),
        9,
        &expect![[r#"
        gateway: POST /orders/{id} (Server) 502 failed
          gateway: Shop.place failed
            gateway: Shop.user
              gateway: GET (Client) 200
                users: GET /users/{id} (Server) 200
                  users: Users.name
            gateway: shop.Stock/Reserve (Client) "RESOURCE_EXHAUSTED" failed
              users: shop.Stock/Reserve (Server) "RESOURCE_EXHAUSTED"
                users: Stock.reserve failed
    "#]],
    );
}

#[test]
fn hostile_headers_change_nothing() {
    let long = "x".repeat(7000);
    let (trace, _) = ordered(
        "hostile",
        0,
        &[
            (
                "traceparent",
                "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
            ),
            ("tracestate", "=,;;=\t"),
            ("baggage", &format!("tenant.id={long};=,,%zz,\u{e9}=1")),
        ],
        (200, "order 0 of Ada"),
        12,
        &placed(),
    );
    assert_ne!(trace.id, "0af7651916cd43dd8448eb211c80319c");
    assert_eq!(trace.span("POST /orders/{id}").parent_id, None);
}
