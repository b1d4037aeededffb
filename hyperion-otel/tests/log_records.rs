//! Logs over OTLP through the whole of telemetry: what was made was exported or lost, whatever the receiver does.
#![cfg(all(feature = "logs", feature = "otlp"))]

use std::fmt;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::mpsc::{self, Receiver};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use hyperion::config::{
    Config, Endpoint, ExceptionSignal, LogExporter, MetricExporter, TraceExporter,
};
use hyperion::export::{ExportError, MetricSink};
use hyperion::snapshot::{Data, NumberPoint, NumberValue, Snapshot};
use hyperion::{Telemetry, observe};
use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceRequest;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::logs::v1::LogRecord;
use opentelemetry_sdk::metrics::data::ResourceMetrics;
use prost::Message as _;

const PATIENCE: Duration = Duration::from_secs(20);

/// One telemetry runs in a process at a time.
fn alone() -> MutexGuard<'static, ()> {
    static ONE: Mutex<()> = Mutex::new(());
    ONE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A receiver that takes everything, and hands out the records of each request with their scopes.
fn receiver() -> (SocketAddr, Receiver<Vec<(String, LogRecord)>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let Some((stream, records)) = stream.ok().and_then(received) else {
                continue;
            };
            // Before the answer, after which telemetry may end.
            if sender.send(records).is_err() {
                return;
            }
            let _ = answer(stream);
        }
    });
    (address, receiver)
}

/// The records of one request, and the connection that waits for its answer.
fn received(stream: TcpStream) -> Option<(TcpStream, Vec<(String, LogRecord)>)> {
    let mut reader = BufReader::new(&stream);
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        if reader.read_line(&mut head).ok()? == 0 {
            return None;
        }
    }
    let head = head.to_ascii_lowercase();
    let mut lines = head.lines();
    let length = lines.find_map(|line| line.strip_prefix("content-length: "))?;
    let mut body = vec![0; length.parse().ok()?];
    reader.read_exact(&mut body).ok()?;
    let request = ExportLogsServiceRequest::decode(&*body).expect("it is a request of logs");
    let scopes = request
        .resource_logs
        .into_iter()
        .flat_map(|logs| logs.scope_logs);
    let records = scopes.flat_map(|logs| {
        let scope = logs.scope.unwrap_or_default().name;
        logs.log_records
            .into_iter()
            .map(move |record| (scope.clone(), record))
    });
    let records = records.collect();
    Some((stream, records))
}

fn answer(mut stream: TcpStream) -> std::io::Result<()> {
    stream.write_all(b"HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 0\r\n\r\n")
}

fn config(address: SocketAddr) -> Config {
    let mut config = Config::default();
    config.announce = false;
    config.tracing.exporter = TraceExporter::None;
    config.tracing.exceptions = ExceptionSignal::Logs;
    config.metrics.exporter = MetricExporter::None;
    config.logs.exporters = vec![LogExporter::Otlp];
    // The client of OTLP logs what it does, too.
    "trace".clone_into(&mut config.logs.level);
    config.logs.batch.schedule_delay = PATIENCE * 10;
    config.logs.otlp.endpoint = Endpoint::base(&format!("http://{address}")).ok();
    config.logs.otlp.timeout = PATIENCE;
    config
}

fn started(config: Config) -> Telemetry {
    hyperion::builder()
        .config(config)
        .install()
        .expect("it starts")
}

fn text(record: &LogRecord, key: &str) -> Option<String> {
    let pair = record.attributes.iter().find(|pair| pair.key == key)?;
    match pair.value.as_ref()?.value.as_ref()? {
        Value::StringValue(text) => Some(text.clone()),
        other => Some(format!("{other:?}")),
    }
}

fn body(record: &LogRecord) -> String {
    match record.body.as_ref().and_then(|body| body.value.as_ref()) {
        Some(Value::StringValue(text)) => text.clone(),
        other => format!("{other:?}"),
    }
}

/// Everything that has arrived when telemetry has ended.
fn arrived(receiver: &Receiver<Vec<(String, LogRecord)>>) -> Vec<(String, LogRecord)> {
    receiver.try_iter().flatten().collect()
}

#[observe(component = "Logged")]
fn fails() -> Result<(), std::io::Error> {
    tracing::info!(id = 7, "inside");
    Err(std::io::Error::other("disk full"))
}

