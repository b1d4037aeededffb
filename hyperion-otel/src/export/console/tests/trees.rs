//! Traces of every shape.

#![allow(clippy::needless_raw_string_hashes, reason = "expect-test writes them")]

use std::io::{self, Write};
use std::time::{Duration, SystemTime};

use expect_test::{Expect, expect};
use opentelemetry::trace::{Event, Status};
use opentelemetry::{Array, KeyValue, StringValue, Value};
use opentelemetry_sdk::trace::SpanData;

use super::{failed, plain, span, with};
use crate::export::SpanSink as _;
use crate::export::console::trace_buffer::TraceBuffer;
use crate::export::console::tree::{Content, Tree};
use crate::export::console::{TreeSink, Width, text};
use crate::export::testing::ExportData as _;

fn trees(columns: u16) -> TreeSink<Vec<u8>> {
    TreeSink {
        out: Vec::new(),
        width: Width::Fixed(columns),
        buffer: TraceBuffer::default(),
    }
}

/// The look of one batch in so many columns.
fn show(batch: Vec<SpanData>, columns: u16) -> String {
    let mut trees = trees(columns);
    trees.export_data(batch).unwrap();
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
        trees.export_data(vec![span]).unwrap();
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
    assert!(
        lines[20].contains("                              └19─ level"),
        "{}",
        lines[20]
    );
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
        .export_data(vec![
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
fn a_list_is_shown_with_its_elements() {
    let mut names = span(1, 0, "Users.find", 0, 1000);
    let list = vec![StringValue::from("Ada"), "Grace".into()];
    let list = Value::Array(Array::String(list));
    names.attributes.push(KeyValue::new("names", list));
    let sizes = Value::Array(Array::I64(vec![1, 2]));
    names.attributes.push(KeyValue::new("sizes", sizes));
    check(
        vec![names],
        &expect![[r#"
        trace 4bf92f3577b34da6a3ce929d0e0e4736                                            1.0 ms
        Users.find  names=["Ada","Grace"]  sizes=[1,2]  ██████████████████████████████    1.0 ms

    "#]],
    );
}

#[test]
fn a_parent_in_the_same_tree_is_no_other_process() {
    let mut taken = span(2, 1, "Worker.run", 400, 900);
    taken.parent_span_is_remote = true;
    check(
        vec![span(1, 0, "Queue.push", 0, 1000), taken],
        &expect![[r#"
            trace 4bf92f3577b34da6a3ce929d0e0e4736           1.0 ms
            Queue.push     ██████████████████████████████    1.0 ms
            └─ Worker.run              ███████████████       0.5 ms

        "#]],
    );
}

#[test]
fn colours_are_there_for_those_who_see_them() {
    let mut trees = TreeSink {
        out: Vec::new(),
        width: Width::Fixed(100),
        buffer: TraceBuffer::default(),
    };
    trees.export_data(checkout()).unwrap();
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

    let mut trees = TreeSink {
        out: Closed,
        width: Width::Fixed(100),
        buffer: TraceBuffer::default(),
    };
    let error = trees.export_data(checkout()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the console cannot be written to: broken pipe"
    );
}

#[test]
fn every_span_is_shown_or_counted_whatever_the_shape() {
    for seed in 0..500 {
        let mut random = fastrand::Rng::with_seed(seed);
        let total = random.u64(1..400);
        let batch: Vec<SpanData> = (1..=total)
            .map(|id| {
                let parent = if id == 1 { 0 } else { random.u64(1..=total) };
                let start = random.u64(0..1000);
                let mut span = span(
                    id,
                    parent,
                    "名前 with a length",
                    start,
                    start + random.u64(0..1000),
                );
                if random.u8(0..10) == 0 {
                    span = failed(span, "Odd", "something that takes a few words to tell");
                }
                span
            })
            .collect();
        let tree = Tree::of(&batch, 8);
        let shown = tree
            .rows
            .iter()
            .filter(|row| matches!(row.content, Content::Span(..)))
            .count();
        assert_eq!(shown + tree.hidden, batch.len(), "seed {seed}");
        let columns = random.u16(60..200);
        let page = show(batch, columns);
        assert!(
            page.lines().all(|line| text::width(line) <= columns.into()),
            "seed {seed}, {columns} columns:\n{page}"
        );
    }
}
