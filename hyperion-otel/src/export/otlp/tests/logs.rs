//! Log records: their bytes against those of `prost`, and their way to a server.

use opentelemetry_proto::tonic::collector::logs::v1::{
    ExportLogsPartialSuccess, ExportLogsServiceRequest, ExportLogsServiceResponse,
};
use opentelemetry_proto::tonic::common::v1::{
    AnyValue, InstrumentationScope as Scope, KeyValue as Pair, any_value,
};
use opentelemetry_proto::tonic::logs::v1::{LogRecord, ResourceLogs, ScopeLogs, SeverityNumber};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::{Just, Strategy, any, prop_assert_eq, prop_oneof, proptest};

use super::*;
use crate::config::{LogLimits, Logs};
use crate::export::{AttributeValue, LogBatch, LogRecord as Record};

#[derive(Clone, Debug)]
enum Value {
    Bool(bool),
    I64(i64),
    F64(f64),
    Text(String),
}

impl Value {
    fn view(&self) -> AttributeValue<'_> {
        match self {
            Self::Bool(value) => AttributeValue::Bool(*value),
            Self::I64(value) => AttributeValue::I64(*value),
            Self::F64(value) => AttributeValue::F64(*value),
            Self::Text(text) => AttributeValue::Text(text),
        }
    }

    fn message(&self) -> AnyValue {
        let value = match self.clone() {
            Self::Bool(value) => any_value::Value::BoolValue(value),
            Self::I64(value) => any_value::Value::IntValue(value),
            Self::F64(value) => any_value::Value::DoubleValue(value),
            Self::Text(text) => any_value::Value::StringValue(text),
        };
        AnyValue { value: Some(value) }
    }
}

/// All that goes into a record, and its scope.
#[derive(Clone, Debug)]
struct Content {
    scope: &'static str,
    unix_nanos: u64,
    body: Option<Value>,
    attributes: Vec<(String, Value)>,
    event_name: &'static str,
    ids: Option<(u128, u64, u8)>,
}

fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        any::<bool>().prop_map(Value::Bool),
        any::<i64>().prop_map(Value::I64),
        any::<f64>().prop_map(Value::F64),
        "\\PC{0,12}".prop_map(Value::Text),
        Just(Value::Text("x".repeat(127))),
        Just(Value::Text("y".repeat(128))),
        Just(Value::Text("z".repeat(16_000))),
    ]
}

fn content() -> impl Strategy<Value = Content> {
    let scope = prop_oneof![Just("users"), Just("users::store"), Just("")];
    let attributes = vec(("\\PC{1,6}", value()), 0..6).prop_map(|mut attributes| {
        let mut seen: Vec<String> = Vec::new();
        attributes.retain(|(key, _)| {
            let is_new = !seen.contains(key);
            seen.push(key.clone());
            is_new
        });
        attributes
    });
    let event_name = prop_oneof![Just(""), Just("exception")];
    let ids = option::of((1..=u128::MAX, 1..=u64::MAX, any::<u8>()));
    let head = (scope, any::<u64>(), event_name, ids);
    (head, option::of(value()), attributes).prop_map(|(head, body, attributes)| Content {
        scope: head.0,
        unix_nanos: head.1,
        body,
        attributes,
        event_name: head.2,
        ids: head.3,
    })
}

fn ours(content: &Content, writer: &mut RecordWriter) -> Record {
    writer.clear();
    // Attributes may come before the message.
    for (key, value) in &content.attributes {
        writer.attribute(key, value.view(), &LogLimits::default());
    }
    if let Some(body) = &content.body {
        writer.body(body.view());
    }
    let ids = content.ids.map(|(trace, span, flags)| {
        let flags = TraceFlags::new(flags);
        (TraceId::from(trace), SpanId::from(span), flags)
    });
    let fields = writer.finish(&RecordHead {
        unix_nanos: content.unix_nanos,
        severity: SeverityNumber::Warn,
        severity_text: "WARN",
        event_name: content.event_name,
        ids,
    });
    Record {
        scope: content.scope.into(),
        fields: fields.into(),
    }
}

fn theirs(content: &Content) -> LogRecord {
    let pair = |(key, value): &(String, Value)| Pair {
        key: key.clone(),
        value: Some(value.message()),
        ..Pair::default()
    };
    let flags = content.ids.map_or(0, |(_, _, flags)| flags);
    let trace = content.ids.map(|(trace, ..)| trace.to_be_bytes().to_vec());
    let span = content.ids.map(|(_, span, _)| span.to_be_bytes().to_vec());
    LogRecord {
        time_unix_nano: content.unix_nanos,
        observed_time_unix_nano: content.unix_nanos,
        severity_number: SeverityNumber::Warn.into(),
        severity_text: "WARN".into(),
        body: content.body.as_ref().map(Value::message),
        attributes: content.attributes.iter().map(pair).collect(),
        dropped_attributes_count: 0,
        flags: flags.into(),
        trace_id: trace.unwrap_or_default(),
        span_id: span.unwrap_or_default(),
        event_name: content.event_name.into(),
    }
}