#[test]
fn events_records_and_exceptions_arrive() {
    let _alone = alone();
    let (address, receiver) = receiver();
    let telemetry = started(config(address));
    assert!(fails().is_err());
    log::warn!(target: "orders", order:% = 9, paid = true; "a record");
    let report = telemetry.shutdown(PATIENCE);
    assert!(report.is_complete(), "{report}");
    assert_eq!(
        (report.log_records_exported(), report.log_records_lost()),
        (3, 0),
        "{report}"
    );
    let records = arrived(&receiver);
    let [inside, failed, record] = &records[..] else {
        panic!("three records, and none of the client: {records:?}")
    };
    assert_eq!(
        (&*inside.0, body(&inside.1)),
        ("log_records", "inside".to_owned())
    );
    assert_eq!(inside.1.trace_id.len(), 16);

    let (_, failed) = failed;
    assert_eq!(failed.event_name, "exception");
    assert_eq!(
        text(failed, "exception.message").as_deref(),
        Some("disk full")
    );
    assert_eq!(
        text(failed, "exception.type").as_deref(),
        Some("std::io::error::Error")
    );
    assert_eq!(
        text(failed, "error.type").as_deref(),
        Some("std::io::error::Error")
    );
    assert!(text(failed, "code.file.path").is_some_and(|file| file.ends_with("log_records.rs")));
    assert_eq!(
        (&failed.trace_id, &failed.span_id),
        (&inside.1.trace_id, &inside.1.span_id)
    );

    assert_eq!(
        (&*record.0, body(&record.1)),
        ("orders", "a record".to_owned())
    );
    assert_eq!(text(&record.1, "order").as_deref(), Some("9"));
    assert_eq!(text(&record.1, "paid").as_deref(), Some("BoolValue(true)"));
    assert_eq!((&*record.1.event_name, record.1.trace_id.len()), ("", 0));
}

#[test]
fn the_client_does_not_feed_itself() {
    let _alone = alone();
    let (address, receiver) = receiver();
    // A name has to be resolved, on a thread of its own.
    let mut config = config(address);
    config.logs.otlp.endpoint =
        Endpoint::base(&format!("http://localhost:{}", address.port())).ok();
    config.logs.batch.schedule_delay = Duration::from_millis(5);
    let telemetry = started(config);
    tracing::trace!("the one event");
    std::thread::sleep(Duration::from_millis(300));
    assert!(telemetry.flush(PATIENCE));
    let report = telemetry.shutdown(PATIENCE);
    let records = arrived(&receiver);
    assert_eq!(report.log_records_exported(), 1, "{records:?}");
    assert_eq!(records.len(), 1, "{records:?}");
}

/// Logs while it is formatted.
struct Logging;

impl fmt::Display for Logging {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        tracing::info!(value = %Logging, "inside");
        f.write_str("formatted")
    }
}

#[test]
fn an_event_inside_an_event_is_counted() {
    let _alone = alone();
    let (address, receiver) = receiver();
    let telemetry = started(config(address));
    tracing::info!(value = %Logging, "outside");
    let report = telemetry.shutdown(PATIENCE);
    let records = arrived(&receiver);
    assert_eq!(records.len(), 1);
    assert_eq!(text(&records[0].1, "value").as_deref(), Some("formatted"));
    assert!(
        report
            .to_string()
            .contains("1 log record exported, 1 lost (1 nested)"),
        "{report}"
    );
}

#[test]
fn more_than_the_queue_holds_is_lost_and_counted_by_many_threads() {
    let _alone = alone();
    let (address, receiver) = receiver();
    let mut config = config(address);
    (
        config.logs.batch.max_queue_size,
        config.logs.batch.max_export_batch_size,
    ) = (64, 16);
    let telemetry = started(config);
    std::thread::scope(|threads| {
        for _ in 0..4 {
            threads.spawn(|| (0..1000).for_each(|number| tracing::info!(number, "counted")));
        }
    });
    let report = telemetry.shutdown(PATIENCE);
    let exported = report.log_records_exported();
    assert_eq!(exported + report.log_records_lost(), 4000, "{report}");
    assert_eq!(arrived(&receiver).len() as u64, exported);
    assert!(report.log_records_lost() > 0, "{report}");
}

#[test]
fn a_receiver_that_hangs_or_is_gone_costs_logs_alone() {
    let _alone = alone();
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let gone = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    for address in [silent.local_addr().unwrap(), gone] {
        let telemetry = started(config(address));
        let before = Instant::now();
        (0..1000).for_each(|number| tracing::info!(number, "counted"));
        let logged = before.elapsed();
        let before = Instant::now();
        let report = telemetry.shutdown(Duration::from_millis(500));
        let ended = before.elapsed();
        assert_eq!(
            (report.log_records_exported(), report.log_records_lost()),
            (0, 1000),
            "{report}"
        );
        assert!(
            logged < Duration::from_secs(5),
            "it does not block: {logged:?}"
        );
        assert!(ended < Duration::from_secs(5), "{ended:?}");
    }
}

