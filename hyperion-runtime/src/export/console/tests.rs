//! What people see, without the colours.

#![allow(clippy::needless_raw_string_hashes, reason = "expect-test writes them")]

use std::sync::Arc;
use std::time::SystemTime;

use anstream::adapter::strip_str;
use expect_test::{Expect, expect};
use opentelemetry::trace::{
    Event, SpanContext, SpanId, SpanKind, Status, TraceFlags, TraceId, TraceState,
};
use opentelemetry::{InstrumentationScope, KeyValue};
use opentelemetry_sdk::trace::{SpanEvents, SpanLinks};

use super::trace_buffer::Part;
use super::*;
use crate::export::sdk_metrics_for_tests::sdk_metrics;
use crate::metrics::snapshot::{Data, Family, HistogramPoint, Number, NumberPoint};

const TRACE: u128 = 0x4bf9_2f35_77b3_4da6_a3ce_929d_0e0e_4736;

/// A span that begins and ends so many microseconds after the epoch.
fn span(id: u64, parent: u64, name: &'static str, start: u64, end: u64) -> SpanData {
    SpanData {
        span_context: SpanContext::new(
            TraceId::from(TRACE),
            SpanId::from(id),
            TraceFlags::SAMPLED,
            false,
            TraceState::default(),
        ),
        parent_span_id: SpanId::from(parent),
        parent_span_is_remote: false,
        span_kind: SpanKind::Internal,
        name: name.into(),
        start_time: SystemTime::UNIX_EPOCH + Duration::from_micros(start),
        end_time: SystemTime::UNIX_EPOCH + Duration::from_micros(end),
        attributes: Vec::new(),
        dropped_attributes_count: 0,
        events: SpanEvents::default(),
        links: SpanLinks::default(),
        status: Status::Unset,
        instrumentation_scope: InstrumentationScope::default(),
    }
}

fn with(mut span: SpanData, attributes: &[(&'static str, &'static str)]) -> SpanData {
    span.attributes.extend(
        attributes
            .iter()
            .map(|&(key, value)| KeyValue::new(key, value)),
    );
    span
}

fn failed(mut span: SpanData, kind: &'static str, message: &'static str) -> SpanData {
    span.status = Status::error(message);
    span.attributes.push(KeyValue::new("error.type", kind));
    span
}

fn trees(columns: u16) -> Trees<Vec<u8>> {
    Trees {
        out: Vec::new(),
        width: Width::Fixed(columns),
        buffer: TraceBuffer::default(),
    }
}

/// What was written, without the colours.
fn plain(out: &[u8]) -> String {
    strip_str(std::str::from_utf8(out).unwrap()).to_string()
}

/// What one batch looks like in so many columns.
fn show(batch: Vec<SpanData>, columns: u16) -> String {
    let mut trees = trees(columns);
    trees.export(batch).unwrap();
    plain(&trees.out)
}

fn check(batch: Vec<SpanData>, expected: &Expect) {
    expected.assert_eq(&show(batch, 100));
}

/// A checkout whose payment is declined.
fn checkout() -> Vec<SpanData> {
    vec![
        with(
            span(2, 1, "UserRepository.find", 100, 1000),
            &[
                ("component", "UserRepository"),
                ("code.line.number", "7"),
                ("user.id", "7"),
            ],
        ),
        failed(
            with(
                span(3, 1, "PaymentClient.charge", 2500, 12_300),
                &[("amount", "99")],
            ),
            "CardDeclined",
            "card was declined",
        ),
        span(1, 0, "OrderService.checkout", 0, 12_400),
    ]
}

