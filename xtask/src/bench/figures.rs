//! Everything that was measured, as a file: the tables and the chart are made of nothing else.
//!
//! Each part has the machine and the day it was measured on, so that a run that measures some parts keeps the others.

use std::{fs, path::Path};

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

use super::{builds::Compile, loads::Loads, machine::Machine, service::Service};

/// All parts.
#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Figures {
    pub(super) calls: Option<Part<Vec<RowFigures>>>,
    pub(super) allocations: Option<Part<Vec<RowAllocations>>>,
    pub(super) loads: Option<Part<Loads>>,
    pub(super) compile: Option<Part<Compile>>,
    pub(super) service: Option<Part<Service>>,
}

/// The figures of one go.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Part<T> {
    /// The form of the run in words: how often, and how long.
    pub(super) form: String,
    pub(super) machine: Machine,
    pub(super) figures: T,
}

/// The times of a row.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct RowFigures {
    pub(super) row: String,
    pub(super) peers: Vec<PeerFigures>,
}

/// The times of a peer in a row.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct PeerFigures {
    pub(super) peer: String,
    /// Nanoseconds of an operation, by round.
    #[serde(with = "in_one_line")]
    pub(super) rounds: Vec<f64>,
}

/// The allocations of a row.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct RowAllocations {
    pub(super) row: String,
    pub(super) peers: Vec<PeerAllocations>,
}

/// The allocations of a peer in a row, for one operation.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct PeerAllocations {
    pub(super) peer: String,
    pub(super) count: f64,
    pub(super) bytes: f64,
}

impl RowFigures {
    /// The rounds of a peer, in the same order as everybody's.
    pub(super) fn rounds(&self, peer: &str) -> Option<&[f64]> {
        let found = self.peers.iter().find(|figures| figures.peer == peer)?;
        Some(&found.rounds)
    }
}

impl Figures {
    /// Reads what an earlier run has left; nothing, if there was none.
    pub(super) fn read(file: &Path) -> Result<Self> {
        if !file.exists() {
            return Ok(Self::default());
        }
        let text = fs::read_to_string(file)
            .with_context(|| format!("{} cannot be read", file.display()))?;
        serde_json::from_str(&text).with_context(|| {
            format!(
                "{} is not of this version; delete it and measure everything again",
                file.display()
            )
        })
    }

    /// Writes everything for the next run.
    pub(super) fn write(&self, file: &Path) -> Result<()> {
        let mut text = serde_json::to_string_pretty(self)?;
        text.push('\n');
        fs::write(file, text).with_context(|| format!("{} cannot be written", file.display()))
    }
}

/// Many numbers as one text, so that the file has a line for each peer.
mod in_one_line {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub(super) fn serialize<S: Serializer>(
        numbers: &[f64],
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        let numbers: Vec<String> = numbers
            .iter()
            .map(|number| format!("{number:.3}"))
            .collect();
        serializer.serialize_str(&numbers.join(" "))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Vec<f64>, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.split_whitespace()
            .map(|number| number.parse().map_err(D::Error::custom))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("figures.json");
        assert_eq!(Figures::read(&file).expect("nothing"), Figures::default());
        let rounds = vec![1.25, 1234.5];
        let row = RowFigures {
            row: "span sync".to_owned(),
            peers: vec![PeerFigures {
                peer: "floor".to_owned(),
                rounds,
            }],
        };
        let figures = Figures {
            calls: Some(Part {
                form: "2 rounds".to_owned(),
                machine: Machine::example(),
                figures: vec![row],
            }),
            ..Figures::default()
        };
        figures.write(&file).expect("it is written");
        assert_eq!(Figures::read(&file).expect("it is read"), figures);
    }

    #[test]
    fn a_file_of_another_version_is_named() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("figures.json");
        fs::write(&file, "{\"calls\": 1}").expect("it is written");
        let error = Figures::read(&file).expect_err("it is no such file");
        assert!(error.to_string().contains("figures.json"), "{error}");
    }
}
