//! Jaeger, and what its query API says.

use std::{fs, path::Path, process::Command};

use anyhow::{Context, Result};
use hyperion_backend_servers::JAEGER;
use serde_json::json;

use crate::{
    environment::{self, set},
    http,
    otlp::{self, Trace},
    ports,
    process::Process,
    start,
};

/// A Jaeger with its spans in memory.
#[derive(Debug)]
pub struct Jaeger {
    query: String,
    otlp_http: String,
    otlp_grpc: String,
    // Held for its drop, which stops the server.
    _process: Option<Process>,
}

struct Ports {
    query: u16,
    otlp_http: u16,
    otlp_grpc: u16,
    health: u16,
}

impl Jaeger {
    /// Starts one, or uses the running one that the environment names.
    ///
    /// # Panics
    /// When it does not start; the message says what to do.
    #[track_caller]
    pub fn start() -> Self {
        start::or_panic(Self::try_start())
    }

    /// A running one: addresses like `http://127.0.0.1:16686`.
    pub fn at(query: &str, otlp_http: &str, otlp_grpc: &str) -> Self {
        let [query, otlp_http, otlp_grpc] = [query, otlp_http, otlp_grpc].map(str::to_owned);
        Self {
            query,
            otlp_http,
            otlp_grpc,
            _process: None,
        }
    }

    fn try_start() -> Result<Self> {
        if let Some(query) = set("HYPERION_TEST_JAEGER_QUERY") {
            let [http, grpc] = environment::receivers("JAEGER", &query)?;
            return Ok(Self::at(&query, &http, &grpc));
        }
        let program = JAEGER.program("jaeger")?;
        let (process, ports) = start::start("jaeger", |folder| prepare(&program, folder), ready)?;
        Ok(Self {
            query: format!("http://127.0.0.1:{}", ports.query),
            otlp_http: format!("http://127.0.0.1:{}", ports.otlp_http),
            otlp_grpc: format!("http://127.0.0.1:{}", ports.otlp_grpc),
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

    /// The address of its query API.
    pub fn query(&self) -> &str {
        &self.query
    }

    /// The names of the services it has spans of.
    ///
    /// # Errors
    /// When the API does not answer as documented.
    pub fn services(&self) -> Result<Vec<String>> {
        let answer = http::query_json(&format!("{}/api/services", self.query), &[])?;
        Ok(otlp::list(&answer, "data")
            .iter()
            .filter_map(|name| Some(name.as_str()?.to_owned()))
            .collect())
    }

    /// The ids of a service's traces.
    ///
    /// # Errors
    /// When the API does not answer as documented.
    pub fn trace_ids(&self, service: &str) -> Result<Vec<String>> {
        let url = format!("{}/api/traces", self.query);
        let answer = http::query_json(&url, &[("service", service), ("limit", "1000")])?;
        otlp::list(&answer, "data")
            .iter()
            .map(|trace| {
                let id = trace["traceID"].as_str();
                Ok(id
                    .with_context(|| format!("no traceID in {trace}"))?
                    .to_owned())
            })
            .collect()
    }

    /// One trace, by the API that answers in OTLP.
    ///
    /// # Errors
    /// When there is no such trace, or the API does not answer as documented.
    pub fn trace(&self, id: &str) -> Result<Trace> {
        let answer = http::query_json(&format!("{}/api/v3/traces/{id}", self.query), &[])?;
        let spans = otlp::spans(&answer["result"])?;
        otlp::traces(spans)
            .into_iter()
            .find(|trace| trace.id == id)
            .with_context(|| format!("no trace {id} in {answer}"))
    }

    /// Every trace of a service whose resource has the attribute `test.mark` with this value.
    ///
    /// # Errors
    /// When the API does not answer as documented.
    pub fn traces(&self, service: &str, mark: &str) -> Result<Vec<Trace>> {
        let ids = self.trace_ids(service)?;
        let traces: Vec<Trace> = ids.iter().map(|id| self.trace(id)).collect::<Result<_>>()?;
        Ok(traces
            .into_iter()
            .filter(|trace| trace.is_marked(mark))
            .collect())
    }
}

/// JSON is YAML, and cannot be indented wrongly.
fn prepare(program: &Path, folder: &Path) -> Result<(Command, Ports)> {
    let [query, query_grpc, otlp_http, otlp_grpc, health] = ports::several()?;
    let at = |port: u16| json!({ "endpoint": format!("127.0.0.1:{port}") });
    let configuration = json!({
        "service": {
            "extensions": ["jaeger_storage", "jaeger_query", "healthcheckv2"],
            "pipelines": {
                "traces": { "receivers": ["otlp"], "exporters": ["jaeger_storage_exporter"] },
            },
            "telemetry": { "metrics": { "level": "none" }, "logs": { "level": "warn" } },
        },
        "extensions": {
            "jaeger_storage": { "backends": { "memory": { "memory": { "max_traces": 10_000 } } } },
            "jaeger_query": {
                "storage": { "traces": "memory" },
                "http": at(query),
                "grpc": at(query_grpc),
            },
            "healthcheckv2": { "use_v2": true, "http": at(health) },
        },
        "receivers": { "otlp": { "protocols": { "http": at(otlp_http), "grpc": at(otlp_grpc) } } },
        "exporters": { "jaeger_storage_exporter": { "trace_storage": "memory" } },
    });
    let file = folder.join("jaeger.yaml");
    fs::write(&file, configuration.to_string()).context("cannot write jaeger.yaml")?;
    let mut command = Command::new(program);
    // Its query service traces itself, to the default port of somebody else's collector.
    command
        .arg("--config")
        .arg(file)
        .env("OTEL_TRACES_SAMPLER", "always_off");
    Ok((
        command,
        Ports {
            query,
            otlp_http,
            otlp_grpc,
            health,
        },
    ))
}

fn ready(ports: &Ports) -> Result<()> {
    let health = http::query_json(&format!("http://127.0.0.1:{}/status", ports.health), &[])?;
    (health["healthy"] == true)
        .then_some(())
        .with_context(|| health.to_string())?;
    http::get(&format!("http://127.0.0.1:{}/api/services", ports.query))?;
    start::listens(ports.otlp_http)?;
    start::listens(ports.otlp_grpc)
}
