//! One run of one variant: a process, its load, and what became of its spans.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, ChildStderr, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use hyperion_application_bench::report::{Report, USAGE, Usage};

use crate::client::Client;
use crate::collector::{Collector, Received};
use crate::figures::Run;
use crate::load::Load;
use crate::options::Options;
use crate::variant::Variant;

/// The time for caches, connections and batches to become what they stay.
const WARM_UP: Duration = Duration::from_secs(1);

/// The time within which a service has to start, and to deliver what is left at its end.
const PATIENCE: Duration = Duration::from_mins(1);

/// Measures a variant under a load, in a process of its own.
pub(crate) fn run(
    program: &Path,
    variant: Variant,
    load: Load,
    options: &Options,
    collector: &Collector,
) -> Result<Run> {
    let before = collector.received()?;
    let service = Service::start(program, &collector.endpoint())?;
    let send = |duration| load.run(service.address, options.connections, duration);
    let warm_up = send(WARM_UP)?;
    let idle = service.usage()?;
    let answers = send(options.duration)?;
    let used = service.usage()?;
    let counted = service.stop()?;
    let received = collector.received()?.since(before);
    let requests = warm_up.count() + answers.count();
    Ok(Run {
        cpu: microseconds(used.cpu.saturating_sub(idle.cpu)) / f64::from(answers.count()),
        collector_cpu: received.cpu * 1e6 / f64::from(requests),
        rate: answers.rate(),
        median: microseconds(answers.within(500)),
        tail: microseconds(answers.within(990)),
        memory: megabytes(used.peak_memory),
        lost: lost(variant, requests, received, counted)?,
    })
}

/// Returns the part of the spans that did not arrive, after all that can be known about it was found to be consistent.
fn lost(variant: Variant, requests: u32, received: Received, counted: Option<u64>) -> Result<f64> {
    let made = variant.spans() * u64::from(requests);
    let Received { spans, points, .. } = received;
    if made == 0 {
        ensure!(
            (spans, points) == (0, 0),
            "without telemetry {spans} spans and {points} points of metrics arrived"
        );
        return Ok(0.0);
    }
    ensure!(spans > 0, "none of {made} spans arrived");
    ensure!(points > 0, "no metrics arrived");
    let Some(lost) = made.checked_sub(spans) else {
        bail!("{spans} spans arrived and only {made} were made");
    };
    if let Some(counted) = counted {
        ensure!(
            counted == lost,
            "of {made} spans {spans} arrived, and {counted} were counted as lost"
        );
    }
    Ok(ratio(lost, made))
}

/// A service that runs.
#[derive(Debug)]
struct Service {
    child: Child,
    address: SocketAddr,
    reports: Receiver<Report>,
}

impl Service {
    /// Starts a program without the variables that would configure its telemetry, and waits until it listens.
    fn start(program: &Path, collector: &str) -> Result<Self> {
        let mut child = Command::new(program)
            .arg(collector)
            .env_clear()
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .with_context(|| format!("{} cannot be started", program.display()))?;
        let errors = child.stderr.take().context("no standard error")?;
        let mut service = Self {
            child,
            address: SocketAddr::from(([127, 0, 0, 1], 0)),
            reports: read(errors),
        };
        match service.report()? {
            Report::Listening(address) => service.address = address,
            report @ Report::Ended { .. } => bail!("the service began with {report:?}"),
        }
        Ok(service)
    }

    /// Asks it what it has used so far.
    fn usage(&self) -> Result<Usage> {
        let mut client = Client::connect(self.address)?;
        Ok(serde_json::from_str(client.get(USAGE)?)?)
    }

    /// Ends it, and returns the number of lost spans that it counted.
    fn stop(mut self) -> Result<Option<u64>> {
        drop(self.child.stdin.take());
        match self.report()? {
            Report::Ended { lost } => Ok(lost),
            report @ Report::Listening(_) => bail!("the service ended with {report:?}"),
        }
    }

    fn report(&mut self) -> Result<Report> {
        self.reports
            .recv_timeout(PATIENCE)
            .context("the service has ended, or does nothing")
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        // Both fail only for a process that has ended, which is what is wanted.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Reads the reports of a service, and passes on the lines that are for people.
fn read(errors: ChildStderr) -> Receiver<Report> {
    let (sender, reports) = mpsc::channel();
    thread::spawn(move || {
        for line in BufReader::new(errors).lines().map_while(Result::ok) {
            match serde_json::from_str(&line) {
                // Nobody waits for it where the run has failed.
                Ok(report) => drop(sender.send(report)),
                Err(_) => eprintln!("    {line}"),
            }
        }
    });
    reports
}

fn microseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e6
}

#[expect(clippy::cast_precision_loss, reason = "no process here has 2^52 bytes")]
fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}

#[expect(clippy::cast_precision_loss, reason = "there are no 2^52 spans")]
fn ratio(part: u64, whole: u64) -> f64 {
    part as f64 / whole as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn received(spans: u64, points: u64) -> Received {
        Received {
            spans,
            points,
            cpu: 0.0,
        }
    }

    fn error(variant: Variant, received: Received, counted: Option<u64>) -> String {
        lost(variant, 100, received, counted)
            .expect_err("it is inconsistent")
            .to_string()
    }

    #[test]
    fn what_did_not_arrive_is_lost() {
        let part = |spans, counted| lost(Variant::Hyperion, 100, received(spans, 3), counted);
        assert_eq!(part(600, Some(0)).expect("all arrived"), 0.0);
        assert_eq!(part(450, Some(150)).expect("counted"), 0.25);
        assert_eq!(part(450, None).expect("not counted"), 0.25);
        assert_eq!(
            lost(Variant::NoOp, 100, received(0, 0), None).expect("nothing"),
            0.0
        );
    }

    #[test]
    fn what_cannot_be_is_an_error() {
        assert_eq!(
            error(Variant::Hyperion, received(450, 3), Some(149)),
            "of 600 spans 450 arrived, and 149 were counted as lost"
        );
        assert_eq!(
            error(Variant::Fastrace, received(601, 3), None),
            "601 spans arrived and only 600 were made"
        );
        assert_eq!(
            error(Variant::Fastrace, received(0, 3), None),
            "none of 600 spans arrived"
        );
        assert_eq!(
            error(Variant::Fastrace, received(600, 0), None),
            "no metrics arrived"
        );
        assert_eq!(
            error(Variant::NoOp, received(6, 0), None),
            "without telemetry 6 spans and 0 points of metrics arrived"
        );
    }

    #[test]
    fn a_service_that_does_not_start_is_an_error() {
        let error = Service::start(Path::new("/bin/true"), "http://127.0.0.1:1")
            .expect_err("it says nothing");
        assert!(error.to_string().contains("has ended"), "{error}");
    }
}
