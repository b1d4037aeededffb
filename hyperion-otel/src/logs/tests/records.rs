//! Events as log records of OTLP, read by `opentelemetry-proto`.

use opentelemetry_proto::tonic::common::v1::any_value::Value as Any;
use opentelemetry_proto::tonic::logs::v1::LogRecord;
use prost::Message as _;
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::layer::Layer as _;

use super::*;
use crate::config::LogLimits;
use crate::export::LogBatch;
use crate::logs::LogQueue;
use crate::logs::export::RecordLayer;

fn queue(baggage: &[&str]) -> &'static LogQueue {
    let baggage = baggage.iter().map(|key| (*key).to_owned()).collect();
    LogQueue::leak(2048, 512, LogLimits::default(), baggage)
}

fn drained(queue: &LogQueue) -> Vec<(String, LogRecord)> {
    let mut batch = LogBatch::default();
    queue.drain(usize::MAX, &mut batch);
    batch
        .records()
        .map(|(scope, fields)| {
            (
                scope.to_owned(),
                LogRecord::decode(fields).expect("a record"),
            )
        })
        .collect()
}

/// The records that `log` makes, each with its scope.
fn recorded(baggage: &[&str], log: impl FnOnce()) -> Vec<(String, LogRecord)> {
    let queue = queue(baggage);
    let subscriber = tracing_subscriber::registry().with(RecordLayer::to(queue));
    tracing::subscriber::with_default(subscriber, log);
    drained(queue)
}

fn one(log: impl FnOnce()) -> LogRecord {
    let mut records = recorded(&[], log);
    assert_eq!(records.len(), 1, "{records:?}");
    records.remove(0).1
}

/// A value as a text that names its kind.
fn shown(value: Option<&Any>) -> String {
    match value {
        Some(Any::StringValue(text)) => format!("{text:?}"),
        Some(Any::BoolValue(value)) => format!("bool {value}"),
        Some(Any::IntValue(value)) => format!("int {value}"),
        Some(Any::DoubleValue(value)) => format!("double {value}"),
        other => format!("{other:?}"),
    }
}

/// The attributes, but for the place in the code.
fn attributes(record: &LogRecord) -> Vec<String> {
    let pairs = record.attributes.iter();
    let pairs = pairs.filter(|pair| !pair.key.starts_with("code."));
    pairs
        .map(|pair| {
            let value = pair.value.as_ref().and_then(|value| value.value.as_ref());
            format!("{} = {}", pair.key, shown(value))
        })
        .collect()
}

fn body(record: &LogRecord) -> String {
    shown(record.body.as_ref().and_then(|body| body.value.as_ref()))
}

