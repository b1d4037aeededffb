//! Loads on whole processes: requests of eleven spans, as fast as they can be made or at a rate, sent over OTLP to a sink
//! in another process.
//!
//! A call that is cheap for its caller may only have put the work off. Here it is all counted: what the process takes of
//! the processor until the last span is sent, what never arrives, and the memory it needs meanwhile. Linux only.

pub mod sink;

use crate::peers::{
    Fastrace, Hyperion, HyperionOwn, OpenTelemetry, Oxtel, Peer, Plain, Sender, Tracing,
};
use crate::work::{CHILDREN, TIER};
use rustix::time::{ClockId, clock_gettime};
use std::fs;
use std::hint::black_box;
use std::thread;
use std::time::{Duration, Instant};

/// The spans of a request.
pub const SPANS: u64 = 1 + CHILDREN;

/// A load.
#[derive(Clone, Copy, Debug)]
pub struct Load {
    /// The time it lasts.
    pub duration: Duration,
    /// The spans it makes in a second; as many as it can without a rate.
    pub rate: Option<u64>,
}

/// The price of a load.
#[derive(Clone, Copy, Debug, Default)]
pub struct Report {
    /// The spans recorded.
    pub spans: u64,
    /// The time from the first request to the end of the last.
    pub elapsed: Duration,
    /// The part of it spent in requests.
    pub in_requests: Duration,
    /// The processor time of the whole process, until everything was flushed.
    pub processor: Duration,
    /// The most memory that the process ever had.
    pub peak_bytes: u64,
}

/// Installs a peer that sends to a URL, and puts a load on it.
type PutOn = fn(&str, Load) -> Report;

const PEERS: &[(&str, PutOn)] = &[
    (Plain::NAME, put_on::<Plain>),
    (Hyperion::NAME, put_on::<Hyperion>),
    (HyperionOwn::NAME, put_on::<HyperionOwn>),
    (OpenTelemetry::NAME, put_on::<OpenTelemetry>),
    (Fastrace::NAME, put_on::<Fastrace>),
    (Tracing::NAME, put_on::<Tracing>),
    (Oxtel::NAME, put_on::<Oxtel>),
];

/// Returns the names of the peers.
pub fn peers() -> impl Iterator<Item = &'static str> {
    PEERS.iter().map(|(name, _)| *name)
}

/// Installs a peer, which sends to `endpoint`, and puts a load on it.
pub fn put(peer: &str, endpoint: &str, load: Load) -> Option<Report> {
    let (_, put_on) = PEERS.iter().find(|(name, _)| *name == peer)?;
    Some(put_on(endpoint, load))
}

fn put_on<P: Sender>(endpoint: &str, load: Load) -> Report {
    let session = P::install_sender(endpoint);
    let processor = processor_time();
    let mut report = match load.rate {
        None => unpaced::<P>(load.duration),
        Some(rate) => paced::<P>(load.duration, rate),
    };
    session.flush();
    report.processor = processor_time().saturating_sub(processor);
    report.peak_bytes = peak_bytes();
    report
}

/// Makes requests without a pause.
fn unpaced<P: Sender>(duration: Duration) -> Report {
    const BETWEEN_READINGS: u64 = 64;
    let start = Instant::now();
    let mut requests = 0;
    let mut elapsed = Duration::ZERO;
    while elapsed < duration {
        (0..BETWEEN_READINGS).for_each(|id| request::<P>(requests + id));
        requests += BETWEEN_READINGS;
        elapsed = start.elapsed();
    }
    Report {
        spans: requests * SPANS,
        elapsed,
        in_requests: elapsed,
        ..Report::default()
    }
}

/// Makes the requests that are due about every millisecond, but never those of more than two at once: a process that was
/// not let run for a while would send what no queue is made for.
fn paced<P: Sender>(duration: Duration, rate: u64) -> Report {
    let start = Instant::now();
    let most = (rate / (500 * SPANS)).max(1);
    let mut requests = 0;
    let mut in_requests = Duration::ZERO;
    loop {
        let elapsed = start.elapsed();
        if elapsed >= duration {
            return Report {
                spans: requests * SPANS,
                elapsed,
                in_requests,
                ..Report::default()
            };
        }
        let micros = u64::try_from(elapsed.as_micros()).unwrap_or(u64::MAX);
        let due = micros.saturating_mul(rate) / (1_000_000 * SPANS);
        let due = due.min(requests + most);
        let begin = Instant::now();
        (requests..due).for_each(request::<P>);
        in_requests += begin.elapsed();
        requests = requests.max(due);
        thread::sleep(Duration::from_millis(1));
    }
}

fn request<P: Sender>(id: u64) {
    black_box(P::request(black_box(TIER), id));
}

/// The processor time of this process, all threads together.
fn processor_time() -> Duration {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    Duration::new(
        time.tv_sec.try_into().unwrap_or_default(),
        time.tv_nsec.try_into().unwrap_or_default(),
    )
}

/// The most physical memory that this process has had.
fn peak_bytes() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))
        .and_then(|rest| rest.trim().strip_suffix("kB"))
        .and_then(|kibibytes| kibibytes.trim().parse::<u64>().ok());
    peak.unwrap_or_default() * 1024
}
