//! One line at the start, of what was set up.

use super::resource;
#[cfg(feature = "logs")]
use crate::config::Logs;
use crate::config::{Config, MetricExporter, Otlp, Protocol, Signal, TraceExporter};
use hyperion_runtime::backend::diagnostics;
use opentelemetry_sdk::Resource;
use std::net::SocketAddr;

/// The parts that were chosen while telemetry was set up.
pub(super) struct Chosen {
    /// True if the program gave an exporter of spans.
    pub(super) own_span_sink: bool,
    /// True if the program gave a sink of metrics.
    pub(super) own_metric_sink: bool,
    /// The address of the metrics page, if there is a listener.
    pub(super) metrics_addr: Option<SocketAddr>,
    /// The way of log lines.
    pub(super) logs: String,
}

/// Says what was set up. It names hosts alone: what else an endpoint has may be a secret.
pub(super) fn say(config: &Config, resource: &Resource, chosen: &Chosen) {
    diagnostics::warn(format_args!("{}", line(config, resource, chosen)));
}

fn line(config: &Config, resource: &Resource, chosen: &Chosen) -> String {
    let text = |key| resource::text(resource, key);
    let mut service = text("service.name").unwrap_or_default();
    if let Some(version) = text("service.version") {
        service = format!("{service} {version}");
    }
    let (spans, metrics, logs) = (spans(config, chosen), metrics(config, chosen), &chosen.logs);
    format!("{service}, {spans}, {metrics}, {logs}")
}

fn spans(config: &Config, chosen: &Chosen) -> String {
    let tracing = &config.tracing;
    match tracing.exporter {
        _ if !tracing.enabled => "no spans".to_owned(),
        _ if chosen.own_span_sink => "spans to the program's exporter".to_owned(),
        TraceExporter::Otlp => format!("spans to otlp {}", origin(&tracing.otlp, Signal::Traces)),
        TraceExporter::Jaeger => {
            format!("spans to jaeger {}", origin(&tracing.otlp, Signal::Traces))
        }
        TraceExporter::Console => "spans to the console".to_owned(),
        TraceExporter::None => "spans for ids alone".to_owned(),
    }
}

fn metrics(config: &Config, chosen: &Chosen) -> String {
    let metrics = &config.metrics;
    match (metrics.exporter, chosen.metrics_addr) {
        _ if !metrics.enabled => "no metrics".to_owned(),
        _ if chosen.own_metric_sink => "metrics to the program's sink".to_owned(),
        (MetricExporter::Otlp, _) => {
            format!("metrics to otlp {}", origin(&metrics.otlp, Signal::Metrics))
        }
        (MetricExporter::Prometheus, Some(address)) => {
            format!("metrics on {address}{}", metrics.path)
        }
        (MetricExporter::Prometheus, None) => "metrics on the program's server".to_owned(),
        (MetricExporter::Console, _) => "metrics to the console".to_owned(),
        (MetricExporter::None, _) => "metrics to nobody".to_owned(),
    }
}

/// The way of log records.
#[cfg(feature = "logs")]
pub(super) fn records(logs: &Logs) -> String {
    format!("otlp {}", origin(&logs.otlp, Signal::Logs))
}

/// The protocol, unless it is the default one, and the endpoint without its path and its query.
fn origin(otlp: &Otlp, signal: Signal) -> String {
    let url = otlp.url(signal);
    let host = url.find("://").map_or(0, |at| at + "://".len());
    let end = url.get(host..).and_then(|rest| rest.find(['/', '?']));
    let origin = end.map_or(&*url, |end| url.split_at(host + end).0);
    match otlp.protocol {
        Protocol::HttpProtobuf => origin.to_owned(),
        Protocol::Grpc => format!("(grpc) {origin}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Endpoint;

    fn chosen() -> Chosen {
        Chosen {
            own_span_sink: false,
            own_metric_sink: false,
            metrics_addr: None,
            logs: "logs json to stdout".to_owned(),
        }
    }

    fn said(config: &Config, chosen: &Chosen) -> String {
        line(config, &resource::of(&config.service), chosen)
    }

    #[test]
    fn the_line_says_what_was_set_up() {
        let mut config = Config::default();
        config.service.name = Some("users".to_owned());
        config.service.version = Some("1.4.0".to_owned());
        config.metrics.exporter = MetricExporter::Prometheus;
        let mut chosen = chosen();
        chosen.metrics_addr = Some(SocketAddr::from(([127, 0, 0, 1], 9464)));
        assert_eq!(
            said(&config, &chosen),
            "users 1.4.0, spans to otlp http://localhost:4318, metrics on 127.0.0.1:9464/metrics, logs json to stdout"
        );
        config.tracing.enabled = false;
        config.service.version = None;
        (chosen.own_metric_sink, chosen.logs) = (true, "no logs".to_owned());
        assert_eq!(
            said(&config, &chosen),
            "users, no spans, metrics to the program's sink, no logs"
        );
    }

    #[test]
    fn no_secret_of_an_endpoint_is_said() {
        let mut config = Config::default();
        config.service.name = Some("users".to_owned());
        let secret =
            Endpoint::exact("https://otlp.example:443/tenants/hunter2/v1/traces?key=hunter2");
        config.tracing.otlp.endpoint = Some(secret.expect("it is a URL"));
        config
            .tracing
            .otlp
            .headers
            .push("api-key", "hunter2")
            .expect("it is a header");
        let secret = Endpoint::exact("https://otlp.example?key=hunter2");
        config.metrics.otlp.endpoint = Some(secret.expect("it is a URL"));
        config.metrics.otlp.protocol = Protocol::Grpc;
        assert_eq!(
            said(&config, &chosen()),
            "users, spans to otlp https://otlp.example:443, metrics to otlp (grpc) https://otlp.example, logs json to stdout"
        );
    }
}
