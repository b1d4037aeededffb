//! Loads on whole processes: what a span costs with everything that happens to it after its call.

use std::{
    path::Path,
    process::Command,
    time::{Duration, Instant},
};

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

use super::{
    statistics::{Spread, median},
    verdict::{Verdict, spread},
    worker::{Worker, numbers},
};
use crate::steps::{output, seconds};

/// The rate of the paced load, in spans a second.
pub(super) const RATE: f64 = 90_000.0;

/// The peer that rates and costs are compared with.
const REFERENCE: &str = "opentelemetry";

/// The rounds, and the time of one load.
#[derive(Clone, Copy, Debug)]
pub(super) struct Times {
    pub(super) rounds: usize,
    pub(super) time: Duration,
}

/// The figures of all peers under each load.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Loads {
    /// As many spans as they could make.
    pub(super) sustained: Vec<Peer>,
    /// At [`RATE`].
    pub(super) paced: Vec<Peer>,
    /// hyperion at twice the rate at which the reference delivered.
    pub(super) twice: Peer,
}

/// The figures of a peer under a load, by round.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Peer {
    pub(super) peer: String,
    pub(super) runs: Vec<Run>,
}

/// One process under load.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Run {
    /// Spans recorded in a second.
    pub(super) rate: f64,
    /// Nanoseconds that a span took its caller.
    pub(super) caller: f64,
    /// Nanoseconds of the processor, all threads, for a span that arrived.
    pub(super) processor: f64,
    /// The part of the spans that did not arrive.
    pub(super) lost: f64,
    /// The memory of the process at most, in MB.
    pub(super) memory: f64,
    /// Bytes sent for a span, without headers.
    pub(super) bytes: f64,
}

impl Peer {
    /// The median of a figure of all runs.
    pub(super) fn median(&self, figure: fn(&Run) -> f64) -> Option<f64> {
        median(self.runs.iter().map(figure))
    }
}

impl Loads {
    /// Runs every load on every peer, in turn.
    pub(super) fn measure(program: &Path, times: Times) -> Result<Self> {
        let peers = output(Command::new(program).arg("peers"))?;
        let peers: Vec<&str> = peers.lines().collect();
        let mut sink = Sink::start(program)?;
        let start = Instant::now();
        let all = u32::try_from(times.rounds * (2 * peers.len() + 1))?;
        let mut run = |peer: &str, rate: Option<f64>, done: &mut u32| {
            let left = (times.time * (all - *done)).max(Duration::from_secs(1));
            let load = rate.map_or_else(
                || "as fast as it can".to_owned(),
                |rate| format!("{rate:.0} spans a second"),
            );
            println!("    {peer}, {load}, at least {} left", seconds(left));
            *done += 1;
            sink.run(program, peer, times.time, rate)
        };
        let none = |peer: &&str| Peer {
            peer: (*peer).to_owned(),
            runs: Vec::new(),
        };
        let mut sustained: Vec<Peer> = peers.iter().map(none).collect();
        let mut paced: Vec<Peer> = peers.iter().map(none).collect();
        let mut twice = none(&"hyperion");
        let mut done = 0;
        for _ in 0..times.rounds {
            for Peer { peer, runs } in &mut sustained {
                runs.push(run(peer, None, &mut done)?);
            }
            for Peer { peer, runs } in &mut paced {
                runs.push(run(peer, Some(RATE), &mut done)?);
            }
            let reference = find(&sustained, REFERENCE).and_then(|peer| peer.runs.last());
            let reference = reference.context("the reference is one of the peers")?;
            let rate = 2.0 * reference.rate * (1.0 - reference.lost);
            twice.runs.push(run("hyperion", Some(rate), &mut done)?);
        }
        println!("    loads took {}", seconds(start.elapsed()));
        Ok(Self {
            sustained,
            paced,
            twice,
        })
    }

    /// Compares hyperion with its targets: the name of each, and the verdict.
    pub(super) fn verdicts(&self) -> Vec<(&'static str, Verdict)> {
        let median = |figure| self.twice.median(figure).unwrap_or(f64::INFINITY);
        let (lost, memory) = (median(|run| run.lost), median(|run| run.memory));
        vec![
            (
                "processor time of a span, as fast as it can",
                ratio(&self.sustained, |run| run.processor),
            ),
            (
                "lost at twice the reference's rate",
                Verdict::of(lost, percent(lost), 0.001, "0.1 %"),
            ),
            (
                "memory at twice the reference's rate",
                Verdict::of(memory, format!("{memory:.0} MB"), 32.0, "32 MB"),
            ),
            (
                "caller's time of a span, paced",
                ratio(&self.paced, |run| run.caller),
            ),
            (
                "processor time of a span, paced",
                ratio(&self.paced, |run| run.processor),
            ),
        ]
    }
}

