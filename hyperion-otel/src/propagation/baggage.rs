//! [W3C Baggage](https://www.w3.org/TR/baggage/), by OpenTelemetry's SDK.

use hyperion_runtime::propagation::{Extractor, Injector};
use opentelemetry::Context;
use opentelemetry::baggage::{BaggageExt, KeyValueMetadata};
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
/// The SDK does not escape `%` in values, which others would take for an escape. It writes properties as they came, escapes
/// undone, and values that grow as they are escaped: a member that is not fit for a header is left out, and so are the last ones
/// of a header that is too long.
pub(super) fn header(context: &Context) -> Option<String> {
    let baggage = context.baggage();
    if baggage.is_empty() {
        return None;
    }
    let mut written = Header(Cow::Borrowed(""));
    let mut entries = baggage.iter();
    if entries.any(|(_, (value, _))| value.as_str().contains('%')) {
        let entries = baggage.iter().map(|(key, (value, metadata))| {
            let value = value.as_str().replace('%', "%25");
            KeyValueMetadata::new(key.clone(), value, metadata.clone())
        });
        let escaped = Context::new().with_baggage(entries);
        BaggagePropagator::new().inject_context(&escaped, &mut written);
    } else {
        BaggagePropagator::new().inject_context(context, &mut written);
    }
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
    let header = Header(with_escaped_equals(header));
    let context = BaggagePropagator::new().extract_with_context(&Context::new(), &header);
    (!context.baggage().is_empty()).then_some(context)
}

/// The header with each `=` in a value escaped: [values] may have it, and the SDK reads them up to the first one.
///
/// [values]: https://www.w3.org/TR/baggage/#value
fn with_escaped_equals(header: &str) -> Cow<'_, str> {
    let has_more = |member: &str| {
        let (pair, _) = member.split_once(';').unwrap_or((member, ""));
        pair.bytes().filter(|byte| *byte == b'=').count() > 1
    };
    if header.len() > MOST_BYTES || !header.split(',').any(has_more) {
        return Cow::Borrowed(header);
    }
    let escaped = header.split(',').map(|member| {
        let end = member.find(';').unwrap_or(member.len());
        let (pair, properties) = member.split_at(end);
        let Some((key, value)) = pair.split_once('=') else {
            return member.to_owned();
        };
        format!("{key}={}{properties}", value.replace('=', "%3D"))
    });
    Cow::Owned(escaped.collect::<Vec<_>>().join(","))
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