#[test]
fn an_event_is_a_record_with_typed_attributes() {
    let before = SystemTime::now();
    let mut records = recorded(&[], || {
        in_span(|| {
            tracing::warn!(
                target: "users",
                id = 7,
                ratio = 0.5,
                cached = true,
                name = "Ada",
                shown = ?Some(1),
                most = u64::MAX,
                large = 7_u128,
                error = &Broken(io::Error::other("disk full")) as &dyn std::error::Error,
                "fetching {}", "user"
            );
        });
    });
    let (scope, record) = records.remove(0);
    assert_eq!(scope, "users");
    assert_eq!(body(&record), r#""fetching user""#);
    assert_eq!(
        (record.severity_number, &*record.severity_text),
        (13, "WARN")
    );
    assert_eq!(
        attributes(&record),
        [
            "id = int 7",
            "ratio = double 0.5",
            "cached = bool true",
            r#"name = "Ada""#,
            r#"shown = "Some(1)""#,
            r#"most = "18446744073709551615""#,
            "large = int 7",
            r#"error = "the store is broken: disk full""#,
        ]
    );
    assert_eq!(
        record.trace_id,
        0x0af7_6519_16cd_43dd_8448_eb21_1c80_319c_u128.to_be_bytes()
    );
    assert_eq!(record.span_id, 0x00f0_67aa_0ba9_02b7_u64.to_be_bytes());
    assert_eq!(record.flags, 1);
    assert_eq!(record.time_unix_nano, record.observed_time_unix_nano);
    let time = UNIX_EPOCH + Duration::from_nanos(record.time_unix_nano);
    assert!((before..=SystemTime::now()).contains(&time), "{time:?}");
    assert_eq!(record.event_name, "");
    assert_eq!(record.dropped_attributes_count, 0);
}

#[test]
fn the_place_in_the_code_is_told_by_the_conventions() {
    let record = one(|| tracing::info!("here"));
    let place: Vec<_> = record.attributes.iter().map(|pair| &*pair.key).collect();
    assert_eq!(place, ["code.file.path", "code.line.number"]);
    let own = one(|| tracing::info!({ "code.file.path" = "src/theirs.rs" }, "there"));
    let value = own.attributes[0]
        .value
        .clone()
        .and_then(|value| value.value);
    assert_eq!(shown(value.as_ref()), r#""src/theirs.rs""#);
}

#[test]
fn every_level_has_its_severity() {
    let records = recorded(&[], || {
        tracing::trace!("1");
        tracing::debug!("2");
        tracing::info!("3");
        tracing::warn!("4");
        tracing::error!("5");
    });
    let severities = records
        .iter()
        .map(|(_, record)| (record.severity_number, &*record.severity_text));
    assert_eq!(
        severities.collect::<Vec<_>>(),
        [
            (1, "TRACE"),
            (5, "DEBUG"),
            (9, "INFO"),
            (13, "WARN"),
            (17, "ERROR")
        ]
    );
}

#[test]
fn a_name_that_was_given_is_the_event_s() {
    assert_eq!(
        one(|| tracing::info!(name: "cart.paid", "paid")).event_name,
        "cart.paid"
    );
    assert_eq!(
        one(|| tracing::info!(name: "event of theirs", "paid")).event_name,
        "event of theirs"
    );
    assert_eq!(one(|| tracing::info!("paid")).event_name, "");
}

#[test]
fn an_event_without_a_message_has_no_body_and_a_message_may_be_a_number() {
    assert_eq!(one(|| tracing::info!(id = 7)).body, None);
    assert_eq!(body(&one(|| tracing::info!(message = 7))), "int 7");
}

#[test]
fn fields_of_spans_are_attributes_and_the_nearest_one_counts() {
    let record = one(|| {
        let _request =
            tracing::info_span!("request", id = 1, user = "Ada", tenant = "north").entered();
        let query = tracing::info_span!("query", id = 2, rows = tracing::field::Empty).entered();
        query.record("rows", 9);
        tracing::info!(user = "Grace", "found");
    });
    assert_eq!(
        attributes(&record),
        [
            r#"user = "Grace""#,
            "id = int 2",
            "rows = int 9",
            r#"tenant = "north""#
        ]
    );
}

#[test]
fn baggage_is_between_the_event_and_its_spans() {
    let baggage = Context::current().with_baggage([
        KeyValue::new("tenant.id", "north"),
        KeyValue::new("user.id", "theirs"),
        KeyValue::new("secret", "hidden"),
    ]);
    let records = recorded(&["tenant.id", "user.id", "absent"], || {
        let _attached = baggage.attach();
        let _span = tracing::info_span!("request", "tenant.id" = "of the span").entered();
        tracing::info!({ "user.id" = 7 }, "found");
    });
    assert_eq!(
        attributes(&records[0].1),
        ["user.id = int 7", r#"tenant.id = "north""#]
    );
}

#[test]
fn values_that_panic_or_fail_cost_themselves() {
    let record = one(|| tracing::info!(bad = ?Panics, worse = %Fails, "logged"));
    assert_eq!(body(&record), r#""logged""#);
    assert_eq!(
        attributes(&record),
        [
            r#"bad = "<panicked while it was formatted>""#,
            r#"worse = "half of <failed to be formatted>""#
        ]
    );
}

#[test]
fn what_is_logged_while_telemetry_is_delivered_is_no_record() {
    let records = recorded(&[], || {
        tracing::info!("before");
        let suppressed = Context::enter_telemetry_suppressed_scope();
        tracing::info!("by the client");
        drop(suppressed);
        tracing::info!("after");
    });
    let bodies: Vec<_> = records.iter().map(|(_, record)| body(record)).collect();
    assert_eq!(bodies, [r#""before""#, r#""after""#]);
}

#[test]
fn a_queue_is_bounded_by_records_and_by_bytes() {
    let queue = LogQueue::leak(3, 2, LogLimits::default(), Vec::new());
    let subscriber = tracing_subscriber::registry().with(RecordLayer::to(queue));
    tracing::subscriber::with_default(subscriber, || {
        (0..5).for_each(|number| tracing::info!(number, "counted"));
    });
    assert_eq!(queue.lost_by_reason()[0], ("queue_full", 2));
    assert_eq!(drained(queue).len(), 3);

    let queue = LogQueue::leak(usize::MAX, usize::MAX, LogLimits::default(), Vec::new());
    let subscriber = tracing_subscriber::registry().with(RecordLayer::to(queue));
    let long = "x".repeat(60 * 1024);
    tracing::subscriber::with_default(subscriber, || {
        (0..600).for_each(|_| tracing::info!("{long}"));
    });
    let lost = queue.lost_by_reason()[0].1;
    assert!((50..100).contains(&lost), "{lost} of 600 are beyond 32 MiB");
    let mut arrived = 0;
    loop {
        let mut batch = LogBatch::default();
        let taken = queue.drain(512, &mut batch);
        assert!(
            taken <= 35,
            "a request has some 2 MiB, and not {taken} such records"
        );
        arrived += taken as u64;
        if taken == 0 {
            break;
        }
    }
    assert_eq!(arrived + lost, 600);
}

#[test]
fn a_filter_of_the_layer_chooses_its_events() {
    let queue = queue(&[]);
    let layer = RecordLayer::to(queue).with_filter(LevelFilter::WARN);
    let lines = Written::default();
    let subscriber = tracing_subscriber::registry()
        .with(layer)
        .with(super::layer(LogFormat::Text, lines.clone()));
    tracing::subscriber::with_default(subscriber, || {
        tracing::info!("for the line alone");
        tracing::warn!("for both");
    });
    assert_eq!(drained(queue).len(), 1);
    assert_eq!(lines.lines().len(), 2);
}

#[test]
fn after_the_end_an_event_is_counted_once() {
    let queue = queue(&[]);
    let subscriber = tracing_subscriber::registry().with(RecordLayer::to(queue));
    tracing::subscriber::with_default(subscriber, || {
        tracing::info!("in time");
        assert_eq!(queue.seal(), 1);
        tracing::info!("amid the end");
        queue.close();
        tracing::info!("after it");
    });
    assert_eq!(queue.lost_by_reason()[2], ("after_shutdown", 1));
    assert!(drained(queue).is_empty());
}