#[test]
fn a_trace_is_a_tree_with_bars() {
    check(
        checkout(),
        &expect![[r#"
            trace 4bf92f3577b34da6a3ce929d0e0e4736                    12.4 ms
            OrderService.checkout               ███████████████████   12.4 ms
            ├─ UserRepository.find  user.id=7   █▍                     0.9 ms
            └─ PaymentClient.charge  amount=99     ███████████████     9.8 ms  ✗ CardDeclined: card was declined

        "#]],
    );
}

#[test]
fn children_may_come_before_their_root_and_in_any_batch() {
    let mut trees = trees(100);
    for span in checkout() {
        assert!(trees.out.is_empty());
        trees.export(vec![span]).unwrap();
    }
    assert_eq!(plain(&trees.out), show(checkout(), 100));
}

#[test]
fn nested_spans_have_branches() {
    check(
        vec![
            span(1, 0, "root", 0, 1000),
            span(2, 1, "first", 0, 400),
            span(3, 2, "first of first", 0, 200),
            span(4, 3, "deepest", 50, 100),
            span(5, 2, "second of first", 200, 400),
            span(6, 1, "second", 500, 900),
            span(7, 6, "only of second", 600, 601),
        ],
        &expect![[r#"
            trace 4bf92f3577b34da6a3ce929d0e0e4736                   1.0 ms
            root                   ██████████████████████████████    1.0 ms
            ├─ first               ████████████                      0.4 ms
            │  ├─ first of first   ██████                            0.2 ms
            │  │  └─ deepest        █▌                              50.0 µs
            │  └─ second of first        ██████                      0.2 ms
            └─ second                             ████████████       0.4 ms
               └─ only of second                     ▏               1.0 µs

        "#]],
    );
}

#[test]
fn each_end_has_its_mark() {
    let panicked = failed(
        with(span(2, 1, "a", 0, 10), &[("outcome", "panic")]),
        "panic",
        "index out of bounds",
    );
    let cancelled = with(span(3, 1, "b", 10, 20), &[("outcome", "cancelled")]);
    let mut recorded = span(4, 1, "c", 20, 30);
    recorded.status = Status::error("");
    recorded.events.events.push(Event::new(
        "exception",
        SystemTime::UNIX_EPOCH,
        vec![
            KeyValue::new("exception.type", "shop::payment::Declined"),
            KeyValue::new("exception.message", "no\nmoney"),
        ],
        0,
    ));
    let mut silent = span(5, 1, "d", 30, 40);
    silent.status = Status::error("");
    let long = failed(
        span(6, 1, "e", 40, 50),
        "Timeout",
        "the warehouse did not answer within the thirty seconds that it promised to everybody who asks it",
    );
    check(
        vec![
            span(1, 0, "root", 0, 50),
            panicked,
            cancelled,
            recorded,
            silent,
            long,
        ],
        &expect![[r#"
            trace 4bf92f3577b34da6a3ce929d0e0e4736   50.0 µs
            root    ██████████████████████████████   50.0 µs
            ├─ a    ██████                           10.0 µs  ✗ panicked: index out of bounds
            ├─ b          ██████                     10.0 µs  ⊘ cancelled
            ├─ c                ██████               10.0 µs  ✗ Declined: no\nmoney
            ├─ d                      ██████         10.0 µs  ✗ failed
            └─ e                            ██████   10.0 µs
                 ✗ Timeout: the warehouse did not answer within the thirty seconds that it promised to everybod…

        "#]],
    );
}

#[test]
fn durations_of_nothing_are_shown() {
    check(
        vec![span(1, 0, "root", 5, 5), span(2, 1, "child", 5, 5)],
        &expect![[r#"
            trace 4bf92f3577b34da6a3ce929d0e0e4736         0 s
            root      ▏                                    0 s
            └─ child  ▏                                    0 s

        "#]],
    );
}

#[test]
fn wide_names_keep_the_columns_in_line() {
    check(
        vec![
            span(1, 0, "注文サービス.チェックアウト", 0, 1000),
            with(span(2, 1, "café", 0, 500), &[("пользователь", "Ольга 🦀")]),
            span(3, 1, "👩‍👩‍👧 family", 500, 1000),
        ],
        &expect![[r#"
            trace 4bf92f3577b34da6a3ce929d0e0e4736                            1.0 ms
            注文サービス.チェックアウト     ██████████████████████████████    1.0 ms
            ├─ café  пользователь=Ольга 🦀  ███████████████                   0.5 ms
            └─ 👩‍👩‍👧 family                                   ███████████████    0.5 ms

        "#]],
    );
}

#[test]
fn long_lines_are_clipped_to_the_terminal() {
    let batch = vec![
        span(
            1,
            0,
            "a_service_with_a_name_that_somebody_was_paid_for_by_the_letter.and_a_method",
            0,
            1000,
        ),
        with(
            span(2, 1, "query", 0, 500),
            &[(
                "db.query.text",
                "SELECT id, name, address, phone FROM users WHERE id = $1 AND deleted = false",
            )],
        ),
        failed(
            span(3, 1, "short", 500, 600),
            "Odd",
            "something went wrong in a way that takes a while to tell",
        ),
    ];
    let narrow = show(batch, 60);
    assert!(
        narrow.lines().all(|line| text::width(line) <= 60),
        "{narrow}"
    );
    expect![[r#"
        trace 4bf92f3577b34da6a3ce929d0e0e4736                1.0 ms
        a_service_with_a_name_that_so…  ██████████████████    1.0 ms
        ├─ query  db.query.text=SELEC…  █████████             0.5 ms
        └─ short                                 █▊           0.1 ms
             ✗ Odd: something went wrong in a way that takes a whil…

    "#]]
    .assert_eq(&narrow);
}

#[test]
fn nothing_a_span_says_reaches_the_terminal_raw() {
    let evil = failed(
        with(span(1, 0, "evil\x1b[2J\nname", 0, 1), &[("key", "a\rb")]),
        "E\x07",
        "\u{202e}desrever",
    );
    check(
        vec![evil],
        &expect![[r#"
        trace 4bf92f3577b34da6a3ce929d0e0e4736                           1.0 µs
        evil\u{1b}[2J\nname  key=a\rb  ██████████████████████████████    1.0 µs  ✗ E\u{7}: \u{202e}desrever

    "#]],
    );
}

#[test]
fn a_deep_trace_stays_readable() {
    let batch: Vec<SpanData> = (1..=1000)
        .map(|id| span(id, id - 1, "level", id, 3000 - id))
        .collect();
    let page = show(batch, 100);

    let lines: Vec<&str> = page.lines().collect();
    assert_eq!(lines.len(), 203);
    assert!(lines.iter().all(|line| text::width(line) <= 100), "{page}");
    assert!(lines[20].contains("└19─ level"), "{}", lines[20]);
    assert_eq!(lines[201], "… 800 of 1000 spans are not shown");
}

#[test]
fn a_wide_trace_shows_the_first_and_the_failed() {
    let mut batch: Vec<SpanData> = (2..=10_000)
        .map(|id| span(id, 1, "item", id, id + 1))
        .collect();
    for bad in [5000, 9000] {
        batch[bad] = failed(batch[bad].clone(), "Odd", "number");
    }
    batch.push(span(1, 0, "root", 0, 20_000));
    let page = show(batch, 100);
    assert_eq!(page.matches("✗ Odd: number").count(), 2, "{page}");
    assert!(
        page.contains("└─ … 9977 more\n… 9977 of 10000 spans are not shown\n"),
        "{page}"
    );
    assert_eq!(page.lines().count(), 1 + 1 + 22 + 2 + 1);
}

#[test]
fn spans_in_a_circle_do_not_hang() {
    let mut trees = trees(100);
    trees
        .export(vec![
            span(1, 2, "a", 0, 1),
            span(2, 1, "b", 0, 1),
            span(3, 3, "c", 0, 1),
        ])
        .unwrap();
    trees.shutdown(Duration::ZERO);
    let page = plain(&trees.out);
    assert!(page.contains("its root has not ended"), "{page}");
}

#[test]
fn a_call_from_another_process_is_a_root() {
    let mut root = span(1, 77, "UserService.get", 0, 1000);
    root.parent_span_is_remote = true;
    check(
        vec![root],
        &expect![[r#"
            trace 4bf92f3577b34da6a3ce929d0e0e4736             1.0 ms  called from another process
            UserService.get  ██████████████████████████████    1.0 ms

        "#]],
    );
}

#[test]
fn what_ends_after_its_root_follows_later() {
    let mut buffer = TraceBuffer::default();
    let now = Instant::now();
    assert_eq!(buffer.add(vec![span(1, 0, "root", 0, 10)], now).len(), 1);
    assert!(buffer.add(vec![span(2, 1, "late", 5, 20)], now).is_empty());
    assert!(
        buffer
            .add(
                vec![span(3, 2, "later", 15, 30)],
                now + Duration::from_millis(900)
            )
            .is_empty()
    );
    let late = buffer.add(Vec::new(), now + Duration::from_secs(1));
    assert_eq!(
        late.iter()
            .map(|trace| (trace.part, trace.spans.len()))
            .collect::<Vec<_>>(),
        [(Part::Late, 2)]
    );
    assert!(buffer.drain().is_empty());
}

#[test]
fn what_never_sees_its_root_is_shown_in_the_end() {
    let mut buffer = TraceBuffer::default();
    let now = Instant::now();
    assert!(buffer.add(vec![span(2, 1, "child", 5, 20)], now).is_empty());
    assert!(
        buffer
            .add(Vec::new(), now + Duration::from_secs(59))
            .is_empty()
    );
    let orphans = buffer.add(Vec::new(), now + Duration::from_secs(60));
    assert_eq!(
        orphans.iter().map(|trace| trace.part).collect::<Vec<_>>(),
        [Part::Unfinished]
    );
}

#[test]
fn a_root_takes_only_what_is_below_it() {
    let mut inner = span(5, 4, "inner server", 20, 30);
    inner.parent_span_is_remote = true;
    let mut buffer = TraceBuffer::default();
    let first = buffer.add(
        vec![
            span(6, 5, "below", 21, 22),
            span(3, 2, "elsewhere", 1, 2),
            inner,
        ],
        Instant::now(),
    );
    assert_eq!(
        first
            .iter()
            .map(|trace| trace.spans.len())
            .collect::<Vec<_>>(),
        [2]
    );
    assert_eq!(
        buffer
            .drain()
            .iter()
            .map(|trace| trace.spans.len())
            .collect::<Vec<_>>(),
        [1]
    );
}

#[test]
fn memory_is_bounded() {
    let mut buffer = TraceBuffer::default();
    let now = Instant::now();
    let mut shown = 0;
    for id in 1..=50_000_u64 {
        let mut orphan = span(id, id + 1, "orphan", 0, 1);
        orphan.span_context = SpanContext::new(
            TraceId::from(u128::from(id / 100 + 1)),
            SpanId::from(id),
            TraceFlags::SAMPLED,
            false,
            TraceState::default(),
        );
        shown += buffer
            .add(vec![orphan], now)
            .iter()
            .map(|trace| trace.spans.len())
            .sum::<usize>();
    }
    let waiting: usize = buffer.drain().iter().map(|trace| trace.spans.len()).sum();
    assert!(waiting <= 20_000, "{waiting}");
    assert_eq!(shown + waiting, 50_000);
}

#[test]
fn colours_are_there_for_those_who_see_them() {
    let mut trees = Trees {
        out: Vec::new(),
        width: Width::Fixed(100),
        buffer: TraceBuffer::default(),
    };
    trees.export(checkout()).unwrap();
    let page = String::from_utf8(trees.out).unwrap();
    assert!(
        page.contains("\x1b[31m✗ CardDeclined: card was declined\x1b[0m"),
        "{page:?}"
    );
}

#[test]
fn a_console_that_is_gone_is_an_error() {
    struct Closed;

    impl Write for Closed {
        fn write(&mut self, _bytes: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::BrokenPipe.into())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    let mut trees = Trees {
        out: Closed,
        width: Width::Fixed(100),
        buffer: TraceBuffer::default(),
    };
    let error = trees.export(checkout()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the console cannot be written to: broken pipe"
    );
}

fn family(name: &'static str, unit: &'static str, data: Data) -> Family {
    Family {
        name: name.into(),
        description: "".into(),
        unit: unit.into(),
        data,
    }
}

fn labels(labels: &[(&'static str, &'static str)]) -> Vec<crate::metrics::snapshot::Label> {
    labels
        .iter()
        .map(|&(key, value)| (key.into(), value.into()))
        .collect()
}

fn point(pairs: &[(&'static str, &'static str)], value: Number) -> NumberPoint {
    NumberPoint {
        labels: labels(pairs),
        value,
    }
}

fn call(
    method: &'static str,
    outcome: &'static str,
    buckets: [u64; 4],
    sum: f64,
) -> HistogramPoint {
    HistogramPoint {
        labels: labels(&[
            ("component", "OrderService"),
            ("method", method),
            ("outcome", outcome),
        ]),
        buckets: buckets.into(),
        sum,
    }
}

fn snapshot() -> Snapshot {
    let bounds: Arc<[f64]> = Arc::from([0.005, 0.01, 0.1]);
    let calls = vec![
        call("checkout", "ok", [10, 80, 10, 0], 0.8),
        call("checkout", "error", [0, 0, 18, 2], 2.4),
        call("find", "ok", [100, 0, 0, 0], 0.1),
        call("find", "cancelled", [3, 0, 0, 0], 0.001),
        call("never", "ok", [0, 0, 0, 0], 0.0),
    ];
    let waits = vec![HistogramPoint {
        labels: Vec::new(),
        buckets: vec![1, 0, 0, 0],
        sum: 0.002,
    }];
    let lookups = vec![
        point(&[("tier", "memory")], Number::U64(12_345)),
        point(&[("tier", "redis"), ("warm", "true")], Number::U64(7)),
    ];
    let time = SystemTime::UNIX_EPOCH + Duration::from_secs(14 * 3600 + 2 * 60 + 7);
    Snapshot {
        start: SystemTime::UNIX_EPOCH,
        time,
        families: vec![
            family("cache.lookups", "{lookup}", Data::Counter(lookups)),
            family(
                "cache.size",
                "By",
                Data::Gauge(vec![point(&[], Number::I64(1_572_864))]),
            ),
            family("empty", "", Data::Counter(Vec::new())),
            family(
                "hyperion.call.duration",
                "s",
                Data::Histogram {
                    bounds: Arc::clone(&bounds),
                    points: calls,
                },
            ),
            family(
                "pool.wait",
                "s",
                Data::Histogram {
                    bounds,
                    points: waits,
                },
            ),
            family(
                "queue.size",
                "{job}",
                Data::UpDownCounter(vec![point(&[], Number::I64(-3))]),
            ),
            family(
                "room.temperature",
                "Cel",
                Data::Gauge(vec![point(&[("room", "a")], Number::F64(21.5))]),
            ),
        ],
    }
}

fn tables() -> Tables<Vec<u8>> {
    Tables {
        out: Vec::new(),
        width: Width::Fixed(100),
        last: String::new(),
    }
}

#[test]
fn metrics_are_a_table() {
    let mut tables = tables();
    tables
        .export(&snapshot(), &ResourceMetrics::default())
        .unwrap();
    expect![[r#"
        metrics at 14:02:07 UTC
        call                     calls   errors  cancelled        mean         p50         p90         p99
        OrderService.checkout      120       20          0     26.7 ms      8.1 ms     67.9 ms  > 100.0 ms
        OrderService.find          103        0          3    980.6 µs      2.5 ms      4.5 ms      5.0 ms

        cache.lookups
          tier=memory            12345
          tier=redis  warm=true      7
        cache.size  1.5 MiB
        pool.wait  1 value, mean 2.0 ms, p50 2.5 ms, p90 4.5 ms, p99 5.0 ms
        queue.size  -3
        room.temperature
          room=a  21.5 Cel

    "#]].assert_eq(&plain(&tables.out));
}

#[test]
fn metrics_of_the_opentelemetry_api_are_in_the_table() {
    let metrics = sdk_metrics(|meter| {
        meter
            .u64_counter("their.requests")
            .build()
            .add(5, &[KeyValue::new("route", "/users")]);
        meter
            .f64_histogram("their.duration")
            .with_unit("ms")
            .with_boundaries(vec![10.0])
            .build()
            .record(4.0, &[]);
    });
    let mut nothing = snapshot();
    nothing.families.clear();
    let mut tables = tables();
    tables.export(&nothing, &metrics).unwrap();
    expect![[r#"
        metrics at 14:02:07 UTC
        their.requests  a library
          route=/users  5
        their.duration  a library  1 value, mean 4.0 ms, p50 5.0 ms, p90 9.0 ms, p99 9.9 ms

    "#]]
    .assert_eq(&plain(&tables.out));
}

#[test]
fn a_table_is_not_repeated_until_it_changes() {
    let mut tables = tables();
    let mut snapshot = snapshot();
    for _interval in 0..3 {
        tables
            .export(&snapshot, &ResourceMetrics::default())
            .unwrap();
        snapshot.time += Duration::from_secs(10);
    }
    snapshot.families[1] = family(
        "cache.size",
        "By",
        Data::Gauge(vec![point(&[], Number::I64(0))]),
    );
    tables
        .export(&snapshot, &ResourceMetrics::default())
        .unwrap();
    let page = plain(&tables.out);
    let times: Vec<&str> = page
        .lines()
        .filter(|line| line.starts_with("metrics at"))
        .collect();
    assert_eq!(
        times,
        ["metrics at 14:02:07 UTC", "metrics at 14:02:37 UTC"]
    );
}

#[test]
fn a_metric_with_many_series_is_cut_short() {
    let points = (0..1000).map(|id| NumberPoint {
        labels: vec![("id".into(), id.to_string().into())],
        value: Number::U64(1),
    });
    let mut snapshot = snapshot();
    snapshot.families = vec![family("wide", "", Data::Counter(points.collect()))];
    let mut tables = tables();
    tables
        .export(&snapshot, &ResourceMetrics::default())
        .unwrap();
    let page = plain(&tables.out);
    assert!(page.ends_with("  … 960 more\n\n"), "{page}");
    assert_eq!(page.lines().count(), 1 + 1 + 40 + 1 + 1);
}