proptest! {
    #[test]
    fn requests_are_written_as_by_prost(contents in vec(content(), 1..6)) {
        let (mut batch, mut writer) = (LogBatch::default(), RecordWriter::default());
        let mut scope_logs: Vec<ScopeLogs> = Vec::new();
        for content in &contents {
            batch.push(ours(content, &mut writer));
            let name = |logs: &ScopeLogs| logs.scope.as_ref().map(|scope| scope.name.clone());
            let known = scope_logs.iter_mut().find(|logs| name(logs).as_deref() == Some(content.scope));
            match known {
                Some(logs) => logs.log_records.push(theirs(content)),
                None => scope_logs.push(ScopeLogs {
                    scope: Some(Scope { name: content.scope.into(), ..Scope::default() }),
                    log_records: vec![theirs(content)],
                    schema_url: String::new(),
                }),
            }
        }
        let ours = super::super::logs::LogEncoder::new(&resource()).request(&batch);
        let theirs = ExportLogsServiceRequest {
            resource_logs: vec![ResourceLogs {
                resource: Some((&resource()).into()),
                scope_logs,
                schema_url: String::new(),
            }],
        };
        // Messages first, which show where they differ. A number that is none equals nothing, so they are compared as texts.
        let read = ExportLogsServiceRequest::decode(&*ours).expect("it is a request");
        prop_assert_eq!(format!("{read:?}"), format!("{theirs:?}"));
        prop_assert_eq!(ours, theirs.encode_to_vec());
    }
}

/// The attributes of a record that is made with these limits, and the number of those that were dropped.
fn limited(limits: &LogLimits, attributes: &[(&str, &str)]) -> (Vec<(String, String)>, u32) {
    let mut writer = RecordWriter::default();
    for (key, value) in attributes {
        writer.attribute(key, AttributeValue::Text(value), limits);
    }
    let head = RecordHead {
        unix_nanos: 1,
        severity: SeverityNumber::Info,
        severity_text: "INFO",
        event_name: "",
        ids: None,
    };
    let record = LogRecord::decode(writer.finish(&head)).unwrap();
    let text = |pair: Pair| match pair.value.and_then(|value| value.value) {
        Some(any_value::Value::StringValue(text)) => (pair.key, text),
        other => panic!("{other:?}"),
    };
    let attributes = record.attributes.into_iter().map(text).collect();
    (attributes, record.dropped_attributes_count)
}

#[test]
fn attributes_are_limited_and_counted() {
    let mut limits = LogLimits::default();
    (limits.attributes, limits.attribute_value_length) = (2, Some(3));
    let pair = |key: &str, value: &str| (key.to_owned(), value.to_owned());
    assert_eq!(
        limited(
            &limits,
            &[
                ("a", "grüße"),
                ("a", "again"),
                ("b", "b"),
                ("c", "c"),
                ("d", "d"),
                ("b", "b")
            ]
        ),
        (vec![pair("a", "grü"), pair("b", "b")], 2)
    );
    let long = "é".repeat(20_000);
    let (attributes, dropped) =
        limited(&LogLimits::default(), &[("long", &long), ("", "nameless")]);
    assert_eq!(
        (attributes.len(), attributes[0].1.len(), dropped),
        (1, 16 * 1024, 0)
    );
}

fn logs(protocol: Protocol, url: &str) -> Logs {
    Logs {
        otlp: otlp(protocol, url),
        ..Logs::default()
    }
}

fn batch(count: u64) -> LogBatch {
    let mut batch = LogBatch::default();
    for unix_nanos in 1..=count {
        let content = Content {
            scope: "users",
            unix_nanos,
            body: Some(Value::Text("fetching user".to_owned())),
            attributes: Vec::new(),
            event_name: "",
            ids: None,
        };
        batch.push(ours(&content, &mut RecordWriter::default()));
    }
    batch
}

#[test]
fn records_are_sent_over_http_and_refusals_are_told() {
    let refusal = ExportLogsServiceResponse {
        partial_success: Some(ExportLogsPartialSuccess {
            rejected_log_records: 2,
            error_message: "too old".to_owned(),
        }),
    };
    let kind = "content-type: application/x-protobuf\r\n";
    let (address, asked) = http_server(vec![
        answer("200 OK", kind, &[]),
        answer("200 OK", kind, &refusal.encode_to_vec()),
        answer("404 Not Found", "", b""),
    ]);
    let url = format!("http://{address}/v1/logs");
    let mut sink = log_sink(&logs(Protocol::HttpProtobuf, &url), &resource()).unwrap();
    assert_eq!(sink.export(&batch(3)), Ok(()));
    let request = asked.recv().unwrap();
    assert!(
        request.head.starts_with("post /v1/logs http/1.1\r\n"),
        "{}",
        request.head
    );
    assert!(
        request.head.contains("api-key: hunter2-secret"),
        "{}",
        request.head
    );
    let message = ExportLogsServiceRequest::decode(&*request.body).unwrap();
    let [logs] = &message.resource_logs[..] else {
        panic!("{message:?}")
    };
    assert_eq!(logs.resource, Some((&resource()).into()));
    assert_eq!(logs.scope_logs[0].log_records.len(), 3);

    let refused = sink.export(&batch(3)).unwrap_err();
    assert_eq!(refused.rejected(), Some(2));
    assert!(refused.to_string().contains("too old"), "{refused}");
    let missing = sink.export(&batch(3)).unwrap_err().to_string();
    assert!(missing.contains("usually ends with /v1/logs"), "{missing}");
}

#[test]
fn a_dead_receiver_of_logs_is_named_with_its_key() {
    for protocol in [Protocol::HttpProtobuf, Protocol::Grpc] {
        let url = format!("http://{}", dead_address());
        let mut sink = log_sink(&logs(protocol, &url), &resource()).unwrap();
        let error = sink.export(&batch(1)).unwrap_err();
        assert!(error.is_retryable());
        assert!(
            error
                .to_string()
                .ends_with("start the receiver, or mend `logs.endpoint`"),
            "{error}"
        );
    }
}
