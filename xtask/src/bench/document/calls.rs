//! The sections of rows: times, ratios and allocations.

use std::fmt::Write;

use super::{
    super::{
        figures::{Part, RowAllocations, RowFigures},
        markdown::{Table, nanoseconds},
        rows::{self, ROWS, Section},
        statistics::{Spread, median},
        verdict::Verdict,
    },
    Document,
};

impl Document {
    pub(super) fn calls(&mut self, part: Option<&Part<Vec<RowFigures>>>, section: Section) {
        let title = match section {
            Section::Spans => "Spans",
            Section::Metrics => "Metrics",
            Section::Propagation => "Propagation",
        };
        self.heading(title);
        let Some(part) = part else {
            self.paragraph("Not measured yet.");
            return;
        };
        let of_section = |figures: &&RowFigures| {
            rows::row(&figures.row).is_some_and(|row| row.section == section)
        };
        let measured: Vec<&RowFigures> = part.figures.iter().filter(of_section).collect();
        self.paragraph("Nanoseconds of an operation, medians of the rounds.");
        let mut table = Table::new(headings("ns", measured.iter().map(|row| row.row.as_str())));
        let names = measured.iter().flat_map(|row| &row.peers);
        for peer in in_order(names.map(|figures| figures.peer.as_str())) {
            let cells = measured.iter().map(|row| {
                let rounds = row.rounds(peer).unwrap_or_default();
                median(rounds.iter().copied()).map_or_else(|| "-".to_owned(), nanoseconds)
            });
            let cells = std::iter::once(peer.to_owned()).chain(cells);
            table.row(peer == "hyperion", cells);
        }
        table.render(&mut self.text);
        self.ratios(&measured);
        let mut verdicts = Vec::new();
        for row in ROWS.iter().filter(|row| row.section == section) {
            // A row without figures has no peers, so that its targets are not forgotten.
            let empty = RowFigures {
                row: row.name.to_owned(),
                peers: Vec::new(),
            };
            let found = measured.iter().find(|figures| figures.row == row.name);
            let figures = found.map_or(&empty, |figures| *figures);
            for target in row.targets {
                let variant = target.subject.strip_prefix("hyperion").unwrap_or_default();
                let what = format!("{}{variant}", row.name);
                verdicts.push((what, target.judge(figures)));
            }
        }
        self.targets(title, verdicts);
        for row in ROWS.iter().filter(|row| row.section == section) {
            let _ = writeln!(self.text, "- **{}**: {}", row.name, row.about);
        }
        self.text.push('\n');
    }

    /// hyperion's time by everybody else's.
    fn ratios(&mut self, measured: &[&RowFigures]) {
        self.paragraph(
            "hyperion's time as a multiple of theirs, medians of the rounds' ratios; below 1 hyperion is the faster one.",
        );
        let mut table = Table::new(headings("x", measured.iter().map(|row| row.row.as_str())));
        let names = measured.iter().flat_map(|row| &row.peers);
        for peer in in_order(names.map(|figures| figures.peer.as_str())) {
            if peer.starts_with("hyperion") || peer == "plain" {
                continue;
            }
            let cells = measured.iter().map(|row| {
                let ratio = row
                    .rounds("hyperion")
                    .zip(row.rounds(peer))
                    .and_then(|(ours, theirs)| Spread::of_ratios(ours, theirs));
                ratio.map_or_else(|| "-".to_owned(), |ratio| format!("{:.2}", ratio.median))
            });
            table.row(false, std::iter::once(peer.to_owned()).chain(cells));
        }
        table.render(&mut self.text);
    }

