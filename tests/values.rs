//! The values of attributes, as exporters see them.

mod support;

use hyperion::{Field, current, observe};
use opentelemetry::{Array, Value};
use std::borrow::Cow;
use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::num::NonZero;
use std::sync::Arc;
use std::time::{Duration, SystemTime};
use support::{attribute, spans_in};

fn strings(texts: &[&'static str]) -> Value {
    Value::Array(Array::String(
        texts.iter().map(|text| (*text).into()).collect(),
    ))
}

#[observe(fields(
    wait,
    at,
    client.address = peer.ip(),
    peer,
    names,
    sizes = [1_u64, 2],
    rates = &[0.5_f32][..],
    flags = vec![true, false],
    shared,
    borrowed = Cow::Borrowed("text"),
    count,
    absent = None::<Duration>,
    last = wait.as_secs(),
))]
fn record(
    wait: Duration,
    at: SystemTime,
    peer: SocketAddr,
    names: &[String],
    shared: &Arc<str>,
    count: NonZero<u32>,
) {
    let names: Vec<&str> = names.iter().map(|name| &**name).collect();
    current().set("late", names).set("late.wait", wait);
    current().event("retry").set("attempts", [1, 2]);
}

#[test]
fn every_kind_of_value_arrives_as_what_it_is() {
    let ((), spans) = spans_in(|| {
        record(
            Duration::from_millis(250),
            SystemTime::UNIX_EPOCH + Duration::from_millis(1_770_091_506_500),
            "192.0.2.1:443".parse().expect("an address"),
            &["Ada".to_owned(), "Grace".to_owned()],
            &"shared".into(),
            NonZero::<u32>::MIN,
        );
    });
    let [span] = spans.as_slice() else {
        panic!("one span")
    };
    let expected: [(&str, Value); 14] = [
        ("wait", 0.25.into()),
        ("at", "2026-02-03T04:05:06.5Z".into()),
        ("client.address", "192.0.2.1".into()),
        ("peer", "192.0.2.1:443".into()),
        ("names", strings(&["Ada", "Grace"])),
        ("sizes", Value::Array(Array::I64(vec![1, 2]))),
        ("rates", Value::Array(Array::F64(vec![0.5]))),
        ("flags", Value::Array(Array::Bool(vec![true, false]))),
        ("shared", "shared".into()),
        ("borrowed", "text".into()),
        ("count", 1.into()),
        ("last", 0.into()),
        ("late", strings(&["Ada", "Grace"])),
        ("late.wait", 0.25.into()),
    ];
    for (key, value) in &expected {
        assert_eq!(attribute(span, key), Some(value), "{key}");
    }
    assert_eq!(attribute(span, "absent"), None);
    let event = &span.events.events[0];
    let attempts = Value::Array(Array::I64(vec![1, 2]));
    assert_eq!(event.attributes[0].value, attempts);
}

#[test]
fn an_array_replaces_a_value_and_is_replaced() {
    #[observe(fields(ids = [1, 2], names = "none"))]
    fn replace(address: IpAddr) {
        current().set("ids", 3).set("names", ["Ada"]);
        current().set("address", address);
    }
    let ((), spans) = spans_in(|| replace(IpAddr::from([127, 0, 0, 1])));
    assert_eq!(attribute(&spans[0], "ids"), Some(&3.into()));
    assert_eq!(attribute(&spans[0], "names"), Some(&strings(&["Ada"])));
    assert_eq!(attribute(&spans[0], "address"), Some(&"127.0.0.1".into()));
}

#[derive(Field)]
struct OrderId(u64);

#[derive(Field)]
enum State {
    Paid,
    SentBack,
}

/// It displays as what must not be recorded whole.
#[derive(Field)]
#[field(display)]
struct Card {
    last: u16,
}

impl fmt::Display for Card {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        assert!(self.last != 0, "no card");
        write!(f, "…{}", self.last)
    }
}

#[observe(fields(id, card, sent = State::SentBack, before = Some(State::Paid)))]
fn pay(id: &OrderId, card: &Card) {}

#[test]
fn types_of_a_program_are_values() {
    let ((), spans) = spans_in(|| {
        pay(&OrderId(7), &Card { last: 1234 });
        pay(&OrderId(8), &Card { last: 0 });
    });
    for (key, value) in [
        ("id", Value::from(7)),
        ("card", "…1234".into()),
        ("sent", "sent_back".into()),
        ("before", "paid".into()),
    ] {
        assert_eq!(attribute(&spans[0], key), Some(&value), "{key}");
    }
    assert_eq!(attribute(&spans[1], "id"), Some(&8.into()));
    assert_eq!(attribute(&spans[1], "card"), None, "it panics, and is lost");
}
