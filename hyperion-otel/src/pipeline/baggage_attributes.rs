//! Baggage as attributes of the spans of observed calls.

use crate::config::Tracing;
use hyperion_runtime::context;
use hyperion_runtime::interceptor::{CallEnd, CallInfo, Interceptor};
use opentelemetry::Context;
use opentelemetry::baggage::BaggageExt;
use std::any::Any;

/// The interceptor that copies what is configured; `None` if that is nothing.
pub(super) fn interceptor(config: &Tracing) -> Option<Box<dyn Interceptor>> {
    let keys = config.baggage.clone();
    let is_wanted = config.enabled && !keys.is_empty();
    is_wanted.then(|| -> Box<dyn Interceptor> { Box::new(BaggageAttributes(keys)) })
}

/// Copies the baggage of these keys.
struct BaggageAttributes(Vec<String>);

impl Interceptor for BaggageAttributes {
    fn name(&self) -> &'static str {
        "hyperion_baggage"
    }

    /// Before all others, which may look at the span.
    fn order(&self) -> i32 {
        i32::MIN
    }

    fn start(&self, _call: &CallInfo<'_>) -> Option<Box<dyn Any + Send>> {
        let found: Vec<(String, String)> = Context::map_current(|context| {
            let baggage = context.baggage();
            if baggage.is_empty() {
                return Vec::new();
            }
            let value = |key: &String| Some((key.clone(), baggage.get(key)?.as_str().to_owned()));
            self.0.iter().filter_map(value).collect()
        });
        if !found.is_empty() {
            let span = context::current();
            for (key, value) in found {
                span.set(key, value);
            }
        }
        None
    }

    fn end(&self, _: &CallInfo<'_>, _: Option<Box<dyn Any + Send>>, _: &CallEnd<'_>) {}
}
