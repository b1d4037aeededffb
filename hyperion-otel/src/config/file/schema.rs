//! The keys of the file. They are written down once: what is read here is what is known.

use super::section::{Section, Walk};
use super::tree::{At, Node};
use super::value::{boolean, duration, name_part, url_path, word};
use crate::config::choice::{self, Choice};
use crate::config::error::{mismatch, shown};
use crate::config::logs::{LogLimits, Logs};
use crate::config::otlp::{Endpoint, Headers, Otlp, PemFile};
use crate::config::propagation::Propagation;
use crate::config::tracing::{self, Batch, Sampler, SpanLimits};
use crate::config::{Config, Metrics, Service, Tracing, value};

/// Reads the whole file into `config`.
pub(super) fn read(walk: &mut Walk<'_>, root: &Node, config: &mut Config) {
    walk.section(root, "", |file| {
        let mut names = Names::default();
        file.section("service", |keys| {
            service(keys, &mut config.service, &mut names);
        });
        file.section("tracing", |keys| {
            tracing(keys, &mut config.tracing, &mut names);
        });
        file.section("metrics", |keys| {
            metrics(keys, &mut config.metrics, &mut names);
        });
        file.section("logs", |keys| logs(keys, &mut config.logs));
        file.section("propagation", |keys| {
            let Propagation { propagators } = &mut config.propagation;
            words(keys, "propagators", propagators);
        });
        file.typed("announce", boolean, &mut config.announce);
        config.service.name = names.first.map(|(name, _)| name);
    });
}

/// The name of the service, which has three spellings.
#[derive(Default)]
struct Names {
    first: Option<(String, At)>,
}

impl Names {
    fn read(&mut self, keys: &mut Section<'_, '_>, key: &'static str) {
        let mut name = None;
        let at = keys.text(key, value::some_text, &mut name);
        let Some((name, at)) = name.zip(at) else {
            return;
        };
        match &self.first {
            None => self.first = Some((name, at)),
            Some((first, _)) if *first == name => {}
            Some((first, first_at)) => {
                let message = format!(
                    "the service is called {} in line {}, and {} here; keep one name",
                    shown(first),
                    first_at.line,
                    shown(&name),
                );
                keys.mistake(at, key, message);
            }
        }
    }
}

fn service(keys: &mut Section<'_, '_>, service: &mut Service, names: &mut Names) {
    names.read(keys, "name");
    keys.text("version", value::some_text, &mut service.version);
    for (name, text) in keys.texts("attributes") {
        match name.as_str() {
            "service.name" => keys.mistake(
                text.at,
                "attributes.service.name",
                "write it as `service.name`, outside `attributes`".to_owned(),
            ),
            "service.version" => keys.mistake(
                text.at,
                "attributes.service.version",
                "write it as `service.version`, outside `attributes`".to_owned(),
            ),
            _ => {
                service.attributes.insert(name, text.text);
            }
        }
    }
}

fn tracing(keys: &mut Section<'_, '_>, tracing: &mut Tracing, names: &mut Names) {
    keys.typed("enabled", boolean, &mut tracing.enabled);
    keys.text("exporter", word, &mut tracing.exporter);
    otlp(keys, &mut tracing.otlp);
    sampler(keys, &mut tracing.sampler);
    levels(keys, tracing);
    keys.text("exceptions", word, &mut tracing.exceptions);
    keys.text("context", word, &mut tracing.context);
    keys.text("spans", word, &mut tracing.spans);
    let attributes = keys.texts("attributes").into_iter();
    tracing.attributes = attributes.map(|(name, text)| (name, text.text)).collect();
    baggage(keys, &mut tracing.baggage);
    keys.section("batch", |keys| batch(keys, &mut tracing.batch));
    keys.section("limits", |keys| limits(keys, &mut tracing.limits));
    names.read(keys, "service_name");
}

