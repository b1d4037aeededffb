//! Runs one twin and reports what a caller can know of it.

use std::any::Any;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use super::Value;
use super::journal::{say, taken};

/// More polls than any shape needs.
const STUCK: usize = 10_000;

/// When a future is dropped.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Until {
    /// After it is done.
    Done,
    /// After as many polls, if it is not done before.
    Polls(usize),
}

/// The values that a twin returned.
#[derive(Debug, PartialEq)]
pub(crate) struct Seen {
    /// The future, where the shape is one.
    pub(crate) future: Option<Value>,
    /// The value, unless the future was dropped before it had one.
    pub(crate) output: Option<Value>,
}

/// The record of a twin's run.
#[derive(Debug, PartialEq)]
pub(crate) struct Report {
    /// The values that it returned, or the payload that it panicked with.
    pub(crate) result: Result<Seen, String>,
    pub(crate) said: Vec<String>,
}

impl Report {
    /// Runs a twin.
    pub(super) fn of(twin: fn(Until) -> Seen, until: Until) -> Self {
        let result = catch_unwind(AssertUnwindSafe(|| twin(until)));
        Self {
            result: result.map_err(|payload| describe(&*payload)),
            said: taken(),
        }
    }

    /// Returns true if the future of the shape was dropped before it was done.
    pub(super) fn is_cancelled(&self) -> bool {
        matches!(&self.result, Ok(seen) if seen.output.is_none())
    }
}

/// The payload of a panic, by its own type.
pub(super) fn describe(payload: &(dyn Any + Send)) -> String {
    if let Some(text) = payload.downcast_ref::<&'static str>() {
        format!("&str {text}")
    } else if let Some(text) = payload.downcast_ref::<String>() {
        format!("String {text}")
    } else if let Some(number) = payload.downcast_ref::<u32>() {
        format!("u32 {number}")
    } else {
        "a payload of another type".to_owned()
    }
}

/// Polls a future as often as is asked, and drops it.
pub(crate) fn drive<F: Future>(future: F, until: Until) -> Option<F::Output> {
    let output = {
        let mut future = pin!(future);
        let mut polls = 0;
        loop {
            if until == Until::Polls(polls) {
                break None;
            }
            assert!(polls < STUCK, "the future is never done");
            polls += 1;
            let cx = &mut Context::from_waker(Waker::noop());
            if let Poll::Ready(output) = future.as_mut().poll(cx) {
                say("ready");
                break Some(output);
            }
            say("pending");
        }
    };
    say("the future is dropped");
    output
}
