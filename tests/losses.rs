//! A receiver that is not there costs the program nothing, and what is lost is counted.

#![cfg(feature = "otlp")]

use hyperion::config::{Config, Endpoint, MetricExporter, Protocol};
use hyperion::observe;
use std::net::TcpListener;
use std::sync::Mutex;
use std::time::{Duration, Instant};

/// One telemetry runs in a process at a time.
static ONE: Mutex<()> = Mutex::new(());

#[observe(component = "Lossy")]
fn call() {}

fn config(url: &str, protocol: Protocol) -> Config {
    let mut config = Config::default();
    config.logs.enabled = false;
    config.metrics.exporter = MetricExporter::Otlp;
    for otlp in [&mut config.tracing.otlp, &mut config.metrics.otlp] {
        otlp.protocol = protocol;
        otlp.endpoint = Some(Endpoint::base(url).expect("a URL"));
    }
    config
}

/// The report of a shutdown that has half a second, after a hundred calls.
fn report_of(config: Config) -> (hyperion::ShutdownReport, Duration) {
    let _one = ONE
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    let telemetry = hyperion::builder()
        .config(config)
        .install()
        .expect("nothing has to listen");
    (0..100).for_each(|_| call());
    let started = Instant::now();
    let report = telemetry.shutdown(Duration::from_millis(500));
    (report, started.elapsed())
}

#[test]
fn nobody_listens() {
    let free = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    for protocol in [Protocol::HttpProtobuf, Protocol::Grpc] {
        let (report, took) = report_of(config(&format!("http://{free}"), protocol));
        assert_eq!(
            (report.spans_exported(), report.spans_lost()),
            (0, 100),
            "{protocol:?}"
        );
        assert!(took < Duration::from_secs(5), "{protocol:?} took {took:?}");
        assert!(
            report
                .to_string()
                .starts_with("0 spans exported, 100 lost (100 export_failed)"),
            "{report}"
        );
        // With little time the last attempt may still be under way.
        let failure = report.last_failure();
        assert!(failure.is_some() || !report.is_complete(), "{report}");
        let says_why = |failure: &str| {
            ["spans", "metrics"].iter().any(|signal| {
                failure.starts_with(&format!("{signal}: OTLP export to http://{free}"))
            }) && failure.contains("; nothing listens there: start the receiver, or mend `")
        };
        assert!(failure.is_none_or(says_why), "{failure:?}");
    }
}

#[test]
fn somebody_listens_and_never_answers() {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", silent.local_addr().unwrap());
    for protocol in [Protocol::HttpProtobuf, Protocol::Grpc] {
        let (report, took) = report_of(config(&url, protocol));
        assert_eq!(
            (report.spans_exported(), report.spans_lost()),
            (0, 100),
            "{protocol:?}"
        );
        assert!(!report.is_complete());
        assert!(took < Duration::from_secs(5), "{protocol:?} took {took:?}");
    }
}

#[test]
fn a_current_thread_runtime_shuts_down_as_well() {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", silent.local_addr().unwrap());
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let (report, took) = runtime.block_on(async { report_of(config(&url, Protocol::Grpc)) });
    assert_eq!(report.spans_lost(), 100);
    assert!(took < Duration::from_secs(5), "{took:?}");
}
