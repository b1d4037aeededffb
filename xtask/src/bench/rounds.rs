//! Measuring every peer of every row, round by round.
//!
//! The peers of a row run in processes of their own, because what some of them install is global and stays, and are asked
//! in turn. A round asks each once, beginning with another one each time; whatever slows the machine slows them all.

use std::{
    io::{IsTerminal, Write, stdout},
    path::Path,
    process::Command,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};

use super::{
    figures::{PeerAllocations, PeerFigures, RowAllocations, RowFigures},
    rows,
    worker::Worker,
};
use crate::steps::{output, seconds};

/// The operations whose allocations are counted: enough to tell a hundredth, and less than every queue holds.
const COUNTED: u32 = 1000;

/// The rounds, and the time each peer is measured in each of them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rounds {
    pub(super) number: usize,
    pub(super) time: Duration,
}

/// A row as the workers have it.
struct Listed {
    row: String,
    peers: Vec<String>,
}

/// Measures the times of all rows with `measure`.
pub(super) fn times(measure: &Path, rounds: Rounds) -> Result<Vec<RowFigures>> {
    let rows = listed(measure)?;
    let all = rows.iter().map(|row| row.peers.len()).sum::<usize>() * rounds.number;
    let mut progress = Progress::new(all);
    rows.iter()
        .map(|row| times_of(measure, row, rounds, &mut progress))
        .collect()
}

fn times_of(
    measure: &Path,
    Listed { row, peers }: &Listed,
    rounds: Rounds,
    progress: &mut Progress,
) -> Result<RowFigures> {
    let mut workers = Vec::new();
    for peer in peers {
        let mut worker = Worker::start(measure, &["times", row, peer])?;
        let operations = worker.calibrate(rounds.time)?;
        workers.push((worker, operations, Vec::new()));
    }
    for round in 0..rounds.number {
        progress.show(&format!("{row}, round {} of {}", round + 1, rounds.number));
        for turn in 0..workers.len() {
            let next = (round + turn) % workers.len();
            let (worker, operations, times) = &mut workers[next];
            let cost = worker.measure(*operations)?;
            times.push(cost.nanoseconds / count(*operations));
            progress.done += 1;
        }
    }
    let peers = peers.iter().zip(workers);
    Ok(RowFigures {
        row: row.clone(),
        peers: peers
            .map(|(peer, (_, _, rounds))| PeerFigures {
                peer: peer.clone(),
                rounds,
            })
            .collect(),
    })
}

/// Counts the allocations in all rows of one thread with `measure`.
pub(super) fn allocations(measure: &Path) -> Result<Vec<RowAllocations>> {
    let rows = listed(measure)?.into_iter();
    rows.filter(|listed| !listed.row.contains("threads"))
        .map(|Listed { row, peers }| {
            let peers = peers.into_iter().map(|peer| {
                let mut worker = Worker::start(measure, &["allocations", &row, &peer])?;
                // The first calls make what is kept.
                worker.measure(u64::from(COUNTED))?;
                let cost = worker.measure(u64::from(COUNTED))?;
                Ok(PeerAllocations {
                    peer,
                    count: cost.allocations / f64::from(COUNTED),
                    bytes: cost.bytes / f64::from(COUNTED),
                })
            });
            let peers = peers.collect::<Result<_>>()?;
            Ok(RowAllocations { row, peers })
        })
        .collect()
}

/// The rows of `measure`, each of which has to be known here.
fn listed(measure: &Path) -> Result<Vec<Listed>> {
    let text = output(Command::new(measure).arg("rows"))?;
    let mut listed = Vec::new();
    for line in text.lines() {
        let mut names = line.split('\t').map(str::to_owned);
        let row = names.next().context("a row has a name")?;
        if rows::row(&row).is_none() {
            bail!("there is a row `{row}` whose targets are missing in xtask/src/bench/rows.rs");
        }
        listed.push(Listed {
            row,
            peers: names.collect(),
        });
    }
    Ok(listed)
}

#[expect(
    clippy::cast_precision_loss,
    reason = "operations of one round are far below 2^52"
)]
fn count(operations: u64) -> f64 {
    operations as f64
}

/// The measurement that is going on, and the time that is left.
struct Progress {
    all: usize,
    done: usize,
    start: Instant,
    shown: String,
}

impl Progress {
    fn new(all: usize) -> Self {
        Self {
            all,
            done: 0,
            start: Instant::now(),
            shown: String::new(),
        }
    }

    /// Shows the row and the round: on a terminal in one line, elsewhere a line for each row.
    fn show(&mut self, now: &str) {
        let left = left(self.start.elapsed(), self.done, self.all);
        let left = left.map_or_else(String::new, |left| format!(", {} left", seconds(left)));
        if stdout().is_terminal() {
            print!("\r\x1b[K    {now}{left}");
            let _ = stdout().flush();
            return;
        }
        let row = now.split(',').next().unwrap_or(now);
        if row != self.shown {
            println!("    {row}{left}");
            row.clone_into(&mut self.shown);
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if stdout().is_terminal() {
            println!("\r\x1b[K    {} measurements", self.done);
        }
    }
}

/// The time that the rest takes, if it goes on as it did.
fn left(elapsed: Duration, done: usize, all: usize) -> Option<Duration> {
    let done = u32::try_from(done).ok()?;
    let left = u32::try_from(all).ok()?.checked_sub(done)?;
    Some(elapsed.checked_div(done)? * left)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_left_is_that_of_what_is_left() {
        let second = Duration::from_secs(1);
        assert_eq!(left(second * 10, 5, 20), Some(second * 30));
        assert_eq!(left(second, 0, 20), None);
    }
}
