//! `cargo xtask bench`: what hyperion costs beside its peers, at run time and at compile time.
//!
//! All figures go into `benches/figures.json`, and PERFORMANCE.md and its chart are made of them.

mod application;
mod builds;
mod chart;
mod compile;
mod document;
#[cfg(test)]
mod example;
mod figures;
mod loads;
mod machine;
mod markdown;
mod packages;
mod rounds;
mod rows;
mod sections;
mod service;
mod statistics;
mod target;
mod template;
mod variant;
mod verdict;
mod worker;

use std::{fs, path::Path, time::Duration};

use anyhow::{Context, Result, bail};
use hyperion_backend_servers::root;

use self::{
    figures::{Figures, Part},
    loads::{Loads, Times},
    machine::Machine,
    rounds::Rounds,
    service::Service,
};
use crate::{
    instructions,
    steps::{Steps, cargo},
};

/// The package of the benchmarks at run time.
const BENCHES: &str = "hyperion-benches";

/// Its program that measures one thing.
const PROGRAM: &str = "measure";

/// The file of the figures, from the root of the repository.
const FIGURES: &str = "benches/figures.json";

/// The figures of a whole service that its benchmark leaves, from the root of the repository.
const SERVICE: &str = "benches/application/target/application.json";

/// The document, from the root of the repository.
const DOCUMENT: &str = "PERFORMANCE.md";

/// The number of times that each build is timed, unless one says otherwise.
const ROUNDS: usize = 5;

/// The effort of a run.
#[derive(Clone, Copy, Debug)]
struct Form {
    rounds: Rounds,
    loads: Times,
}

/// Under five minutes.
const QUICK: Form = Form {
    rounds: Rounds {
        number: 21,
        time: Duration::from_millis(20),
    },
    loads: Times {
        rounds: 1,
        time: Duration::from_secs(3),
    },
};

const FULL: Form = Form {
    rounds: Rounds {
        number: 51,
        time: Duration::from_millis(50),
    },
    loads: Times {
        rounds: 5,
        time: Duration::from_secs(5),
    },
};

/// Enough to see that everything works, and for nothing else.
const TRIAL: Form = Form {
    rounds: Rounds {
        number: 1,
        time: Duration::from_micros(100),
    },
    loads: Times {
        rounds: 1,
        time: Duration::from_millis(100),
    },
};

/// Runs what the arguments after `bench` ask for.
pub(crate) fn run(steps: &mut Steps, arguments: &[&str]) -> Result<()> {
    match arguments {
        [] | ["--quick"] => calls(steps, QUICK, &root()),
        ["--full"] => {
            calls(steps, FULL, &root())?;
            compile(steps, ROUNDS)?;
            service(steps)
        }
        ["compile"] => compile(steps, ROUNDS),
        ["compile", "--rounds", number] => compile(steps, rounds(number)?),
        ["application"] => service(steps),
        ["application", options @ ..] => application::measure(steps, options),
        ["report"] => publish(&root(), |_| ()),
        ["report", file] => take(Path::new(file), Machine::this()?),
        ["trial"] => trial(steps),
        unknown => bail!(
            "unknown benchmark `{}`, expected nothing, `--full`, `compile [--rounds N]`, `application [--quick]`, `report [FILE]` or `trial`",
            unknown.join(" ")
        ),
    }
}

/// Measures everything once and for a moment, and writes the document where nobody reads it.
pub(crate) fn trial(steps: &mut Steps) -> Result<()> {
    let folder = root().join("target/bench-trial");
    if folder.exists() {
        fs::remove_dir_all(&folder).context("the trial before cannot be removed")?;
    }
    calls(steps, TRIAL, &folder)
}

/// Measures build time and size.
fn compile(steps: &mut Steps, rounds: usize) -> Result<()> {
    let part = Part {
        form: match rounds {
            1 => "one round".to_owned(),
            rounds => format!("medians of {rounds} rounds"),
        },
        machine: Machine::this()?,
        figures: compile::measure(steps, rounds)?,
    };
    publish(&root(), |figures| figures.compile = Some(part))
}

/// Measures a whole service as thoroughly as the figures need.
fn service(steps: &mut Steps) -> Result<()> {
    // Before it, for the load that the machine has of its own.
    let machine = Machine::this()?;
    application::measure(steps, &[])?;
    take(&root().join(SERVICE), machine)
}