#[test]
fn after_the_end_events_go_nowhere() {
    let _alone = alone();
    let (address, receiver) = receiver();
    let telemetry = started(config(address));
    tracing::info!("in time");
    let report = telemetry.shutdown(PATIENCE);
    tracing::info!("too late");
    assert_eq!(
        (report.log_records_exported(), report.log_records_lost()),
        (1, 0)
    );
    assert_eq!(arrived(&receiver).len(), 1);
}

/// The losses of log records, by reason.
type Losses = Vec<(String, NumberValue)>;

/// Keeps the losses, as each export of metrics says them.
struct Kept(Arc<Mutex<Vec<Losses>>>);

impl MetricSink for Kept {
    fn export(&mut self, native: &Snapshot, _sdk: &ResourceMetrics) -> Result<(), ExportError> {
        let mut families = native.families.iter();
        let family = families.find(|family| family.name == "hyperion.log_records.dropped");
        let Some(Data::Counter(points)) = family.map(|family| &family.data) else {
            return Err(ExportError::permanent("no such counter"));
        };
        let reason = |point: &NumberPoint| (point.labels[0].1.to_string(), point.value);
        let losses = points.iter().map(reason).collect();
        self.0.lock().unwrap().push(losses);
        Ok(())
    }
}

#[test]
fn losses_are_a_metric_of_the_last_export_too() {
    let _alone = alone();
    let gone = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let mut config = config(gone);
    (
        config.logs.batch.max_queue_size,
        config.logs.batch.max_export_batch_size,
    ) = (8, 8);
    let kept = Arc::default();
    let builder = hyperion::builder().config(config);
    let telemetry = builder
        .metric_sink(Kept(Arc::clone(&kept)))
        .install()
        .expect("it starts");
    (0..100).for_each(|number| tracing::info!(number, "counted"));
    let report = telemetry.shutdown(PATIENCE);
    assert_eq!(
        (report.log_records_exported(), report.log_records_lost()),
        (0, 100),
        "{report}"
    );
    let exports = kept.lock().unwrap();
    let last = exports.last().expect("one export, at the end");
    let (reasons, counts): (Vec<_>, Vec<_>) = last.iter().cloned().unzip();
    assert_eq!(
        reasons,
        ["queue_full", "export_failed", "after_shutdown", "nested"]
    );
    let counts: Vec<u64> = counts
        .iter()
        .map(|count| match count {
            NumberValue::U64(count) => *count,
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(counts.iter().sum::<u64>(), 100, "{counts:?}");
    assert!(counts[0] > 0 && counts[1] >= 8, "{counts:?}");
}

/// Logs when its thread ends.
struct Late;

impl Drop for Late {
    fn drop(&mut self) {
        tracing::info!("late");
    }
}

thread_local! {
    static LATE: Late = const { Late };
}

#[test]
fn a_thread_that_ends_is_heard() {
    let _alone = alone();
    let (address, receiver) = receiver();
    let telemetry = started(config(address));
    let thread = std::thread::spawn(|| {
        LATE.with(|_| ());
        tracing::info!("early");
    });
    thread.join().expect("it ends well");
    let report = telemetry.shutdown(PATIENCE);
    assert_eq!(
        (report.log_records_exported(), report.log_records_lost()),
        (2, 0),
        "{report}"
    );
    let bodies: Vec<_> = arrived(&receiver)
        .iter()
        .map(|(_, record)| body(record))
        .collect();
    assert_eq!(bodies, ["early", "late"]);
}

#[cfg(unix)]
#[test]
fn a_child_sends_nothing_until_it_begins_anew() {
    let _alone = alone();
    let (address, receiver) = receiver();
    let telemetry = started(config(address));
    tracing::info!("in the parent");
    // SAFETY: the child calls what a program calls after a fork, and ends without any handler of this process.
    let child = unsafe { libc::fork() };
    if child == 0 {
        let told = std::panic::catch_unwind(|| {
            tracing::info!("nowhere");
            let telemetry = started(config(address));
            tracing::info!("in the child");
            telemetry.shutdown(PATIENCE).log_records_exported()
        });
        // SAFETY: it ends the child, of which nothing is left to run.
        unsafe { libc::_exit(i32::from(told.ok() != Some(1))) }
    }
    let mut status = 0;
    // SAFETY: it waits for the child of this process, and writes to a variable that is its own.
    let waited = unsafe { libc::waitpid(child, &raw mut status, 0) };
    assert_eq!((waited, status), (child, 0));
    let report = telemetry.shutdown(PATIENCE);
    assert_eq!(
        (report.log_records_exported(), report.log_records_lost()),
        (1, 0),
        "{report}"
    );
    let bodies: Vec<_> = arrived(&receiver)
        .iter()
        .map(|(_, record)| body(record))
        .collect();
    assert_eq!(bodies, ["in the child", "in the parent"]);
}