fn sampler(keys: &mut Section<'_, '_>, sampler: &mut Sampler) {
    let named_at = keys.text("sampler", word, sampler);
    let mut rate = 1.0;
    let Some(rate_at) = keys.typed("sample_rate", value::ratio, &mut rate) else {
        return;
    };
    match tracing::with_ratio(*sampler, rate) {
        _ if named_at.is_none() => *sampler = parent_based(rate),
        Some(with_rate) => *sampler = with_rate,
        None => {
            let message = "this `sampler` does not use a rate; remove one of the two keys, or choose \
                           `parentbased_traceidratio` or `traceidratio`";
            keys.mistake(rate_at, "sample_rate", message.to_owned());
        }
    }
}

fn levels(keys: &mut Section<'_, '_>, tracing: &mut Tracing) {
    keys.text("level", word, &mut tracing.level);
    for (name, text) in keys.texts("components") {
        match word(&text.text) {
            Ok(level) => {
                tracing.components.insert(name, level);
            }
            Err(expected) => {
                let message = mismatch(&expected, &shown(&text.text));
                keys.mistake(text.at, &format!("components.{name}"), message);
            }
        }
    }
}

/// The sampler that keeps `rate` of the traces that begin here.
fn parent_based(rate: f64) -> Sampler {
    if rate >= 1.0 {
        Sampler::ParentBasedAlwaysOn
    } else if rate <= 0.0 {
        Sampler::ParentBasedAlwaysOff
    } else {
        Sampler::ParentBasedRatio(rate)
    }
}

fn batch(keys: &mut Section<'_, '_>, batch: &mut Batch) {
    keys.typed("max_queue_size", value::positive, &mut batch.max_queue_size);
    let size_at = keys.typed(
        "max_export_batch_size",
        value::positive,
        &mut batch.max_export_batch_size,
    );
    if let Some(at) = size_at.filter(|_| batch.max_export_batch_size > batch.max_queue_size) {
        let (size, queue) = (batch.max_export_batch_size, batch.max_queue_size);
        let message =
            format!("expected at most the size of the queue, which is {queue}, found `{size}`");
        keys.mistake(at, "max_export_batch_size", message);
    }
    batch.max_export_batch_size = batch.max_export_batch_size.min(batch.max_queue_size);
    keys.text("schedule_delay", duration, &mut batch.schedule_delay);
    keys.text("export_timeout", duration, &mut batch.export_timeout);
}

fn limits(keys: &mut Section<'_, '_>, limits: &mut SpanLimits) {
    keys.typed("attributes", value::count, &mut limits.attributes);
    keys.typed("events", value::count, &mut limits.events);
    keys.typed("links", value::count, &mut limits.links);
    for (key, limit) in [
        ("event_attributes", &mut limits.event_attributes),
        ("link_attributes", &mut limits.link_attributes),
    ] {
        keys.typed(key, value::count, limit);
    }
    value_length(keys, &mut limits.attribute_value_length);
}

fn value_length(keys: &mut Section<'_, '_>, slot: &mut Option<u32>) {
    let length = |text: &str| value::count(text).map(Some);
    keys.typed("attribute_value_length", length, slot);
}

fn metrics(keys: &mut Section<'_, '_>, metrics: &mut Metrics, names: &mut Names) {
    keys.typed("enabled", boolean, &mut metrics.enabled);
    keys.text("exporter", word, &mut metrics.exporter);
    otlp(keys, &mut metrics.otlp);
    keys.text("temporality", word, &mut metrics.temporality);
    keys.text("exemplars", word, &mut metrics.exemplars);
    keys.text("interval", duration, &mut metrics.interval);
    keys.text("export_timeout", duration, &mut metrics.export_timeout);
    keys.typed("listen", boolean, &mut metrics.listen);
    keys.text("host", value::host, &mut metrics.host);
    keys.typed("port", value::port, &mut metrics.port);
    keys.text("path", url_path, &mut metrics.path);
    keys.text("namespace", name_part, &mut metrics.namespace);
    keys.text("subsystem", name_part, &mut metrics.subsystem);
    keys.typed("collect_runtime", boolean, &mut metrics.collect_runtime);
    keys.typed("created_series", boolean, &mut metrics.created_series);
    keys.typed("scope_labels", boolean, &mut metrics.scope_labels);
    names.read(keys, "service_name");
}