/// hyperion's figure by the reference's, round by round.
fn ratio(peers: &[Peer], figure: fn(&Run) -> f64) -> Verdict {
    const MOST: f64 = 0.4;
    let limit = format!("{MOST} x {REFERENCE}");
    let rounds =
        |name| -> Option<Vec<f64>> { Some(find(peers, name)?.runs.iter().map(figure).collect()) };
    let ratio = rounds("hyperion")
        .zip(rounds(REFERENCE))
        .and_then(|(ours, theirs)| Spread::of_ratios(&ours, &theirs));
    match ratio {
        Some(ratio) => {
            let shown = format!("{} x {REFERENCE}", spread(ratio));
            Verdict::of(ratio.median, shown, MOST, &limit)
        }
        None => Verdict::unknown(&limit),
    }
}

fn find<'a>(peers: &'a [Peer], name: &str) -> Option<&'a Peer> {
    peers.iter().find(|peer| peer.peer == name)
}

/// A part as it reads; nearly nothing is not nothing.
pub(super) fn percent(part: f64) -> String {
    match part * 100.0 {
        0.0 => "0 %".to_owned(),
        small if small < 0.01 => "< 0.01 %".to_owned(),
        percent => format!("{percent:.2} %"),
    }
}

/// The receiver, in a process of its own, so that its work is nobody's.
struct Sink {
    process: Worker,
    url: String,
}

impl Sink {
    fn start(program: &Path) -> Result<Self> {
        let mut process = Worker::start(program, &["sink"])?;
        let url = process.line()?;
        Ok(Self { process, url })
    }

    fn received(&mut self) -> Result<[f64; 2]> {
        numbers(&self.process.ask("")?)
    }

    fn run(
        &mut self,
        program: &Path,
        peer: &str,
        time: Duration,
        rate: Option<f64>,
    ) -> Result<Run> {
        let before = self.received()?;
        let mut load = Command::new(program);
        load.args(["load", peer, &self.url, &time.as_secs_f64().to_string()]);
        load.args(rate.map(|rate| format!("{rate:.0}")));
        // What the queues of a peer lose, some of them say on standard error, over and over.
        let line = output(&mut load)?;
        let [spans, elapsed, in_requests, processor, memory] = numbers(&line)?;
        let after = self.received()?;
        let [arrived, bytes] = [after[0] - before[0], after[1] - before[1]];
        // A peer that sends nothing is the load itself.
        let (lost, counted) = match arrived {
            0.0 => (0.0, spans),
            _ => ((spans - arrived) / spans, arrived),
        };
        Ok(Run {
            rate: spans / (elapsed / 1e9),
            caller: in_requests / spans,
            processor: processor / counted,
            lost,
            memory: memory / 1e6,
            bytes: bytes / counted,
        })
    }
}

#[cfg(test)]
impl Loads {
    /// Loads with these peers, whose figures are all multiples of a factor.
    pub(super) fn example(peers: &[(&str, f64)]) -> Self {
        let run = |factor: f64| Run {
            rate: 1e6 / factor,
            caller: 500.0 * factor,
            processor: 1000.0 * factor,
            lost: 0.0005 * factor,
            memory: 10.0 * factor,
            bytes: 250.0,
        };
        let peers = || {
            let peer = |(peer, factor): &(&str, f64)| Peer {
                peer: (*peer).to_owned(),
                runs: vec![run(*factor)],
            };
            peers.iter().map(peer).collect()
        };
        Self {
            sustained: peers(),
            paced: peers(),
            twice: Peer {
                peer: "hyperion".to_owned(),
                runs: vec![run(1.0)],
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_load_has_its_targets() {
        let loads = Loads::example(&[("hyperion", 1.0), ("opentelemetry", 2.0)]);
        let verdicts: Vec<_> = loads
            .verdicts()
            .iter()
            .map(|(_, verdict)| verdict.reached)
            .collect();
        assert_eq!(
            verdicts,
            [
                Some(false),
                Some(true),
                Some(true),
                Some(false),
                Some(false)
            ]
        );
        let loads = Loads::example(&[("hyperion", 1.0), ("opentelemetry", 4.0)]);
        assert_eq!(loads.verdicts()[0].1.reached, Some(true));
    }

    #[test]
    fn nearly_nothing_lost_is_not_nothing() {
        assert_eq!(percent(0.0), "0 %");
        assert_eq!(percent(0.000_01), "< 0.01 %");
        assert_eq!(percent(0.256), "25.60 %");
    }
}
