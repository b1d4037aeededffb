//! The quickstart example, as somebody tries it first, against what they would look at.

#![allow(
    clippy::float_cmp,
    reason = "what is compared are whole numbers and labels"
)]

use std::{process::Command, time::Duration};

use anyhow::{Context, Result, ensure};
use hyperion_backend_tests::{
    Collector, Jaeger, MARK, Process, Prometheus, Target, eventually, example, free_port, get,
    mark,
    otlp::{Kind, Span, Status, Trace},
    promtool,
};

/// The calls of the example: what they are called, and how often each ended well and badly.
struct Call {
    component: &'static str,
    method: &'static str,
    kind: Kind,
    ok: u32,
    failed: u32,
}

const CHECKOUT: Call = Call {
    component: "OrderService",
    method: "checkout",
    kind: Kind::Internal,
    ok: 2,
    failed: 2,
};
const FIND: Call = Call {
    component: "UserRepository",
    method: "find",
    kind: Kind::Internal,
    ok: 3,
    failed: 1,
};
const CHARGE: Call = Call {
    component: "PaymentClient",
    method: "charge",
    kind: Kind::Client,
    ok: 2,
    failed: 1,
};
const LIMIT: Call = Call {
    component: "Limits",
    method: "check_limit",
    kind: Kind::Internal,
    ok: 2,
    failed: 1,
};
const CALLS: [Call; 4] = [CHECKOUT, FIND, CHARGE, LIMIT];

/// Orders that reach the payment, and the one for a customer who is not there.
const PAYMENT: &str = "\
OrderService.checkout
  UserRepository.find
  PaymentClient.charge
    Limits.check_limit
";
const NOBODY: &str = "\
OrderService.checkout
  UserRepository.find
";

/// Amounts of the four orders, by which a trace is found.
const PAID: i64 = 40;
const DECLINED: i64 = 4000;
const FOR_NOBODY: i64 = 10;

const SERVICE: &str = "quickstart";
const ERROR_TYPE: &str = "quickstart::ShopError";
const DECLINED_MESSAGE: &str = "the card was declined for 4000 euros";

/// For what the example does by itself; it takes less than a second.
const SOON: Duration = Duration::from_secs(30);

impl Call {
    fn span(&self) -> String {
        format!("{}.{}", self.component, self.method)
    }

    fn labels<'a>(&'a self, outcome: &'a str) -> [(&'a str, &'a str); 3] {
        [
            ("component", self.component),
            ("method", self.method),
            ("outcome", outcome),
        ]
    }
}

fn command(mark: &str) -> Command {
    let mut command = Command::new(example("quickstart"));
    command.env("OTEL_RESOURCE_ATTRIBUTES", format!("{MARK}={mark}"));
    command
}

/// Runs the example to its end. Telemetry that is refused must not be its failure.
fn run(command: Command) {
    let mut process = Process::spawn("quickstart", command).expect("the example starts");
    let status = process.end(SOON).expect("the example ends");
    assert!(status.success(), "the example ended with {status}");
}

/// Runs the example until it is interrupted, and returns the address of its metrics.
fn serve(mut command: Command) -> (Process, String) {
    command.arg("--serve");
    let mut process = Process::spawn("quickstart", command).expect("the example starts");
    let mut address = None;
    let log = process.folder().join("log");
    process
        .until(SOON, || {
            let log = std::fs::read_to_string(&log)?;
            let rest = log.split_once("metrics are served at http://");
            let (found, _) = rest
                .and_then(|(_, rest)| rest.split_once("/metrics"))
                .context("nothing is served yet")?;
            address = Some(found.to_owned());
            Ok(())
        })
        .expect("metrics are served");
    (process, address.expect("an address, since it is ready"))
}

/// The four traces, whole.
fn four(traces: Vec<Trace>) -> Result<Vec<Trace>> {
    let spans: usize = traces.iter().map(|trace| trace.spans.len()).sum();
    let whole =
        u32::try_from(spans)? == CALLS.iter().map(|call| call.ok + call.failed).sum::<u32>();
    ensure!(
        traces.len() == 4 && whole,
        "{} traces with {spans} spans",
        traces.len()
    );
    Ok(traces)
}

