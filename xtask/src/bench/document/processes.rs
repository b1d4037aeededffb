//! The sections of whole processes, of instructions and of builds.

use super::{
    super::{
        builds::Compile,
        figures::Part,
        loads::{Loads, Peer, RATE, Run, percent},
        markdown::{Table, nanoseconds},
        service::{Figure, Service, words},
        verdict::Verdict,
    },
    Document,
};

/// Instructions of operations over the plain function that may not be exceeded.
const INSTRUCTIONS: &[(&str, f64)] = &[
    ("span disabled", 30.0),
    ("span unsampled", 70.0),
    ("span sync", 900.0),
    ("span sync, own", 300.0),
    ("span async", 900.0),
    ("span async 3 yields", 1550.0),
    ("span error", 1400.0),
    ("histogram", 60.0),
    ("timed call", 80.0),
];

impl Document {
    pub(super) fn loads(&mut self, part: Option<&Part<Loads>>) {
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
             itself. hyperion and tracing say of a span where its function is in the source, which is most of their bytes. First as fast as one thread can, then {RATE:.0} spans a second."
        ));
        let columns = |load| {
            Table::new([
                load,
                "spans/s",
                "caller, ns",
                "cpu, ns",
                "lost",
                "memory, MB",
                "bytes a span",
            ])
        };
        let mut table = columns("as fast as it can");
        for peer in sustained {
            load(&mut table, &peer.peer, peer);
        }
        table.render(&mut self.text);
        let mut table = columns("paced");
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

    pub(super) fn service(&mut self, part: Option<&Part<Service>>) {
        self.heading("A whole service");
        let Some(part) = part else {
            self.paragraph("Not measured yet: `cargo xtask bench application` does, and so does `cargo xtask bench --full`.");
            return;
        };
        let service = &part.figures;
        self.paragraph(&format!(
            "A service with a database answers requests, {} a second or as fast as it can, and exports its telemetry to a real \
             Collector on the same machine. In brackets is what it is beside the same service without telemetry.",
            service.rate
        ));
        for (load, variants) in &service.loads {
            let mut names: Vec<&String> = variants.values().flat_map(|row| row.keys()).collect();
            names.sort();
            names.dedup();
            let heading = names.iter().map(|name| words(name));
            let mut table = Table::new(std::iter::once(words(load)).chain(heading));
            let mut variants: Vec<_> = variants.iter().collect();
            variants.sort_by_key(|(variant, _)| variant.as_str() != "noop");
            for (variant, figures) in variants {
                let shown = |name: &&String| {
                    let figure = figures.get(*name);
                    figure.map_or_else(|| "-".to_owned(), Figure::shown)
                };
                let cells = std::iter::once(variant.clone()).chain(names.iter().map(shown));
                table.row(variant == "hyperion", cells);
            }
            table.render(&mut self.text);
        }
        self.targets("A whole service", service.verdicts());
    }

    pub(super) fn instructions(&mut self, instructions: &[(String, f64)]) {
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
                Some((_, count)) => Verdict::of(*count, format!("{count:.0}"), *most, &limit),
                None => Verdict::unknown(&limit),
            };
            ((*row).to_owned(), verdict)
        });
        self.targets("Instructions", verdicts.collect());
    }

    pub(super) fn builds(&mut self, part: Option<&Part<Compile>>) {
        self.heading("Build time and size");
        let Some(part) = part else {
            self.paragraph("Not measured yet: `cargo xtask bench compile` does, and so does `cargo xtask bench --full`.");
            return;
        };
        let compile = &part.figures;
        self.paragraph(&format!(
            "A program of {} functions, a quarter asynchronous and a quarter with a `Result`, alone, with its dependencies \
             built, not incremental; `release` is optimised together with what it uses of its libraries. Bytes are what one \
             function adds over a plain one.",
            compile.functions
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