/// Takes in the figures of a whole service, which were measured on this machine.
fn take(file: &Path, machine: Machine) -> Result<()> {
    let service = Service::read(file)?;
    let part = Part {
        form: format!(
            "medians of {} rounds of {} s each",
            service.rounds, service.seconds
        ),
        machine,
        figures: service,
    };
    publish(&root(), |figures| figures.service = Some(part))
}

/// Measures calls, allocations and whole processes, and publishes them below a folder.
fn calls(steps: &mut Steps, Form { rounds, loads }: Form, folder: &Path) -> Result<()> {
    let package = ["--release", "--package", BENCHES, "--bin", PROGRAM];
    steps.run("build the benchmarks", cargo(["build"]).args(package))?;
    let measure = root().join("target/release").join(PROGRAM);
    let machine = Machine::this()?;
    let times = Part {
        form: format!("{} rounds of {:?} each", rounds.number, rounds.time),
        machine: machine.clone(),
        figures: steps.time("calls", || rounds::times(&measure, rounds))?,
    };
    let allocations = Part {
        form: "1000 operations each".to_owned(),
        machine: machine.clone(),
        figures: steps.time("allocations", || rounds::allocations(&measure))?,
    };
    let processes = Part {
        form: match loads.rounds {
            1 => format!("one round of {:?} each", loads.time),
            rounds => format!("medians of {rounds} rounds of {:?} each", loads.time),
        },
        machine,
        figures: steps.time("whole processes", || Loads::measure(&measure, loads))?,
    };
    publish(folder, |figures| {
        figures.calls = Some(times);
        figures.allocations = Some(allocations);
        figures.loads = Some(processes);
    })
}

/// Changes the figures below a folder, and writes the document and the chart anew.
fn publish(folder: &Path, change: impl FnOnce(&mut Figures)) -> Result<()> {
    let file = folder.join(FIGURES);
    let mut figures = Figures::read(&file)?;
    change(&mut figures);
    let written = fs::read_to_string(root().join(instructions::BUDGETS))
        .with_context(|| format!("{} cannot be read", instructions::BUDGETS))?;
    let document = document::render(&figures, &instructions::parse(&written)?);
    let write = |name: &str, text: &str| {
        let file = folder.join(name);
        fs::create_dir_all(file.parent().context("a file is in a folder")?)?;
        fs::write(&file, text).with_context(|| format!("{} cannot be written", file.display()))?;
        println!("{} is written", file.display());
        anyhow::Ok(())
    };
    write(DOCUMENT, &document)?;
    write(document::CHART, &chart::render(&figures))?;
    fs::create_dir_all(file.parent().context("a file is in a folder")?)?;
    figures.write(&file)
}

fn rounds(number: &str) -> Result<usize> {
    let rounds: usize = number
        .parse()
        .with_context(|| format!("expected a number of rounds, not `{number}`"))?;
    if rounds == 0 {
        bail!("`--rounds 0` would measure nothing; one round is the least");
    }
    Ok(rounds)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounds_are_a_number_from_one() {
        assert_eq!(rounds("3").expect("a number"), 3);
        let error = rounds("three").expect_err("a word").to_string();
        assert_eq!(error, "expected a number of rounds, not `three`");
        assert!(rounds("0").is_err());
    }

    #[test]
    fn an_unknown_benchmark_is_named() {
        let error = run(&mut Steps::new(), &["compile", "--round"]).expect_err("it is unknown");
        assert!(error.to_string().contains("`compile --round`"), "{error}");
    }

    #[test]
    fn everything_is_written_below_the_folder() {
        let folder = tempfile::tempdir().expect("a folder");
        publish(folder.path(), |figures| *figures = example::figures()).expect("it is written");
        let read = |name: &str| fs::read_to_string(folder.path().join(name)).expect("it is there");
        assert!(read(DOCUMENT).contains("# Performance"));
        assert!(read(document::CHART).starts_with("<svg"));
        // What is not measured again is kept.
        publish(folder.path(), |figures| figures.calls = None).expect("it is written");
        let figures = Figures::read(&folder.path().join(FIGURES)).expect("it is read");
        assert_eq!(
            (figures.calls, figures.compile),
            (None, example::figures().compile)
        );
    }
}