fn logs(keys: &mut Section<'_, '_>, logs: &mut Logs) {
    keys.typed("enabled", boolean, &mut logs.enabled);
    words(keys, "exporter", &mut logs.exporters);
    keys.text("level", value::log_level, &mut logs.level);
    keys.text("format", word, &mut logs.format);
    keys.text("output", word, &mut logs.output);
    otlp(keys, &mut logs.otlp);
    let directives = |text: &str| value::log_level(text).map(Some);
    keys.text("otlp_level", directives, &mut logs.otlp_level);
    keys.section("batch", |keys| batch(keys, &mut logs.batch));
    keys.section("limits", |keys| log_limits(keys, &mut logs.limits));
    baggage(keys, &mut logs.baggage);
    keys.typed("panic_hook", boolean, &mut logs.panic_hook);
}

fn log_limits(keys: &mut Section<'_, '_>, limits: &mut LogLimits) {
    keys.typed("attributes", value::count, &mut limits.attributes);
    value_length(keys, &mut limits.attribute_value_length);
}

/// A list of words, of which one stands for none.
fn words<T>(keys: &mut Section<'_, '_>, key: &'static str, slot: &mut Vec<T>)
where
    T: Copy + PartialEq,
    Option<T>: Choice,
{
    let Some((items, at)) = keys.list(key) else {
        return;
    };
    let mut words = Vec::new();
    for item in items {
        match word(&item.text) {
            Ok(value) => words.push(value),
            Err(expected) => {
                let message = mismatch(&expected, &shown(&item.text));
                keys.mistake(item.at, key, message);
            }
        }
    }
    match choice::distinct(&words) {
        Ok(values) => *slot = values,
        Err(expected) => keys.mistake(at, key, mismatch(&expected, "both")),
    }
}

/// The keys of baggage that are copied.
fn baggage(keys: &mut Section<'_, '_>, slot: &mut Vec<String>) {
    const KEY: &str = "baggage";
    let Some((items, _)) = keys.list(KEY) else {
        return;
    };
    slot.clear();
    for item in items {
        if item.text.is_empty() {
            keys.mistake(item.at, KEY, mismatch("some text", &shown(&item.text)));
        } else if !slot.contains(&item.text) {
            slot.push(item.text);
        }
    }
}

/// The keys that all signals have.
fn otlp(keys: &mut Section<'_, '_>, otlp: &mut Otlp) {
    keys.text("protocol", word, &mut otlp.protocol);
    let endpoint = |text: &str| Endpoint::read(text, None).map(Some);
    keys.text("endpoint", endpoint, &mut otlp.endpoint);
    let mut headers = Vec::new();
    for (name, text) in keys.texts("headers") {
        match value::header(&name, &text.text) {
            Ok(header) => headers.push(header),
            Err(message) => keys.mistake(text.at, "headers", message),
        }
    }
    otlp.headers = Headers::of_checked(headers);
    keys.text("timeout", duration, &mut otlp.timeout);
    keys.text("compression", word, &mut otlp.compression);
    pem_file(keys, "certificate", &mut otlp.certificate);
    pem_file(keys, "client_certificate", &mut otlp.client_certificate);
    pem_file(keys, "client_key", &mut otlp.client_key);
}

fn pem_file(keys: &mut Section<'_, '_>, key: &'static str, slot: &mut Option<PemFile>) {
    let mut path = None;
    if let Some((path, at)) = keys
        .text(key, value::some_text, &mut path)
        .and_then(|at| Some((path?, at)))
    {
        *slot = Some(PemFile::named_by(keys.named(at, key), &path));
    }
}