fn order(traces: &[Trace], amount: i64) -> &Trace {
    traces
        .iter()
        .find(|trace| {
            trace
                .span(&CHECKOUT.span())
                .attributes
                .integer("order.amount")
                == amount
        })
        .expect("an order of this amount")
}

fn assert_traces(traces: &[Trace]) {
    let paid = order(traces, PAID);
    let declined = order(traces, DECLINED);
    let nobody = order(traces, FOR_NOBODY);
    assert_eq!(paid.outline(), PAYMENT);
    assert_eq!(declined.outline(), PAYMENT);
    assert_eq!(nobody.outline(), NOBODY);

    for call in &CALLS {
        assert_call(paid.span(&call.span()), call);
    }
    assert_fields(paid);
    assert_eq!(failed(paid), Vec::<String>::new());
    assert_eq!(
        failed(declined),
        [CHECKOUT.span(), CHARGE.span(), LIMIT.span()]
    );
    assert_eq!(failed(nobody), [CHECKOUT.span(), FIND.span()]);
    for call in [&CHECKOUT, &CHARGE, &LIMIT] {
        assert_failure(declined.span(&call.span()), DECLINED_MESSAGE);
    }
}

fn assert_call(span: &Span, call: &Call) {
    assert_eq!(span.kind, call.kind, "{}", span.name);
    assert_eq!(span.resource.text("service.name"), SERVICE);
    let attributes = &span.attributes;
    assert_eq!(attributes.text("component"), call.component);
    let function = attributes.text("code.function.name");
    let method = format!("::{}", call.method);
    assert!(
        function.starts_with("quickstart::") && function.ends_with(&method),
        "{function}"
    );
    let file = attributes.text("code.file.path");
    assert!(file.ends_with("examples/quickstart.rs"), "{file}");
    let line = attributes.integer("code.line.number");
    assert!(line > 0, "{} is in line {line}", span.name);
    assert!(span.start < span.end, "{} took no time", span.name);
}

fn assert_fields(paid: &Trace) {
    let field = |call: &Call, key: &str| paid.span(&call.span()).attributes.integer(key);
    assert_eq!(field(&CHECKOUT, "order.id"), 1);
    assert_eq!(field(&FIND, "user.id"), 1);
    assert_eq!(field(&CHARGE, "payment.amount"), PAID);
    assert_eq!(field(&LIMIT, "amount"), PAID);
}

/// The names of the spans that failed, in the order of their start. The others say nothing about
/// their outcome.
fn failed(trace: &Trace) -> Vec<String> {
    let failed = trace.spans.iter().filter(|span| match span.status {
        Status::Error(_) => true,
        Status::Unset => false,
        Status::Ok => panic!("span `{}` vouches for itself", span.name),
    });
    failed.map(|span| span.name.clone()).collect()
}

fn assert_failure(span: &Span, message: &str) {
    assert_eq!(
        span.status,
        Status::Error(message.to_owned()),
        "{}",
        span.name
    );
    assert_eq!(span.attributes.text("error.type"), ERROR_TYPE);
    let exception = span.event("exception");
    assert_eq!(exception.attributes.text("exception.type"), ERROR_TYPE);
    assert_eq!(exception.attributes.text("exception.message"), message);
    let time = exception.time;
    assert!(
        (span.start..=span.end).contains(&time),
        "the exception at {time} is outside of `{}`, {} to {}",
        span.name,
        span.start,
        span.end
    );
}

#[test]
fn jaeger_gets_the_orders_over_http() {
    let mark = mark("http");
    let mut quickstart = command(&mark);
    let jaeger = Jaeger::start();
    quickstart.args(["--otlp", jaeger.otlp_http()]);
    run(quickstart);
    assert_traces(&eventually(SOON, || four(jaeger.traces(SERVICE, &mark)?)));
}

#[test]
fn jaeger_gets_the_orders_over_grpc() {
    let mark = mark("grpc");
    let mut quickstart = command(&mark);
    let jaeger = Jaeger::start();
    quickstart
        .env("OTEL_TRACES_EXPORTER", "otlp")
        .env("OTEL_METRICS_EXPORTER", "none")
        .env("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc")
        .env("OTEL_EXPORTER_OTLP_ENDPOINT", jaeger.otlp_grpc());
    run(quickstart);
    assert_traces(&eventually(SOON, || four(jaeger.traces(SERVICE, &mark)?)));
}

