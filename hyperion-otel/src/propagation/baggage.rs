//! [W3C Baggage](https://www.w3.org/TR/baggage/), by OpenTelemetry's SDK.

use hyperion_runtime::propagation::{Extractor, Injector};
use opentelemetry::Context;
use opentelemetry::baggage::BaggageExt;
use opentelemetry::propagation::TextMapPropagator;
use opentelemetry_sdk::propagation::BaggagePropagator;
use std::borrow::Cow;

/// The name of the [header](https://www.w3.org/TR/baggage/#header-name).
pub(super) const BAGGAGE: &str = "baggage";

/// The longest header that is written and read: the [limit](https://www.w3.org/TR/baggage/#limits) up to which everybody hands
/// it on.
const MOST_BYTES: usize = 8192;

/// Writes the baggage, if there is any.
pub(super) fn inject(context: &Context, carrier: &mut dyn Injector) {
    if let Some(header) = header(context) {
        carrier.set(BAGGAGE, &header);
    }
}

/// The baggage as a header, if there is any.
///
/// The SDK writes properties as they came, escapes undone, and values that grow as they are escaped. A member that is not fit
/// for a header is left out, and so are the last ones of a header that is too long.
pub(super) fn header(context: &Context) -> Option<String> {
    if context.baggage().is_empty() {
        return None;
    }
    let mut written = Header(Cow::Borrowed(""));
    BaggagePropagator::new().inject_context(context, &mut written);
    let is_fit = |member: &&str| member.bytes().all(|byte| matches!(byte, b' '..=b'~'));
    let mut header = String::with_capacity(written.0.len());
    for member in written.0.split(',').filter(is_fit) {
        let separator = if header.is_empty() { "" } else { "," };
        if header.len() + separator.len() + member.len() <= MOST_BYTES {
            header.push_str(separator);
            header.push_str(member);
        }
    }
    Some(header).filter(|header| !header.is_empty())
}

/// A context with the baggage of a carrier, if there is any. Several headers are one list.
pub(super) fn extract(carrier: &dyn Extractor) -> Option<Context> {
    let mut list: Option<Cow<'_, str>> = None;
    carrier.get_all(BAGGAGE, &mut |header| match &mut list {
        None => list = Some(Cow::Borrowed(header)),
        // What is too long is not read at all, and need not be put together.
        Some(list) if list.len() <= MOST_BYTES => {
            let list = list.to_mut();
            list.push(',');
            list.push_str(header);
        }
        Some(_) => {}
    });
    read(&list?)
}

/// A context with the baggage of a header, if there is any.
pub(super) fn read(header: &str) -> Option<Context> {
    let context = BaggagePropagator::new()
        .extract_with_context(&Context::new(), &Header(Cow::Borrowed(header)));
    (!context.baggage().is_empty()).then_some(context)
}

/// A carrier that has this one header.
struct Header<'a>(Cow<'a, str>);

impl opentelemetry::propagation::Injector for Header<'_> {
    fn set(&mut self, _key: &str, value: String) {
        self.0 = Cow::Owned(value);
    }
}

impl opentelemetry::propagation::Extractor for Header<'_> {
    fn get(&self, _key: &str) -> Option<&str> {
        Some(&self.0)
    }

    fn keys(&self) -> Vec<&str> {
        vec![BAGGAGE]
    }
}
