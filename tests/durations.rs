//! A call that sleeps has the duration of its sleep, whatever of the telemetry is on and wherever it goes.
//!
//! The clock of a process starts once, so each case runs in a process of its own.

mod support;

use hyperion::config::{Config, MetricExporter, TraceExporter};
use hyperion::{CallEnd, CallInfo, Histogram, Interceptor, Metrics, observe};
use std::any::Any;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;
use support::PATIENCE;

const CASE: &str = "DURATIONS_TEST_CASE";
const SLEEP: Duration = Duration::from_millis(50);

#[derive(Metrics)]
#[metrics(prefix = "durations")]
struct SleepMetrics {
    /// Time slept.
    #[histogram(unit = "s")]
    sleep: Histogram,
}

static METRICS: SleepMetrics = SleepMetrics::new();

#[observe(component = "Sleeper")]
fn sleeps() {
    let _timer = METRICS.sleep.time();
    thread::sleep(SLEEP);
}

/// Of a machine that is busy a sleep may be long, but it is never short, and never a minute.
#[track_caller]
fn assert_slept(seconds: f64) {
    let least = SLEEP.as_secs_f64() * 0.99;
    assert!((least..60.0).contains(&seconds), "{seconds} s");
}

/// Keeps the durations of calls that have ended.
#[derive(Clone, Default)]
struct Durations(Arc<Mutex<Vec<Duration>>>);

impl Interceptor for Durations {
    fn name(&self) -> &'static str {
        "durations"
    }

    fn end(&self, _: &CallInfo<'_>, _: Option<Box<dyn Any + Send>>, end: &CallEnd<'_>) {
        self.0.lock().unwrap().push(end.duration);
    }
}

const TRACES: &[(&str, Option<TraceExporter>)] = &[
    ("no traces", None),
    ("traces to nobody", Some(TraceExporter::None)),
    ("traces to the console", Some(TraceExporter::Console)),
    ("traces by OTLP", Some(TraceExporter::Otlp)),
];

const METRICS_TO: &[(&str, Option<MetricExporter>)] = &[
    ("no metrics", None),
    ("metrics to nobody", Some(MetricExporter::None)),
    ("metrics to the console", Some(MetricExporter::Console)),
    ("metrics by OTLP", Some(MetricExporter::Otlp)),
    ("metrics to Prometheus", Some(MetricExporter::Prometheus)),
];

fn config(traces: Option<TraceExporter>, metrics: Option<MetricExporter>) -> Config {
    let mut config = Config::default();
    config.logs.enabled = false;
    config.tracing.enabled = traces.is_some();
    config.tracing.exporter = traces.unwrap_or(TraceExporter::None);
    config.metrics.enabled = metrics.is_some();
    config.metrics.exporter = metrics.unwrap_or(MetricExporter::None);
    config.metrics.port = 0;
    config
}

/// The sum of a histogram on the page of Prometheus.
fn sum_on_page(address: SocketAddr, name: &str) -> f64 {
    let mut stream = TcpStream::connect(address).expect("somebody listens");
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream
        .write_all(b"GET /metrics HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n")
        .unwrap();
    let mut page = String::new();
    stream.read_to_string(&mut page).expect("the page is text");
    let line = page.lines().find(|line| line.starts_with(name));
    let value = line.and_then(|line| line.rsplit(' ').next());
    value
        .and_then(|value| value.parse().ok())
        .unwrap_or_else(|| panic!("`{name}` is on the page: {page}"))
}

/// One combination of exporters, seen by an interceptor and, where there is one, on the page.
fn configured(traces: Option<TraceExporter>, metrics: Option<MetricExporter>) {
    let durations = Durations::default();
    let telemetry = hyperion::builder()
        .config(config(traces, metrics))
        .interceptor(durations.clone())
        .install()
        .expect("telemetry is installed once");
    sleeps();
    let seen = durations.0.lock().unwrap().clone();
    assert_eq!(seen.len(), 1);
    assert_slept(seen[0].as_secs_f64());
    if let Some(address) = telemetry.metrics_addr() {
        assert_slept(sum_on_page(address, "hyperion_call_duration_seconds_sum"));
        assert_slept(sum_on_page(address, "durations_sleep_seconds_sum"));
    }
    // Nobody takes what goes by OTLP, and nothing waits for that.
    telemetry.shutdown(Duration::ZERO);
}

/// Spans and metrics as exporters of others and sinks get them.
fn kept(traces: bool, metrics: bool) {
    let mut config = Config::default();
    config.tracing.enabled = traces;
    config.metrics.enabled = metrics;
    let kept = support::install(config);
    sleeps();
    if traces {
        let spans = kept.all_spans();
        let took = spans[0].end_time.duration_since(spans[0].start_time);
        assert_slept(took.expect("it ends after its start").as_secs_f64());
    }
    if metrics {
        let points = kept.calls("Sleeper", "sleeps", "ok");
        assert_eq!(points.len(), 1);
        assert_slept(points[0].sum);
    }
}

/// Every case, by its name.
fn cases() -> Vec<(String, Box<dyn Fn()>)> {
    let mut cases: Vec<(String, Box<dyn Fn()>)> = vec![
        ("spans kept".to_owned(), Box::new(|| kept(true, false))),
        ("metrics kept".to_owned(), Box::new(|| kept(false, true))),
        ("both kept".to_owned(), Box::new(|| kept(true, true))),
    ];
    for &(traces_name, traces) in TRACES {
        for &(metrics_name, metrics) in METRICS_TO {
            cases.push((
                format!("{traces_name}, {metrics_name}"),
                Box::new(move || configured(traces, metrics)),
            ));
        }
    }
    cases
}

#[test]
fn a_sleep_is_measured_whatever_is_on() {
    for (name, _) in cases() {
        let child = Command::new(std::env::current_exe().expect("this test has a path"))
            .args(["--exact", "case_in_this_process", "--nocapture"])
            .env(CASE, &name)
            .output()
            .expect("this test can be started again");
        let told = String::from_utf8_lossy(&child.stdout);
        assert!(
            child.status.success() && told.contains("measured"),
            "{name}: {told}{}",
            String::from_utf8_lossy(&child.stderr)
        );
    }
}

/// The child's part; in the parent there is nothing to do.
#[test]
fn case_in_this_process() {
    if let Ok(wanted) = std::env::var(CASE) {
        let (_, run) = cases()
            .into_iter()
            .find(|(name, _)| *name == wanted)
            .expect("the case is known");
        run();
        println!("measured");
    }
}
