//! Figures that nobody measured, for the tests of what is made of figures.

use super::{
    builds::Compile,
    figures::{Figures, Part, PeerAllocations, PeerFigures, RowAllocations, RowFigures},
    loads::Loads,
    machine::Machine,
    rows::ROWS,
    service::Service,
};

/// The peers, and what each takes as a multiple of hyperion.
const PEERS: &[(&str, f64)] = &[
    ("plain", 0.01),
    ("floor", 0.2),
    ("hyperion", 1.0),
    ("fastrace", 1.6),
    ("opentelemetry", 5.0),
    ("tracing", 15.0),
    ("oxtel", 8.0),
];

/// Figures of every part, the same in every run.
pub(super) fn figures() -> Figures {
    let times = ROWS.iter().zip(1u32..).map(|(row, number)| RowFigures {
        row: row.name.to_owned(),
        peers: PEERS
            .iter()
            .map(|(peer, factor)| PeerFigures {
                peer: (*peer).to_owned(),
                rounds: [1.0, 1.1, 0.95]
                    .map(|noise| 10.0 * f64::from(number) * factor * noise)
                    .to_vec(),
            })
            .collect(),
    });
    let allocations = ROWS.iter().take(3).map(|row| RowAllocations {
        row: row.name.to_owned(),
        peers: PEERS
            .iter()
            .map(|(peer, factor)| PeerAllocations {
                peer: (*peer).to_owned(),
                count: factor.floor(),
                bytes: 64.0 * factor,
            })
            .collect(),
    });
    let processes = [("hyperion", 1.0), ("opentelemetry", 2.0), ("fastrace", 3.0)];
    Figures {
        calls: Some(part("3 rounds", times.collect())),
        allocations: Some(part("1000 operations", allocations.collect())),
        loads: Some(part("1 round of 2 s", Loads::example(&processes))),
        compile: Some(part("5 rounds", Compile::example(1.5))),
        service: Some(part("5 rounds of 10 s", Service::example())),
    }
}

fn part<T>(form: &str, figures: T) -> Part<T> {
    Part {
        form: form.to_owned(),
        machine: Machine::example(),
        figures,
    }
}
