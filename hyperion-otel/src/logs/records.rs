//! Records of the crate `log`.

use std::borrow::Cow;
use std::cell::RefCell;

use log::kv::{self, Key, Value, VisitSource, VisitValue};
use log::{Log, Metadata, Record};
use tracing_log::LogTracer;

use super::field::{FieldValue, Fields};

thread_local! {
    /// The pairs of the record that the thread is amid.
    static PAIRS: RefCell<Option<Fields>> = const { RefCell::new(None) };
}

/// Makes the records of the crate `log` events of `tracing` from now on, with their key-value pairs on the lines of
/// [`LogLayer`](super::LogLayer).
///
/// It is for a program with a subscriber of its own, which calls this in the place of `tracing_log::LogTracer::init()`: that one
/// leaves the pairs out. [`init`](crate::init) does it where it installs the subscriber.
///
/// It returns false, and does nothing, if the program has a logger already.
pub fn take_log_records() -> bool {
    install(log::LevelFilter::Trace)
}

/// The same for records up to `most`.
pub(super) fn install(most: log::LevelFilter) -> bool {
    let is_first = log::set_boxed_logger(Box::new(LogRecords(LogTracer::new()))).is_ok();
    if is_first {
        log::set_max_level(most);
    }
    is_first
}

/// Makes records events of `tracing`, and keeps their pairs for the lines of [`LogLayer`](super::LogLayer): an event has only
/// those fields that are known when it is compiled.
struct LogRecords(LogTracer);

impl Log for LogRecords {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        self.0.enabled(metadata)
    }

    fn log(&self, record: &Record<'_>) {
        if !self.enabled(record.metadata()) {
            return;
        }
        // A value may log while it is formatted, and that record has pairs of its own.
        let before = swap(pairs_of(record));
        // It asks the subscriber once more, and cannot fail.
        let _ = tracing_log::format_trace(record);
        swap(before);
    }

    fn flush(&self) {}
}

/// The pairs of the record that the thread is amid, if it has some.
pub(super) fn pairs() -> Option<Fields> {
    PAIRS
        .try_with(|pairs| pairs.borrow().clone())
        .unwrap_or_default()
}

fn swap(pairs: Option<Fields>) -> Option<Fields> {
    PAIRS
        .try_with(|kept| kept.replace(pairs))
        .unwrap_or_default()
}

fn pairs_of(record: &Record<'_>) -> Option<Fields> {
    let mut pairs = Pairs(Fields::default());
    // A source that gives up has given what comes before.
    let _ = record.key_values().visit(&mut pairs);
    Some(pairs.0).filter(|pairs| !pairs.is_empty())
}

struct Pairs(Fields);

impl<'kvs> VisitSource<'kvs> for Pairs {
    fn visit_pair(&mut self, key: Key<'kvs>, value: Value<'kvs>) -> Result<(), kv::Error> {
        let mut kept = Kept(None);
        value.visit(&mut kept)?;
        if let Some(value) = kept.0 {
            self.0.set(Cow::Owned(key.as_str().to_owned()), value);
        }
        Ok(())
    }
}

struct Kept(Option<FieldValue>);

impl Kept {
    #[expect(clippy::unnecessary_wraps, reason = "the visitor's methods return it")]
    fn keep(&mut self, value: FieldValue) -> Result<(), kv::Error> {
        self.0 = Some(value);
        Ok(())
    }
}

impl VisitValue<'_> for Kept {
    fn visit_any(&mut self, value: Value<'_>) -> Result<(), kv::Error> {
        self.keep(FieldValue::formatted(format_args!("{value}")))
    }

    /// Nothing: a value that is not there has no pair.
    fn visit_null(&mut self) -> Result<(), kv::Error> {
        Ok(())
    }

    fn visit_u64(&mut self, value: u64) -> Result<(), kv::Error> {
        self.keep(FieldValue::U64(value))
    }

    fn visit_i64(&mut self, value: i64) -> Result<(), kv::Error> {
        self.keep(FieldValue::I64(value))
    }

    fn visit_u128(&mut self, value: u128) -> Result<(), kv::Error> {
        self.keep(FieldValue::U128(value))
    }

    fn visit_i128(&mut self, value: i128) -> Result<(), kv::Error> {
        self.keep(FieldValue::I128(value))
    }

    fn visit_f64(&mut self, value: f64) -> Result<(), kv::Error> {
        self.keep(FieldValue::F64(value))
    }

    fn visit_bool(&mut self, value: bool) -> Result<(), kv::Error> {
        self.keep(FieldValue::Bool(value))
    }

    fn visit_str(&mut self, value: &str) -> Result<(), kv::Error> {
        self.keep(FieldValue::text(value))
    }
}
