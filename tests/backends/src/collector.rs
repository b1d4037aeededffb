//! The OpenTelemetry Collector, and the lines that its file exporter writes.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, ensure};
use hyperion_backend_servers::COLLECTOR;
use serde_json::{Value, json};

use crate::{
    environment::{self, set},
    http,
    otlp::{self, LogRecord, Metric, Span, Trace},
    ports,
    process::Process,
    start,
};

/// A Collector that takes OTLP and keeps what it receives in a file.
#[derive(Debug)]
pub struct Collector {
    otlp_http: String,
    otlp_grpc: String,
    file: PathBuf,
    // Held for its drop, which stops the server.
    _process: Option<Process>,
}

/// The telemetry that has arrived.
#[derive(Debug, Default)]
pub struct Received {
    /// Every span.
    pub spans: Vec<Span>,
    /// Every metric of every export, in the order of arrival: a cumulative one comes again.
    pub metrics: Vec<Metric>,
    /// Every log record.
    pub logs: Vec<LogRecord>,
}

struct Started {
    http: u16,
    grpc: u16,
    file: PathBuf,
}

impl Collector {
    /// Starts one, or uses the running one that the environment names.
    ///
    /// # Panics
    /// When it does not start; the message says what to do.
    #[track_caller]
    pub fn start() -> Self {
        start::or_panic(Self::try_start())
    }

    /// A running one, with the file that it writes.
    pub fn at(otlp_http: &str, otlp_grpc: &str, file: &Path) -> Self {
        let [otlp_http, otlp_grpc] = [otlp_http, otlp_grpc].map(str::to_owned);
        Self {
            otlp_http,
            otlp_grpc,
            file: file.to_owned(),
            _process: None,
        }
    }

    fn try_start() -> Result<Self> {
        if let Some(file) = set("HYPERION_TEST_COLLECTOR_FILE") {
            let [http, grpc] = environment::receivers("COLLECTOR", "http://127.0.0.1")?;
            return Ok(Self::at(&http, &grpc, Path::new(&file)));
        }
        let program = COLLECTOR.program("otelcol")?;
        let (process, started) =
            start::start("collector", |folder| prepare(&program, folder), ready)?;
        Ok(Self {
            otlp_http: format!("http://127.0.0.1:{}", started.http),
            otlp_grpc: format!("http://127.0.0.1:{}", started.grpc),
            file: started.file,
            _process: Some(process),
        })
    }

    /// The address for OTLP over HTTP, without a path.
    pub fn otlp_http(&self) -> &str {
        &self.otlp_http
    }

    /// The address for OTLP over gRPC.
    pub fn otlp_grpc(&self) -> &str {
        &self.otlp_grpc
    }

    /// The file that it writes, a JSON object a line.
    pub fn file(&self) -> &Path {
        &self.file
    }

    /// Everything that has arrived until now with the resource attribute `test.mark` of this value.
    ///
    /// # Errors
    /// When the file cannot be read, or has another format.
    pub fn received(&self, mark: &str) -> Result<Received> {
        let text = fs::read_to_string(&self.file)
            .with_context(|| format!("cannot read {}", self.file.display()))?;
        let mut received = Received::parse(&text)?;
        received.spans.retain(|span| span.resource.is_marked(mark));
        received
            .metrics
            .retain(|metric| metric.resource.is_marked(mark));
        received.logs.retain(|log| log.resource.is_marked(mark));
        Ok(received)
    }
}

impl Received {
    /// Reads lines of OTLP JSON. One without an end is still being written.
    fn parse(text: &str) -> Result<Self> {
        let mut received = Self::default();
        let complete = text.rfind('\n').map_or("", |end| &text[..end]);
        for line in complete.lines().filter(|line| !line.is_empty()) {
            let value: Value =
                serde_json::from_str(line).with_context(|| format!("no JSON: {line}"))?;
            received.spans.extend(otlp::spans(&value)?);
            received.metrics.extend(otlp::metrics(&value)?);
            received.logs.extend(otlp::logs(&value)?);
        }
        Ok(received)
    }

    /// The spans by trace.
    pub fn traces(&self) -> Vec<Trace> {
        otlp::traces(self.spans.clone())
    }

    /// The newest export of a metric.
    ///
    /// # Errors
    /// When there is none; the error names those that there are.
    pub fn metric(&self, name: &str) -> Result<&Metric> {
        self.metrics
            .iter()
            .rev()
            .find(|metric| metric.name == name)
            .with_context(|| {
                let mut names: Vec<&str> = self
                    .metrics
                    .iter()
                    .map(|metric| metric.name.as_str())
                    .collect();
                names.sort_unstable();
                names.dedup();
                format!("no metric `{name}`; there are: {}", names.join(", "))
            })
    }
}

fn prepare(program: &Path, folder: &Path) -> Result<(Command, Started)> {
    let [http, grpc] = ports::several()?;
    let file = folder.join("received.jsonl");
    let at = |port: u16| json!({ "endpoint": format!("127.0.0.1:{port}") });
    let pipeline = json!({ "receivers": ["otlp"], "exporters": ["file"] });
    let configuration = json!({
        "receivers": { "otlp": { "protocols": { "http": at(http), "grpc": at(grpc) } } },
        "exporters": { "file": { "path": &file, "flush_interval": "100ms" } },
        "service": {
            "pipelines": { "traces": pipeline, "metrics": pipeline, "logs": pipeline },
            "telemetry": { "metrics": { "level": "none" }, "logs": { "level": "warn" } },
        },
    });
    let config = folder.join("collector.yaml");
    fs::write(&config, configuration.to_string()).context("cannot write collector.yaml")?;
    let mut command = Command::new(program);
    command.arg("--config").arg(config);
    Ok((command, Started { http, grpc, file }))
}

/// The build has no health extension: a receiver that refuses `GET` is ready for `POST`.
fn ready(started: &Started) -> Result<()> {
    let status = http::status(&format!("http://127.0.0.1:{}/v1/traces", started.http))?;
    ensure!(
        status == 405,
        "its receiver answers with status {status} instead of 405"
    );
    start::listens(started.grpc)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unfinished_line_is_left_for_later() {
        let line = r#"{"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"0a","spanId":"01","name":"one"}]}]}]}"#;
        let received = Received::parse(&format!("{line}\n{}", &line[..20])).expect("one line");
        assert_eq!(received.spans.len(), 1);
        let received = Received::parse(&format!("{line}\n{line}\n")).expect("two lines");
        assert_eq!(received.spans.len(), 2);
    }

    #[test]
    fn a_metric_is_the_newest_export_and_a_missing_one_is_named() {
        let line = |value: u32| {
            json!({"resourceMetrics": [{"scopeMetrics": [{"metrics": [
                {"name": "calls", "sum": {"dataPoints": [{"asInt": value.to_string()}]}}
            ]}]}]})
        };
        let received = Received::parse(&format!("{}\n{}\n", line(1), line(2))).expect("two lines");
        assert_eq!(
            received.metric("calls").expect("it is there").number(&[]),
            2.0
        );
        let error = received.metric("errors").expect_err("it is not there");
        assert_eq!(error.to_string(), "no metric `errors`; there are: calls");
    }
}
