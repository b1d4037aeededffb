//! The bytes of spans, against those that `prost` writes of what `opentelemetry-proto` makes of the same spans.

use opentelemetry::trace::{Event, Link};
use opentelemetry::{Array, Key, Value};
use opentelemetry_proto::transform::trace::tonic::group_spans_by_resource_and_scope;
use proptest::collection::vec;
use proptest::prelude::{Just, Strategy, any, prop_assert_eq, prop_oneof, proptest};

use super::*;
use crate::export::testing::add;
use hyperion_runtime::backend::{Records, Site};

/// A request of the spans of `records`, by us and by `prost`.
fn written(records: &Records, common: &[KeyValue], most_of_site: usize) -> [Vec<u8>; 2] {
    let scope = InstrumentationScope::builder("program")
        .with_version("1.2.3")
        .build();
    let resource = Resource::builder_empty()
        .with_schema_url(
            [KeyValue::new("service.name", "shop")],
            "https://opentelemetry.io/schemas/1.40.0",
        )
        .build();
    let batch = SpanBatch::new(records, &scope, common, most_of_site);
    let ours = SpanEncoder::new(&resource).request(&batch);
    let data = batch.to_span_data();
    let resource_spans = group_spans_by_resource_and_scope(data, &(&resource).into());
    [
        ours,
        ExportTraceServiceRequest { resource_spans }.encode_to_vec(),
    ]
}

/// Compares messages first, which shows where they differ.
macro_rules! assert_same {
    ($written:expr) => {
        let [ours, theirs] = $written;
        let read =
            |bytes: &[u8]| ExportTraceServiceRequest::decode(bytes).expect("it is a request");
        prop_assert_eq!(read(&ours), read(&theirs));
        prop_assert_eq!(ours, theirs);
    };
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "\\PC{0,12}",
        1 => Just("x".repeat(127)),
        1 => Just("y".repeat(128)),
        1 => Just("z".repeat(20_000)),
    ]
}

fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        text().prop_map(Value::from),
        vec(any::<bool>(), 0..4).prop_map(|values| Value::Array(Array::Bool(values))),
        vec(any::<i64>(), 0..4).prop_map(|values| Value::Array(Array::I64(values))),
        vec(any::<f64>(), 0..4).prop_map(|values| Value::Array(Array::F64(values))),
        vec(text(), 0..4).prop_map(|values| {
            Value::Array(Array::String(values.into_iter().map(Into::into).collect()))
        }),
    ]
}

fn attributes() -> impl Strategy<Value = Vec<KeyValue>> {
    let attribute = (text(), value()).prop_map(|(key, value)| KeyValue::new(key, value));
    vec(attribute, 0..5).prop_map(|mut attributes| {
        let mut seen: Vec<Key> = Vec::new();
        // A span has each key once.
        attributes.retain(|attribute| {
            let is_new = !seen.contains(&attribute.key);
            seen.push(attribute.key.clone());
            is_new
        });
        attributes
    })
}

/// A moment, also one before 1970, which counts as its beginning.
fn time() -> impl Strategy<Value = SystemTime> {
    prop_oneof![
        Just(SystemTime::UNIX_EPOCH - Duration::from_secs(1)),
        any::<u32>().prop_map(|nanos| SystemTime::UNIX_EPOCH + Duration::from_nanos(nanos.into())),
        any::<u32>().prop_map(|seconds| SystemTime::UNIX_EPOCH + Duration::new(seconds.into(), 7)),
    ]
}

fn context() -> impl Strategy<Value = SpanContext> {
    let state = prop_oneof![
        Just(TraceState::NONE),
        Just(TraceState::from_key_value([("vendor", "a:1"), ("other", "b")]).expect("it is valid")),
    ];
    (
        any::<u128>(),
        any::<u64>(),
        any::<u8>(),
        any::<bool>(),
        state,
    )
        .prop_map(|(trace, span, flags, remote, state)| {
            SpanContext::new(
                trace.into(),
                span.into(),
                TraceFlags::new(flags),
                remote,
                state,
            )
        })
}

