//! Interceptors see every call that they are to see, inside its span, and harm none.

mod support;

use hyperion::config::Config;
use hyperion::snapshot::{Data, NumberValue};
use hyperion::{CallEnd, CallInfo, Interceptor, observe};
use std::any::Any;
use std::future::Future;
use std::sync::{Arc, Mutex};
use std::task::{Context, Waker};
use support::{Kept, attribute, names};

type Log = Arc<Mutex<Vec<String>>>;

/// Writes down what it sees.
struct Scribe {
    name: &'static str,
    order: i32,
    log: Log,
}

impl Interceptor for Scribe {
    fn name(&self) -> &'static str {
        self.name
    }

    fn order(&self) -> i32 {
        self.order
    }

    fn start(&self, call: &CallInfo<'_>) -> Option<Box<dyn Any + Send>> {
        hyperion::current().set(format!("seen.{}", self.name), true);
        let line = format!("{} starts {}", self.name, call.span_name);
        self.log.lock().unwrap().push(line);
        Some(Box::new(call.method.len()))
    }

    fn end(&self, call: &CallInfo<'_>, state: Option<Box<dyn Any + Send>>, ending: &CallEnd<'_>) {
        let length = state.and_then(|state| state.downcast::<usize>().ok());
        assert_eq!(
            length.as_deref(),
            Some(&call.method.len()),
            "the state is its own"
        );
        let mut line = format!("{} ends {} {}", self.name, call.span_name, ending.outcome);
        if let Some(kind) = ending.error_type {
            line = format!("{line} {kind}");
        }
        if let Some(message) = ending.error_message {
            line = format!("{line} {message}");
        }
        if !hyperion::current().is_recording() {
            line.push_str(" outside");
        }
        self.log.lock().unwrap().push(line);
    }
}

/// Panics whenever it is called.
struct Broken;

impl Interceptor for Broken {
    fn name(&self) -> &'static str {
        "broken"
    }

    fn start(&self, _: &CallInfo<'_>) -> Option<Box<dyn Any + Send>> {
        panic!("at the start")
    }

    fn end(&self, _: &CallInfo<'_>, _: Option<Box<dyn Any + Send>>, _: &CallEnd<'_>) {
        panic!("at the end")
    }
}

/// Its error is an answer.
#[observe(component = "Calls", err(ok_if = |_| true))]
fn answers() -> Result<u8, String> {
    Err("empty".to_owned())
}

#[observe(component = "Calls")]
fn fails() -> Result<u8, String> {
    Err("full".to_owned())
}

#[observe(component = "Calls", only(trace, inner))]
fn for_inner() {}

#[observe(component = "Calls", exclude(inner, broken))]
fn not_for_inner() {}

#[observe(component = "Calls", only(trace))]
fn for_none() {}

#[observe(component = "Calls", exclude(broken))]
async fn later(ready: bool) -> u8 {
    if !ready {
        std::future::pending::<()>().await;
    }
    7
}

fn panics_of_broken(kept: &Kept) -> u64 {
    let families = kept.snapshot().families;
    let family = families
        .iter()
        .find(|family| family.name == "hyperion.interceptor.panics")
        .expect("panics of interceptors are counted");
    let Data::Counter(points) = &family.data else {
        panic!("a counter")
    };
    let labels = [("interceptor".into(), "broken".into())];
    match points.iter().find(|point| point.labels == labels) {
        Some(point) => match point.value {
            NumberValue::U64(count) => count,
            other => panic!("a count, found {other:?}"),
        },
        None => 0,
    }
}

/// One test, since interceptors are a matter of the process.
#[test]
fn interceptors_see_calls() {
    let log = Log::default();
    let scribe = |name, order| Scribe {
        name,
        order,
        log: Arc::clone(&log),
    };
    let kept = support::install_with(Config::default(), |builder| {
        builder
            .interceptor(scribe("inner", 1))
            .interceptor(Broken)
            .interceptor(scribe("outer", -1))
    });
    let take = || std::mem::take(&mut *log.lock().unwrap());

    assert_eq!(fails(), Err("full".to_owned()));
    assert_eq!(
        take(),
        [
            "outer starts Calls.fails",
            "inner starts Calls.fails",
            "inner ends Calls.fails error alloc::string::String full",
            "outer ends Calls.fails error alloc::string::String full",
        ]
    );
    let spans = kept.all_spans();
    assert!(
        attribute(&spans[0], "seen.inner").is_some(),
        "it was inside the span"
    );
    assert_eq!(panics_of_broken(&kept), 2);

    for_inner();
    assert_eq!(
        take(),
        [
            "inner starts Calls.for_inner",
            "inner ends Calls.for_inner ok"
        ]
    );
    not_for_inner();
    assert_eq!(
        take(),
        [
            "outer starts Calls.not_for_inner",
            "outer ends Calls.not_for_inner ok"
        ]
    );
    for_none();
    assert_eq!(take(), Vec::<String>::new());
    assert_eq!(
        panics_of_broken(&kept),
        2,
        "it was called by the first call alone"
    );

    assert_eq!(futures::executor::block_on(later(true)), 7);
    let mut dropped = Box::pin(later(false));
    let poll = dropped
        .as_mut()
        .poll(&mut Context::from_waker(Waker::noop()));
    assert!(poll.is_pending());
    drop(dropped);
    let both = |ending: &str| {
        [
            "outer starts Calls.later".to_owned(),
            "inner starts Calls.later".to_owned(),
            format!("inner ends Calls.later {ending}"),
            format!("outer ends Calls.later {ending}"),
        ]
    };
    assert_eq!(take(), [both("ok"), both("cancelled")].concat());
    assert_eq!(
        names(&kept.all_spans()),
        [
            "Calls.fails",
            "Calls.for_inner",
            "Calls.not_for_inner",
            "Calls.for_none",
            "Calls.later",
            "Calls.later",
        ]
    );

    assert!(answers().is_err());
    assert_eq!(
        take().last().map(String::as_str),
        Some("outer ends Calls.answers ok alloc::string::String")
    );
}
