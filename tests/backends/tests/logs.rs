//! What a program logs arrives at a Collector as it was logged, beside the spans of the same calls.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::ensure;
use hyperion::config::{
    Compression, Config, Endpoint, ExceptionSignal, LogExporter, MetricExporter, Protocol,
};
use hyperion::{ShutdownReport, observe};
use hyperion_backend_tests::otlp::{LogRecord, Span};
use hyperion_backend_tests::{Collector, MARK, Received, eventually, mark};
use serde_json::json;

const PATIENCE: Duration = Duration::from_secs(20);

#[observe(component = "Shop", fields(order.id = order))]
fn checkout(order: u64) -> Result<(), std::io::Error> {
    let _span = tracing::info_span!("payment", order, method = "card").entered();
    tracing::info!(
        name: "payment.started", target: "shop::payment",
        amount = 40.5, retried = false, customer = "Ada", basket = ?["tea"], "charging {} euros", 40.5
    );
    log::warn!(target: "legacy", attempt = 2; "slow answer");
    Err(std::io::Error::other("card declined"))
}

/// Telemetry is installed once in a process.
fn alone() -> MutexGuard<'static, ()> {
    static INSTALLED: Mutex<()> = Mutex::new(());
    INSTALLED.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Runs `program` with its logs and spans on their way to the Collector, and returns what arrives, and the report.
fn run(
    collector: &Collector,
    protocol: Protocol,
    program: impl FnOnce(),
) -> (Received, ShutdownReport) {
    let mark = mark("logs");
    let mut config = Config::default();
    config.metrics.exporter = MetricExporter::None;
    config.tracing.exceptions = ExceptionSignal::Logs;
    config.logs.exporters = vec![LogExporter::Otlp];
    // The clients of both protocols log what they do, too.
    "trace".clone_into(&mut config.logs.level);
    config.logs.batch.schedule_delay = Duration::from_millis(20);
    config.logs.otlp.compression = Compression::Gzip;
    let url = match protocol {
        Protocol::Grpc => collector.otlp_grpc(),
        _ => collector.otlp_http(),
    };
    for otlp in [&mut config.logs.otlp, &mut config.tracing.otlp] {
        (otlp.protocol, otlp.endpoint) = (protocol, Endpoint::base(url).ok());
    }
    config.service.attributes.insert(MARK.into(), mark.clone());
    let telemetry = hyperion::builder()
        .config(config)
        .service_name("shop")
        .install()
        .expect("telemetry is installed");
    program();
    assert!(telemetry.flush(PATIENCE));
    let report = telemetry.shutdown(PATIENCE);
    let received = eventually(PATIENCE, || {
        let received = collector.received(&mark)?;
        let (count, exported) = (received.logs.len() as u64, report.log_records_exported());
        ensure!(count >= exported, "{count} of {exported} records");
        Ok(received)
    });
    (received, report)
}

fn nanos() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    u64::try_from(since.expect("after 1970").as_nanos()).expect("before 2554")
}

fn find<'a>(records: &'a [LogRecord], scope: &str) -> &'a LogRecord {
    let mut records = records.iter().filter(|record| record.scope == scope);
    let found = records
        .next()
        .unwrap_or_else(|| panic!("no record of {scope}"));
    assert_eq!(records.next(), None);
    found
}

#[track_caller]
fn check_payment(record: &LogRecord, span: &Span, times: std::ops::RangeInclusive<u64>) {
    assert_eq!(record.body, json!("charging 40.5 euros"));
    assert_eq!((&*record.severity, record.severity_number), ("INFO", 9));
    assert_eq!(record.event_name, "payment.started");
    assert!(times.contains(&record.time), "{}", record.time);
    assert_eq!(record.time, record.observed);
    assert_eq!(
        (&record.trace_id, &record.span_id),
        (&span.trace_id, &span.span_id)
    );
    assert_eq!(record.flags & 1, 1);
    let attributes = &record.attributes;
    assert_eq!(attributes.get("amount"), Some(&json!(40.5)));
    assert!(!attributes.truth("retried"));
    assert_eq!(attributes.text("customer"), "Ada");
    assert_eq!(attributes.text("basket"), "[\"tea\"]");
    assert_eq!(
        (attributes.integer("order"), attributes.text("method")),
        (7, "card")
    );
    assert!(attributes.text("code.file.path").ends_with("tests/logs.rs"));
    assert!(attributes.integer("code.line.number") > 0);
    assert_eq!(attributes.keys().count(), 8);
}

#[test]
fn a_collector_gets_every_record_and_the_span_it_was_logged_in() {
    let _alone = alone();
    let collector = Collector::start();
    for protocol in [Protocol::HttpProtobuf, Protocol::Grpc] {
        let before = nanos();
        let (received, report) = run(&collector, protocol, || assert!(checkout(7).is_err()));
        let records = &received.logs;
        assert_eq!(records.len(), 3, "{protocol:?}: {records:?}");
        assert_eq!(
            (report.log_records_exported(), report.log_records_lost()),
            (3, 0),
            "{report}"
        );

        let [span] = &received.spans[..] else {
            panic!("one span: {:?}", received.spans)
        };
        assert!(span.events.is_empty(), "the exception is a record");
        let scope = module_path!();
        check_payment(find(records, "shop::payment"), span, before..=nanos());

        let legacy = find(records, "legacy");
        assert_eq!(
            (&legacy.body, &*legacy.severity),
            (&json!("slow answer"), "WARN")
        );
        assert_eq!(legacy.attributes.integer("attempt"), 2);
        assert_eq!(legacy.attributes.integer("order"), 7);
        assert_eq!((&legacy.span_id, &*legacy.event_name), (&span.span_id, ""));

        let failed = find(records, scope);
        assert_eq!((&*failed.severity, failed.severity_number), ("ERROR", 17));
        assert_eq!(failed.event_name, "exception");
        assert_eq!(
            failed.attributes.text("exception.type"),
            "std::io::error::Error"
        );
        assert_eq!(failed.attributes.text("exception.message"), "card declined");
        assert_eq!(
            failed.attributes.text("error.type"),
            "std::io::error::Error"
        );
        assert_eq!(
            (&failed.trace_id, &failed.span_id),
            (&span.trace_id, &span.span_id)
        );

        for record in records {
            assert_eq!(record.resource, span.resource);
        }
    }
}

#[test]
fn many_threads_lose_nothing_in_silence() {
    const EACH: u64 = 2000;
    let _alone = alone();
    let collector = Collector::start();
    for protocol in [Protocol::HttpProtobuf, Protocol::Grpc] {
        let (received, report) = run(&collector, protocol, || {
            std::thread::scope(|threads| {
                for thread in 0..4u64 {
                    threads.spawn(move || {
                        (0..EACH).for_each(|number| tracing::info!(thread, number, "counted"));
                    });
                }
            });
        });
        let exported = report.log_records_exported();
        assert_eq!(exported + report.log_records_lost(), 4 * EACH, "{report}");
        let mut seen: Vec<(i64, i64)> = received
            .logs
            .iter()
            .map(|record| {
                let attributes = &record.attributes;
                (attributes.integer("thread"), attributes.integer("number"))
            })
            .collect();
        assert_eq!(seen.len() as u64, exported, "{protocol:?}: {report}");
        seen.sort_unstable();
        seen.dedup();
        assert_eq!(seen.len() as u64, exported, "nothing comes twice");
    }
}