#[test]
fn a_collector_gets_traces_and_metrics() {
    let mark = mark("collector");
    let mut quickstart = command(&mark);
    let collector = Collector::start();
    quickstart.args(["--otlp", collector.otlp_http()]);
    run(quickstart);
    let received = eventually(SOON, || {
        let received = collector.received(&mark)?;
        four(received.traces())?;
        received.metric("hyperion.call.duration")?;
        received.metric("shop.orders")?;
        Ok(received)
    });
    assert_traces(&received.traces());

    let duration = received
        .metric("hyperion.call.duration")
        .expect("it has arrived");
    assert_eq!(
        (duration.kind.as_str(), duration.unit.as_str()),
        ("histogram", "s")
    );
    assert_eq!(duration.resource.text("service.name"), SERVICE);
    for call in &CALLS {
        let (count, sum) = duration.count_and_sum(&call.labels("ok"));
        assert_eq!(count, u64::from(call.ok), "{}", call.span());
        assert!((0.0..10.0).contains(&sum), "{} took {sum} s", call.span());
        let failures = duration.point(&call.labels("error"));
        assert_eq!(failures.attributes.text("error.type"), ERROR_TYPE);
        let (count, _) = duration.count_and_sum(&call.labels("error"));
        assert_eq!(count, u64::from(call.failed), "{}", call.span());
    }
    // One payment takes 8 ms, the slow one 120 ms: milliseconds or minutes would show here.
    let (_, sum) = duration.count_and_sum(&CHARGE.labels("ok"));
    assert!(sum > 0.128, "the payments took {sum} s");

    let orders = received.metric("shop.orders").expect("it has arrived");
    assert!(orders.monotonic && orders.cumulative, "{orders:?}");
    assert_eq!(orders.number(&[]), 2.0);
}

#[test]
fn prometheus_scrapes_the_calls() {
    let mark = mark("scraped");
    let mut quickstart = command(&mark);
    quickstart.env("HYPERION_METRICS_PORT", "0");
    let (mut process, address) = serve(quickstart);
    let prometheus = Prometheus::scraping(&[Target::new(&mark, &address)]);
    let value = |metric: &str, labels: &[(&str, &str)]| {
        let labels: Vec<_> = labels
            .iter()
            .map(|(name, value)| format!(",{name}=\"{value}\""))
            .collect();
        let labels = labels.concat();
        prometheus.value(&format!("{metric}{{job=\"{mark}\"{labels}}}"))
    };
    for call in &CALLS {
        for (outcome, expected) in [("ok", call.ok), ("error", call.failed)] {
            let count = eventually(SOON, || {
                value(
                    "hyperion_call_duration_seconds_count",
                    &call.labels(outcome),
                )
            });
            assert_eq!(count, f64::from(expected), "{} {outcome}", call.span());
        }
    }
    let sum = value("hyperion_call_duration_seconds_sum", &CHARGE.labels("ok"));
    let sum = sum.expect("it was scraped with the count");
    assert!((0.128..10.0).contains(&sum), "the payments took {sum} s");
    assert_eq!(
        value("shop_orders_total", &[]).expect("it was scraped too"),
        2.0
    );

    process.interrupt().expect("it still runs");
    let status = process.end(SOON).expect("it ends when it is interrupted");
    assert!(status.success(), "the example ended with {status}");
}

#[test]
fn the_page_follows_the_file_and_prometheus_rules() {
    let port = free_port().expect("a free port");
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("hyperion.yaml");
    let text = format!(
        "tracing: {{ exporter: none }}\n\
         metrics: {{ exporter: prometheus, port: {port}, path: /metrics, namespace: shop }}\n"
    );
    std::fs::write(&file, text).expect("a configuration");
    let mut quickstart = command(&mark("file"));
    quickstart.env("HYPERION_CONFIG", &file);
    let (_process, address) = serve(quickstart);
    assert_eq!(address, format!("127.0.0.1:{port}"));
    let page = get(&format!("http://{address}/metrics")).expect("a page");
    assert!(
        page.contains("\nshop_hyperion_call_duration_seconds_count{"),
        "{page}"
    );
    promtool::check_metrics(&page).expect("promtool has nothing to say");
}
