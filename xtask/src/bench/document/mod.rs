//! PERFORMANCE.md, from the figures and nothing else.

mod calls;
mod processes;

use std::fmt::Write;

use super::{
    figures::{Figures, Part},
    machine::Machine,
    markdown::Table,
    rows::Section,
    verdict::Verdict,
};

/// The place of the chart, from the root of the repository.
pub(super) const CHART: &str = "docs/performance.svg";

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
    document.calls(figures.calls.as_ref(), Section::Propagation);
    document.loads(figures.loads.as_ref());
    document.allocations(figures.allocations.as_ref());
    document.instructions(instructions);
    document.service(figures.service.as_ref());
    document.builds(figures.compile.as_ref());
    let mut text = INTRODUCTION.to_owned();
    let _ = writeln!(
        text,
        "![Bars of what hyperion and its peers cost]({CHART})\n"
    );
    document.summary(&mut text);
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
        let mut table = Table::new(["target", "hyperion", "has to be", ""]);
        for (what, verdict) in &verdicts {
            let cells = [what, &verdict.figure, &verdict.limit, verdict.mark()];
            table.row(false, cells);
        }
        table.render(&mut self.text);
        let named = verdicts.into_iter();
        self.verdicts
            .extend(named.map(|(what, verdict)| (format!("{section}, {what}"), verdict)));
    }

    /// Counts the targets that are reached, and lists those that are not.
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
        text.push_str(
            "What falls short, and [what stands in the way](docs/missed-targets.md):\n\n",
        );
        for (what, verdict) in &self.verdicts {
            if verdict.reached == Some(false) {
                let Verdict { figure, limit, .. } = verdict;
                let _ = writeln!(text, "- {what}: {figure}, has to be {limit}");
            }
        }
        text.push('\n');
    }
}

/// The machine of each part, and the versions of the peers.
fn machines(text: &mut String, figures: &Figures) {
    fn of<'a, T>(
        title: &'a str,
        part: Option<&'a Part<T>>,
    ) -> Option<(&'a str, &'a Machine, &'a str)> {
        part.map(|part| (title, &part.machine, part.form.as_str()))
    }
    let parts = [
        of("spans and metrics", figures.calls.as_ref()),
        of("allocations", figures.allocations.as_ref()),
        of("whole processes", figures.loads.as_ref()),
        of("whole service", figures.service.as_ref()),
        of("build time and size", figures.compile.as_ref()),
    ];
    // Parts that were measured in one go share a column.
    let mut columns: Vec<(&Machine, Vec<&str>, Vec<String>)> = Vec::new();
    for (title, machine, form) in parts.into_iter().flatten() {
        let form = format!("{title}: {form}");
        match columns.iter_mut().find(|(known, ..)| *known == machine) {
            Some((_, titles, forms)) => {
                titles.push(title);
                forms.push(form);
            }
            None => columns.push((machine, vec![title], vec![form])),
        }
    }
    text.push_str("## Machine\n\n");
    let titles = columns.iter().map(|(_, titles, _)| titles.join(", "));
    let mut table = Table::new(std::iter::once(String::new()).chain(titles));
    let mut line = |title: &str, value: &dyn Fn(&Machine) -> String| {
        let values = columns.iter().map(|(machine, ..)| value(machine));
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
    let forms = columns.iter().map(|(_, _, forms)| forms.join("; "));
    table.row(false, std::iter::once("how often".to_owned()).chain(forms));
    table.render(text);
    if columns.iter().any(|(machine, ..)| machine.was_busy()) {
        text.push_str(
            "**The machine did other things meanwhile.** Ratios are rough, those of two threads and of whole processes mean \
             little, and nothing here is worth a decision before it is measured at a quiet time.\n\n",
        );
    }
    if let Some((machine, ..)) = columns.first() {
        let packages = machine.packages.iter();
        let packages: Vec<_> = packages
            .map(|(name, version)| format!("{name} {version}"))
            .collect();
        let _ = writeln!(
            text,
            "Release builds with thin LTO and one codegen unit. Peers, from `Cargo.lock`: {}.\n",
            packages.join(", ")
        );
    }
}

fn reproduce(text: &mut String) {
    text.push_str(
        "## Reproduce\n\n\
         ```sh\n\
         cargo xtask bench               # quick form, a few minutes; build time, size and the whole service stay\n\
         cargo xtask bench --full        # more rounds, and those three: an hour; the service needs `cargo xtask backends`\n\
         cargo xtask bench compile       # build time and size alone\n\
         cargo xtask bench application   # the whole service alone\n\
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
        expect_test::expect_file!["../snapshots/PERFORMANCE.md"].assert_eq(&text);
    }

    #[test]
    fn a_document_without_figures_claims_nothing() {
        let text = render(&Figures::default(), &[]);
        assert!(text.contains("**Of 0 targets 0 are reached.**"), "{text}");
        assert!(text.contains("Not measured yet."), "{text}");
    }
}
