//! The other end of a measuring process: one peer in one row, measured whenever it is asked.
//!
//! A process holds one peer, because what some of them install is global and stays. Whoever compares them starts a process
//! for each and asks one after the other, round by round, so that a machine that gets slower does so for all of them.

use crate::discard;
use crate::rows::Operation;
use crate::timing;
use std::io::{self, BufRead, Write};

/// Reads a number of operations a line, and writes what they cost: nanoseconds, allocations and bytes.
///
/// # Errors
///
/// Fails if spans got lost, or arrived where none is recorded: then the figures are not of what they seem to be.
pub fn answer(mut operation: Operation) -> io::Result<()> {
    let mut out = io::stdout().lock();
    for line in io::stdin().lock().lines() {
        let operations: u64 = line?.trim().parse().map_err(io::Error::other)?;
        let (recorded, arrived) = (timing::recorded(), discard::arrived());
        let cost = operation.run(operations);
        let (recorded, arrived) = (timing::recorded() - recorded, discard::arrived() - arrived);
        if operation.exports && arrived * 100 < recorded * 99 {
            return Err(io::Error::other(format!(
                "of {recorded} spans recorded {arrived} arrived"
            )));
        }
        if operation.exports && recorded == 0 && arrived > 0 {
            return Err(io::Error::other(format!(
                "{arrived} spans arrived where none is recorded"
            )));
        }
        let (nanoseconds, allocations) = (cost.time.as_nanos(), cost.allocations);
        let (count, bytes) = (allocations.count, allocations.bytes);
        writeln!(out, "{nanoseconds} {count} {bytes}")?;
        out.flush()?;
    }
    Ok(())
}
