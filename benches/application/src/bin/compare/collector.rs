//! A real OpenTelemetry Collector, which takes everything and keeps nothing.

use std::fs::{self, File};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde_json::json;
use tempfile::TempDir;

use crate::client::get_once;

/// The time within which it has to listen.
const START: Duration = Duration::from_secs(30);

/// The largest request that it takes, in MiB: one peer sends all spans of a second in one, more than the usual 4.
const LARGEST: u32 = 64;

/// A Collector that runs.
#[derive(Debug)]
pub(crate) struct Collector {
    child: Child,
    folder: TempDir,
    otlp: SocketAddr,
    metrics: SocketAddr,
}

/// The telemetry that it has received so far, by its own count.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Received {
    pub(crate) spans: u64,
    /// Points of metrics.
    pub(crate) points: u64,
    /// The processor time that it has taken, in seconds.
    pub(crate) cpu: f64,
}

impl Collector {
    /// Starts a program and waits until it listens.
    pub(crate) fn start(program: &Path) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let [otlp, metrics] = free_addresses()?;
        let file = folder.path().join("collector.yaml");
        fs::write(&file, configuration(otlp, metrics))?;
        let log = File::create(folder.path().join("log"))?;
        let child = Command::new(program)
            .arg("--config")
            .arg(file)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .with_context(|| {
                format!(
                    "{} cannot be started; `cargo xtask backends` builds a Collector",
                    program.display()
                )
            })?;
        let mut collector = Self {
            child,
            folder,
            otlp,
            metrics,
        };
        collector.wait()?;
        Ok(collector)
    }

    /// Its address for OTLP over gRPC.
    pub(crate) fn endpoint(&self) -> String {
        format!("http://{}", self.otlp)
    }

    /// Asks it what it has received.
    pub(crate) fn received(&self) -> Result<Received> {
        let page = get_once(self.metrics, "/metrics")
            .context("the Collector does not say what it has received")?;
        Ok(Received::parse(&page))
    }

    fn wait(&mut self) -> Result<()> {
        let start = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait()? {
                bail!("the Collector ended ({status}):\n{}", self.log());
            }
            match self.listens() {
                Ok(()) => return Ok(()),
                Err(error) if start.elapsed() > START => {
                    let log = self.log();
                    return Err(error.context(format!("the Collector does not listen:\n{log}")));
                }
                Err(_) => thread::sleep(Duration::from_millis(25)),
            }
        }
    }

    fn listens(&self) -> Result<()> {
        TcpStream::connect(self.otlp)?;
        self.received().map(drop)
    }

    fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }
}

impl Drop for Collector {
    fn drop(&mut self) {
        // Both fail only for a process that has ended, which is what is wanted.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Received {
    /// Adds up the series of a metrics page. One that is not there has not been counted yet.
    fn parse(page: &str) -> Self {
        let mut received = Self::default();
        for line in page.lines() {
            let (Some((name, _)), Some((_, value))) = (line.split_once('{'), line.rsplit_once(' '))
            else {
                continue;
            };
            match name.trim_end_matches("_total") {
                "otelcol_receiver_accepted_spans" => received.spans += count(value),
                "otelcol_receiver_accepted_metric_points" => received.points += count(value),
                "otelcol_process_cpu_seconds" => received.cpu += value.parse().unwrap_or(0.0),
                _ => {}
            }
        }
        received
    }

    /// The part that was received since an earlier time.
    pub(crate) fn since(self, earlier: Self) -> Self {
        Self {
            spans: self.spans - earlier.spans,
            points: self.points - earlier.points,
            cpu: self.cpu - earlier.cpu,
        }
    }
}

/// A count as the page has it, where large ones have an exponent.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "counts are whole and far below 2^53"
)]
fn count(value: &str) -> u64 {
    value.parse::<f64>().unwrap_or(0.0) as u64
}

/// The exporter `debug` would write a line for each batch, were the level of its log not above that.
fn configuration(otlp: SocketAddr, metrics: SocketAddr) -> String {
    let grpc = json!({ "endpoint": otlp.to_string(), "max_recv_msg_size_mib": LARGEST });
    let pipeline = json!({ "receivers": ["otlp"], "exporters": ["debug"] });
    let page = json!({ "host": metrics.ip().to_string(), "port": metrics.port() });
    let reader = json!({ "pull": { "exporter": { "prometheus": page } } });
    let configuration = json!({
        "receivers": { "otlp": { "protocols": { "grpc": grpc } } },
        "exporters": { "debug": { "verbosity": "basic" } },
        "service": {
            "pipelines": { "traces": pipeline, "metrics": pipeline },
            "telemetry": {
                "logs": { "level": "warn" },
                "metrics": { "level": "basic", "readers": [reader] },
            },
        },
    });
    configuration.to_string()
}

/// Addresses that nobody listens on. Another process can take one before it is bound again, which then shows in the log.
fn free_addresses() -> Result<[SocketAddr; 2]> {
    let bind = || TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("no free port");
    let (one, two) = (bind()?, bind()?);
    Ok([one.local_addr()?, two.local_addr()?])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_added_over_series() {
        let page = "\
# TYPE otelcol_receiver_accepted_spans_total counter
otelcol_receiver_accepted_spans_total{receiver=\"otlp\",transport=\"grpc\"} 1.234567e+06
otelcol_receiver_accepted_spans_total{receiver=\"otlp\",transport=\"http\"} 3
otelcol_receiver_accepted_metric_points{receiver=\"otlp\"} 12
otelcol_receiver_refused_spans_total{receiver=\"otlp\"} 99
otelcol_process_cpu_seconds_total{} 0.5
";
        let received = Received::parse(page);
        let expected = Received {
            spans: 1_234_570,
            points: 12,
            cpu: 0.5,
        };
        assert_eq!(received, expected);
        assert_eq!(received.since(Received::default()), expected);
        assert_eq!(received.since(received), Received::default());
    }

    #[test]
    fn a_program_that_ends_shows_its_log_and_one_that_is_missing_says_what_to_do() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let missing = folder.path().join("otelcol");
        let error = Collector::start(&missing).expect_err("there is none");
        assert!(
            format!("{error:#}").contains("cargo xtask backends"),
            "{error:#}"
        );
        let error = Collector::start(Path::new("/bin/false")).expect_err("it ends");
        assert!(
            error.to_string().starts_with("the Collector ended"),
            "{error}"
        );
    }
}
