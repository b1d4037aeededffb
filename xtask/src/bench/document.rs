//! PERFORMANCE.md, from the figures and nothing else.

use std::fmt::Write;

use super::{
    figures::{Figures, Part, RowAllocations, RowFigures},
    loads::{Loads, Peer, RATE, Run, percent},
    machine::Machine,
    markdown::{Table, nanoseconds},
    rows::{self, ROWS, Section},
    statistics::median,
    target::Verdict,
};

/// The place of the chart, from the root of the repository.
pub(super) const CHART: &str = "docs/performance.svg";

/// Instructions of operations over the plain function that may not be exceeded.
const INSTRUCTIONS: &[(&str, f64)] = &[
    ("span disabled", 30.0),
    ("span unsampled", 70.0),
    ("span sync", 900.0),
    ("span async", 900.0),
    ("span async 3 yields", 1550.0),
    ("span error", 1400.0),
    ("histogram", 60.0),
    ("timed call", 80.0),
];

const INTRODUCTION: &str = "\
<!-- Written by `cargo xtask bench`. What is changed by hand is lost. -->

# Performance

What a call, a counter and a histogram cost with hyperion, and what they cost with the libraries you could use instead, \
measured side by side and held against what hyperion has to reach.

";

const METHOD: &str = "\
## How it is measured

Every library runs in a process of its own, since what some of them install is global and stays. The processes of a row are \
asked in turn, round by round, beginning with another one each time. A ratio is the median of the ratios of the rounds, with \
the middle half of them in brackets: whatever slows the machine slows all of them, so nanoseconds mean something within one \
table alone, and ratios mean more.

Recorded spans go to exporters that drop what they get, behind each library's own batching with its default settings. They \
are timed in chunks that fit every queue and flushed while no clock runs, because a library looks the faster the more it \
loses; where less than 99 % arrive, the run fails. The work of the functions is next to nothing.

`plain` is the same without instrumentation, and `floor` the least it can cost on the machine, written by hand.

";

/// A document that is being written, and the verdicts in it.
#[derive(Default)]
struct Document {
    text: String,
    verdicts: Vec<(String, Verdict)>,
}

/// Writes the whole document. `instructions` is what operations take by callgrind.
pub(super) fn render(figures: &Figures, instructions: &[(String, f64)]) -> String {
    let mut document = Document::default();
    document.calls(figures.calls.as_ref(), Section::Spans);
    document.calls(figures.calls.as_ref(), Section::Metrics);
    document.loads(figures.loads.as_ref());
    document.allocations(figures.allocations.as_ref());
    document.instructions(instructions);
    document.builds(figures);
    let mut text = INTRODUCTION.to_owned();
    document.summary(&mut text);
    let _ = writeln!(
        text,
        "![Bars of what hyperion and its peers cost]({CHART})\n"
    );
    machines(&mut text, figures);
    text.push_str(METHOD);
    text.push_str(&document.text);
    reproduce(&mut text);
    text.truncate(text.trim_end().len());
    text.push('\n');
    text
}

impl Document {
    fn heading(&mut self, title: &str) {
        let _ = writeln!(self.text, "## {title}\n");
    }

    fn paragraph(&mut self, text: &str) {
        self.text.push_str(text);
        self.text.push_str("\n\n");
    }

    /// A table of verdicts, which also count for the summary.
    fn targets(&mut self, section: &str, verdicts: Vec<(String, Verdict)>) {
        let mut table = Table::new(["target", "hyperion", "at most", ""]);
        for (what, verdict) in &verdicts {
            let cells = [what, &verdict.figure, &verdict.limit, verdict.mark()];
            table.row(false, cells);
        }
        table.render(&mut self.text);
        let named = verdicts.into_iter();
        self.verdicts
            .extend(named.map(|(what, verdict)| (format!("{section}, {what}"), verdict)));
    }

    /// How many targets are reached, and which are not.
    fn summary(&self, text: &mut String) {
        let count = |reached| {
            let of = self.verdicts.iter();
            of.filter(|(_, verdict)| verdict.reached == Some(reached))
                .count()
        };
        let (reached, short) = (count(true), count(false));
        let _ = write!(
            text,
            "**Of {} targets {reached} are reached.**",
            reached + short
        );
        let unknown = self.verdicts.len() - reached - short;
        if unknown > 0 {
            let _ = write!(text, " {unknown} more could not be measured.");
        }
        text.push_str("\n\n");
        if short == 0 {
            return;
        }
        text.push_str("What falls short:\n\n");
        for (what, verdict) in &self.verdicts {
            if verdict.reached == Some(false) {
                let Verdict { figure, limit, .. } = verdict;
                let _ = writeln!(text, "- {what}: {figure}, at most {limit}");
            }
        }
        text.push('\n');
    }

