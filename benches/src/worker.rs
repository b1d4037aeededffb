//! The other end of a measuring process: one peer in one row, measured whenever it is asked.
//!
//! A process holds one peer, because what some of them install is global and stays. Whoever compares them starts a process
//! for each and asks one after the other, round by round, so that a machine that gets slower does so for all of them.
//!
//! ```text
//! worker rows                       the rows, a line each: its name, a tabulator, and its peers between tabulators
//! worker 'span sync' hyperion       reads a number of operations a line, and writes what they cost:
//!                                   nanoseconds, allocations and bytes
//! ```

use crate::discard;
use crate::rows::{self, Operation};
use crate::timing;
use std::env;
use std::io::{self, BufRead, Write};
use std::process::ExitCode;

/// Does what the arguments of the process say.
pub fn run() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let outcome = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["rows"] => list(),
        [row, peer] => match rows::start(row, peer) {
            Some(operation) => answer(operation),
            None => Err(io::Error::other(format!(
                "there is no `{peer}` in a row `{row}`"
            ))),
        },
        _ => Err(io::Error::other("expected `rows`, or a row and a peer")),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn list() -> io::Result<()> {
    let mut out = io::stdout().lock();
    for row in rows::all() {
        let peers: Vec<_> = row.peers.iter().map(|peer| peer.name).collect();
        writeln!(out, "{}\t{}", row.name, peers.join("\t"))?;
    }
    Ok(())
}

fn answer(mut operation: Operation) -> io::Result<()> {
    let mut out = io::stdout().lock();
    for line in io::stdin().lock().lines() {
        let operations: u64 = line?.trim().parse().map_err(io::Error::other)?;
        let (recorded, arrived) = (timing::recorded(), discard::arrived());
        let cost = operation.run(operations);
        let (recorded, arrived) = (timing::recorded() - recorded, discard::arrived() - arrived);
        if operation.exports && arrived * 100 < recorded * 99 {
            return Err(io::Error::other(format!(
                "of {recorded} spans recorded {arrived} arrived, so this does not measure what it says"
            )));
        }
        if operation.exports && recorded == 0 && arrived > 0 {
            return Err(io::Error::other(format!(
                "{arrived} spans arrived where none is recorded"
            )));
        }
        let allocations = cost.allocations;
        writeln!(
            out,
            "{} {} {}",
            cost.time.as_nanos(),
            allocations.count,
            allocations.bytes
        )?;
        out.flush()?;
    }
    Ok(())
}
