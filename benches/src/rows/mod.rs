//! The rows of the comparison: an operation each, of the libraries that have it.

mod metrics;
mod propagation;
mod requests;
mod spans;

use crate::timing::Cost;
use std::fmt;

/// One comparison.
#[derive(Debug)]
pub struct Row {
    /// Its name.
    pub name: &'static str,
    /// Everything that is measured in it.
    pub peers: &'static [Entry],
}

/// A library in a row.
#[derive(Debug)]
pub struct Entry {
    /// Its name, which is unique in the row.
    pub name: &'static str,
    /// Installs what has to be installed.
    pub start: fn() -> Operation,
}

/// An operation that is ready to be measured.
pub struct Operation {
    run: Box<dyn FnMut(u64) -> Cost>,
    /// True if each span it records has to arrive at an exporter.
    pub exports: bool,
}

impl Operation {
    fn new(exports: bool, run: impl FnMut(u64) -> Cost + 'static) -> Self {
        Self {
            run: Box::new(run),
            exports,
        }
    }

    /// Measures so many operations.
    pub fn run(&mut self, operations: u64) -> Cost {
        (self.run)(operations)
    }
}

impl fmt::Debug for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Operation")
            .field("exports", &self.exports)
            .finish_non_exhaustive()
    }
}

/// All rows, in the order of the tables.
pub fn all() -> impl Iterator<Item = &'static Row> {
    let rows = spans::ROWS.iter().chain(metrics::ROWS);
    rows.chain(propagation::ROWS).chain(requests::ROWS)
}

/// Installs what one measurement needs.
pub fn start(row: &str, peer: &str) -> Option<Operation> {
    let row = all().find(|candidate| candidate.name == row)?;
    let entry = row.peers.iter().find(|entry| entry.name == peer)?;
    Some((entry.start)())
}

/// A row: the peers of an operation by their types, and others by a name and a function.
macro_rules! row {
    ($name:literal: $operation:ident of $($peer:ty),+ $(; $other:literal = $start:expr)*) => {
        row!(@ $name, [$(<$peer>::NAME, $operation::<$peer>,)+ $($other, $start,)*])
    };
    ($name:literal: $($other:literal = $start:expr);+) => {
        row!(@ $name, [$($other, $start,)+])
    };
    (@ $name:literal, [$($peer:expr, $start:expr,)+]) => {
        Row {
            name: $name,
            peers: &[$(Entry { name: $peer, start: $start },)+],
        }
    };
}
use row;