    fn calls(&mut self, part: Option<&Part<Vec<RowFigures>>>, section: Section) {
        let title = match section {
            Section::Spans => "Spans",
            Section::Metrics => "Metrics",
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
        let mut verdicts = Vec::new();
        for figures in measured {
            for target in rows::row(&figures.row).map_or(&[][..], |row| row.targets) {
                let variant = target.subject.strip_prefix("hyperion").unwrap_or_default();
                let what = format!("{}{variant}", figures.row);
                verdicts.push((what, target.judge(figures)));
            }
        }
        self.targets(title, verdicts);
        for row in ROWS.iter().filter(|row| row.section == section) {
            let _ = writeln!(self.text, "- **{}**: {}", row.name, row.about);
        }
        self.text.push('\n');
    }

    fn loads(&mut self, part: Option<&Part<Loads>>) {
        self.heading("Whole processes");
        let Some(part) = part else {
            self.paragraph("Not measured yet.");
            return;
        };
        let Loads {
            sustained,
            paced,
            twice,
        } = &part.figures;
        self.paragraph(&format!(
            "A process that makes requests of eleven spans, a root and ten children, and sends them over OTLP/HTTP with its \
             library's own client to a sink in another process on the same machine, which counts spans and bytes. `cpu` is \
             the processor time of the whole process, exporters included, for a span that arrived; `plain` is the load \
             itself. First as fast as one thread can, then {RATE:.0} spans a second. {}.",
            part.form
        ));
        let mut table = Table::new([
            "as fast as it can",
            "spans/s",
            "caller, ns",
            "cpu, ns",
            "lost",
            "memory, MB",
            "bytes a span",
        ]);
        for peer in sustained {
            load(&mut table, &peer.peer, peer);
        }
        table.render(&mut self.text);
        let mut table = Table::new([
            "paced",
            "spans/s",
            "caller, ns",
            "cpu, ns",
            "lost",
            "memory, MB",
            "bytes a span",
        ]);
        for peer in paced {
            load(&mut table, &peer.peer, peer);
        }
        load(
            &mut table,
            "hyperion, at twice what opentelemetry delivers",
            twice,
        );
        table.render(&mut self.text);
        let verdicts = part.figures.verdicts().into_iter();
        self.targets(
            "Whole processes",
            verdicts
                .map(|(what, verdict)| (what.to_owned(), verdict))
                .collect(),
        );
    }

    fn allocations(&mut self, part: Option<&Part<Vec<RowAllocations>>>) {
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
        for (section, title) in [(Section::Spans, "spans"), (Section::Metrics, "metrics")] {
            let of_section = |row: &&RowAllocations| {
                rows::row(&row.row).is_some_and(|row| row.section == section)
            };
            let measured: Vec<_> = part.figures.iter().filter(of_section).collect();
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
            let most = rows::row(&row.row).and_then(|row| row.allocations);
            let ours = row.peers.iter().find(|figures| figures.peer == "hyperion");
            if let (Some(most), Some(ours)) = (most, ours) {
                let shown = format!("{:.2}", ours.count);
                // A collector that runs meanwhile may have the caller allocate once in a thousand calls.
                let figure = (ours.count * 100.0).floor() / 100.0;
                let verdict = Verdict::of(figure, shown, most, format!("{most}"));
                verdicts.push((row.row.clone(), verdict));
            }
        }
        self.targets("Allocations", verdicts);
    }

    fn instructions(&mut self, instructions: &[(String, f64)]) {
        self.heading("Instructions");
        self.paragraph(
            "Instructions of an operation over the plain function, counted by callgrind, as `cargo xtask instructions` wrote \
             them down; every build is held against them. They do not depend on the machine.",
        );
        let mut table = Table::new(["operation", "instructions"]);
        for (row, count) in instructions {
            table.row(false, [row.clone(), format!("{count:.0}")]);
        }
        table.render(&mut self.text);
        let verdicts = INSTRUCTIONS.iter().map(|(row, most)| {
            let found = instructions.iter().find(|(known, _)| known == row);
            let limit = format!("{most}");
            let verdict = match found {
                Some((_, count)) => Verdict::of(*count, format!("{count:.0}"), *most, limit),
                None => Verdict::unknown(limit),
            };
            ((*row).to_owned(), verdict)
        });
        self.targets("Instructions", verdicts.collect());
    }

    fn builds(&mut self, figures: &Figures) {
        self.heading("Build time and size");
        let Some(part) = &figures.compile else {
            self.paragraph("Not measured yet: `cargo xtask bench compile` does, and so does `cargo xtask bench --full`.");
            return;
        };
        let compile = &part.figures;
        self.paragraph(&format!(
            "A program of {} functions, a quarter asynchronous and a quarter with a `Result`, alone, with its dependencies \
             built, not incremental; `release` is optimised together with what it uses of its libraries. Bytes are what one \
             function adds over a plain one. {}.",
            compile.functions, part.form
        ));
        let mut table = Table::new([
            "variant",
            "check, s",
            "dev, s",
            "release, s",
            "bytes of code",
            "bytes of all",
        ]);
        for built in &compile.variants {
            let seconds = [built.check, built.dev, built.release].map(|time| format!("{time:.2}"));
            let bytes = [built.code, built.all].map(|bytes| format!("{bytes:.0}"));
            let cells = std::iter::once(built.variant.clone())
                .chain(seconds)
                .chain(bytes);
            table.row(built.variant.starts_with("observe, otel"), cells);
        }
        table.render(&mut self.text);
        let verdicts = compile.verdicts().into_iter();
        self.targets(
            "Builds",
            verdicts
                .map(|(what, verdict)| (what.to_owned(), verdict))
                .collect(),
        );
    }
}

/// A line of a load.
fn load(table: &mut Table, title: &str, peer: &Peer) {
    let figure = |of: fn(&Run) -> f64| peer.median(of).unwrap_or(f64::NAN);
    table.row(
        title == "hyperion",
        [
            title.to_owned(),
            format!("{:.0}", figure(|run| run.rate)),
            nanoseconds(figure(|run| run.caller)),
            nanoseconds(figure(|run| run.processor)),
            percent(figure(|run| run.lost)),
            format!("{:.0}", figure(|run| run.memory)),
            format!("{:.0}", figure(|run| run.bytes)),
        ],
    );
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

/// The machine of each part, and the versions of the peers.
fn machines(text: &mut String, figures: &Figures) {
    fn of<T>(part: Option<&Part<T>>) -> Option<(&Machine, &str)> {
        part.map(|part| (&part.machine, part.form.as_str()))
    }
    let parts: Vec<_> = [
        ("spans and metrics", of(figures.calls.as_ref())),
        ("whole processes", of(figures.loads.as_ref())),
        ("allocations", of(figures.allocations.as_ref())),
        ("build time and size", of(figures.compile.as_ref())),
    ]
    .into_iter()
    .filter_map(|(title, part)| Some((title, part?)))
    .collect();
    text.push_str("## Machine\n\n");
    let titles = parts.iter().map(|(title, _)| *title);
    let mut table = Table::new(std::iter::once("").chain(titles));
    let mut line = |title: &str, value: &dyn Fn(&Machine) -> String| {
        let values = parts.iter().map(|(_, (machine, _))| value(machine));
        table.row(false, std::iter::once(title.to_owned()).chain(values));
    };
    line("measured", &|machine| machine.date.clone());
    line("at commit", &|machine| machine.commit.clone());
    line("processor", &|machine| machine.processor.clone());
    line("processors", &|machine| machine.processors.to_string());
    line("clock source", &|machine| machine.clock.clone());
    line("memory", &|machine| machine.memory.clone());
    line("kernel", &|machine| machine.kernel.clone());
    line("compiler", &|machine| machine.compiler.clone());
    line("allocator", &|machine| machine.allocator.clone());
    line("load average before", &|machine| machine.load.clone());
    let forms = parts.iter().map(|(_, (_, form))| (*form).to_owned());
    table.row(false, std::iter::once("form".to_owned()).chain(forms));
    table.render(text);
    if let Some((_, (machine, _))) = parts.first() {
        let packages = machine.packages.iter();
        let packages: Vec<_> = packages
            .map(|(name, version)| format!("{name} {version}"))
            .collect();
        let _ = writeln!(
            text,
            "Release builds with thin LTO and one codegen unit. Peers: {}. They are the newest that the compiler builds.\n",
            packages.join(", ")
        );
    }
}

fn reproduce(text: &mut String) {
    text.push_str(
        "## Reproduce\n\n\
         ```sh\n\
         cargo xtask bench             # quick form, a few minutes: all but build time and size, which it keeps\n\
         cargo xtask bench --full      # more rounds, and build time and size: about an hour\n\
         cargo xtask bench compile     # build time and size alone\n\
         cargo bench -p hyperion-benches -- 'span sync'   # one row, by criterion\n\
         ```\n\n\
         Both forms write this file, the chart and `benches/figures.json`, which they are made of. \
         [benches/README.md](benches/README.md) says what is built how.\n",
    );
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::example;

    #[test]
    fn the_document_is_as_it_was() {
        let instructions = vec![
            ("span disabled".to_owned(), 36.0),
            ("timed call".to_owned(), 79.0),
        ];
        let text = render(&example::figures(), &instructions);
        expect_test::expect_file!["snapshots/PERFORMANCE.md"].assert_eq(&text);
    }

    #[test]
    fn a_document_without_figures_claims_nothing() {
        let text = render(&Figures::default(), &[]);
        assert!(text.contains("**Of 0 targets 0 are reached.**"), "{text}");
        assert!(text.contains("Not measured yet."), "{text}");
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