fn status() -> impl Strategy<Value = SpanStatus> {
    prop_oneof![
        Just(SpanStatus::Unset),
        Just(SpanStatus::Ok),
        text().prop_map(SpanStatus::error),
    ]
}

fn kind() -> impl Strategy<Value = SpanKind> {
    prop_oneof![
        Just(SpanKind::Client),
        Just(SpanKind::Server),
        Just(SpanKind::Producer),
        Just(SpanKind::Consumer),
        Just(SpanKind::Internal),
    ]
}

fn scope() -> impl Strategy<Value = InstrumentationScope> {
    let builder = InstrumentationScope::builder;
    prop_oneof![
        Just(InstrumentationScope::default()),
        Just(builder("library").with_version("0.1").build()),
        Just(
            builder("library")
                .with_schema_url("https://example.com/1")
                .with_attributes([KeyValue::new("a", 1)])
                .build()
        ),
    ]
}

fn event() -> impl Strategy<Value = Event> {
    (text(), time(), attributes(), 0..3u32)
        .prop_map(|(name, time, attributes, dropped)| Event::new(name, time, attributes, dropped))
}

fn link() -> impl Strategy<Value = Link> {
    (context(), attributes(), 0..3u32)
        .prop_map(|(context, attributes, dropped)| Link::new(context, attributes, dropped))
}

fn span_data() -> impl Strategy<Value = SpanData> {
    let identity = (
        context(),
        any::<u64>(),
        any::<bool>(),
        kind(),
        text(),
        scope(),
    );
    let content = (
        attributes(),
        vec(event(), 0..3),
        vec(link(), 0..3),
        status(),
    );
    let dropped = (0..3u32, 0..3u32, 0..3u32);
    (identity, content, dropped, time(), time()).prop_map(
        |(identity, (attributes, events, links, status), dropped, start_time, end_time)| {
            let (span_context, parent, parent_span_is_remote, span_kind, name, scope) = identity;
            let mut span = SpanData {
                span_context,
                parent_span_id: parent.into(),
                parent_span_is_remote,
                span_kind,
                name: name.into(),
                start_time,
                end_time,
                attributes,
                dropped_attributes_count: dropped.0,
                events: SpanEvents::default(),
                links: SpanLinks::default(),
                status,
                instrumentation_scope: scope,
            };
            (span.events.events, span.events.dropped_count) = (events, dropped.1);
            (span.links.links, span.links.dropped_count) = (links, dropped.2);
            span
        },
    )
}

fn site() -> &'static Site {
    static SITE: std::sync::OnceLock<&Site> = std::sync::OnceLock::new();
    SITE.get_or_init(|| {
        let attributes = vec![
            KeyValue::new("component", "UserService"),
            KeyValue::new("code.line.number", 7),
        ];
        Site::new("UserService.get", SpanKind::Server, attributes)
    })
}

proptest! {
    #[test]
    fn spans_of_others_are_written_as_by_prost(spans in vec(span_data(), 1..6)) {
        let mut records = Records::default();
        for span in spans {
            add(&mut records, None, false, span);
        }
        assert_same!(written(&records, &[], 128));
    }

    #[test]
    fn spans_of_call_sites_are_written_as_by_prost(
        spans in vec((span_data(), any::<bool>(), any::<bool>()), 1..6),
        has_common in any::<bool>(),
        most_of_site in 0..4usize,
    ) {
        // The last one is a key that the call site has, too.
        let common = [KeyValue::new("tenant", "north"), KeyValue::new("component", "another")];
        let common = if has_common { &common[..] } else { &[] };
        let mut records = Records::default();
        for (mut span, is_renamed, overrides) in spans {
            if overrides {
                span.attributes.push(KeyValue::new("code.line.number", "own"));
            }
            add(&mut records, Some(site()), is_renamed, span);
        }
        assert_same!(written(&records, common, most_of_site));
    }
}