    pub(super) fn allocations(&mut self, part: Option<&Part<Vec<RowAllocations>>>) {
        self.heading("Allocations");
        let Some(part) = part else {
            self.paragraph("Not measured yet.");
            return;
        };
        self.paragraph(
            "Allocations of an operation on the calling thread, and their bytes. They do not depend on the machine.",
        );
        let names = part.figures.iter().flat_map(|row| &row.peers);
        let peers = in_order(names.map(|figures| figures.peer.as_str()));
        for (section, title) in [
            (Section::Spans, "spans"),
            (Section::Metrics, "metrics"),
            (Section::Propagation, "propagation"),
        ] {
            let of_section = |row: &&RowAllocations| {
                rows::row(&row.row).is_some_and(|row| row.section == section)
            };
            let measured: Vec<_> = part.figures.iter().filter(of_section).collect();
            if measured.is_empty() {
                continue;
            }
            let mut table =
                Table::new(headings(title, measured.iter().map(|row| row.row.as_str())));
            for peer in &peers {
                let cells: Vec<_> = measured
                    .iter()
                    .map(|row| {
                        let figures = row.peers.iter().find(|figures| figures.peer == *peer);
                        figures.map_or_else(|| "-".to_owned(), |it| allocated(it.count, it.bytes))
                    })
                    .collect();
                if cells.iter().any(|cell| cell != "-") {
                    let cells = std::iter::once((*peer).to_owned()).chain(cells);
                    table.row(*peer == "hyperion", cells);
                }
            }
            table.render(&mut self.text);
        }
        let mut verdicts = Vec::new();
        for row in &part.figures {
            for (subject, most) in rows::row(&row.row).map_or(&[][..], |row| row.allocations) {
                let Some(ours) = row.peers.iter().find(|figures| figures.peer == *subject) else {
                    continue;
                };
                let shown = format!("{:.2}", ours.count);
                // A chunk or a queue that is made now and then is less than one in a hundred.
                let figure = (ours.count * 100.0).floor() / 100.0;
                let variant = subject.strip_prefix("hyperion").unwrap_or_default();
                let verdict = Verdict::of(figure, shown, *most, &most.to_string());
                verdicts.push((format!("{}{variant}", row.row), verdict));
            }
        }
        self.targets("Allocations", verdicts);
    }
}

fn allocated(count: f64, bytes: f64) -> String {
    if count < 0.005 {
        return "0".to_owned();
    }
    let count = format!("{count:.2}");
    let count = count.trim_end_matches('0').trim_end_matches('.');
    format!("{count} ({bytes:.0} B)")
}

/// The headings of a table of rows, without the word that all of them begin with.
fn headings<'a>(corner: &str, rows: impl Iterator<Item = &'a str>) -> Vec<String> {
    let short = rows.map(|row| row.strip_prefix("span ").unwrap_or(row).to_owned());
    std::iter::once(corner.to_owned()).chain(short).collect()
}

/// Each peer once: those that are no library first, then hyperion with its variants, then the others as they come.
fn in_order<'a>(peers: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let mut order: Vec<&str> = Vec::new();
    for peer in peers {
        if !order.contains(&peer) {
            order.push(peer);
        }
    }
    order.sort_by_key(|peer| match *peer {
        "plain" => 0,
        "floor" => 1,
        "hyperion" => 2,
        variant if variant.starts_with("hyperion") => 3,
        labels if labels.ends_with("labels") => 5,
        _ => 4,
    });
    order
}

#[cfg(test)]
mod tests {
    use super::{super::super::machine::Machine, *};

    #[test]
    fn the_targets_of_a_row_without_figures_are_told() {
        let mut document = Document::default();
        let part = Part {
            form: "no round".to_owned(),
            machine: Machine::example(),
            figures: Vec::new(),
        };
        document.calls(Some(&part), Section::Metrics);
        let told = |(what, verdict): &(String, Verdict)| {
            what == "Metrics, counter" && verdict.reached.is_none()
        };
        assert!(document.verdicts.iter().any(told), "{}", document.text);
    }

    #[test]
    fn yardsticks_come_first_and_nobody_twice() {
        let peers = [
            "fastrace",
            "hyperion",
            "x, labels",
            "plain",
            "fastrace",
            "oxtel",
        ];
        assert_eq!(
            in_order(peers.into_iter()),
            ["plain", "hyperion", "fastrace", "oxtel", "x, labels"]
        );
    }
}
