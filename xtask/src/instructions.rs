//! `cargo xtask instructions`: what each operation costs in instructions, held against what it cost when that was written down.
//!
//! Callgrind counts the same number of instructions in every run, on a machine that does other things too, so a change that
//! makes a call slower is seen in its own build. It does not tell how long they take; `cargo xtask bench` does.

use std::{fmt::Write as _, fs, path::Path, process::Command};

use anyhow::{Context, Result, bail};
use hyperion_backend_servers::root;

use crate::{
    install,
    steps::{Steps, cargo, output},
};

/// The file of the budgets, at the root of the repository.
pub(crate) const BUDGETS: &str = "benches/instructions.txt";

/// The growth that fails, in per cent: less may come from a new compiler or allocator.
const TOLERATED: f64 = 3.0;

/// The number of operations that the program counts.
const OPERATIONS: f64 = 40.0;

const HEADER: &str = "\
# Instructions of one operation, by callgrind, without those of the plain function.
# `cargo xtask instructions` fails where one has grown by more than 3 %; `cargo xtask instructions --write` writes them anew.
";

/// Counts every row, and compares the counts with the budgets or writes them down.
pub(crate) fn run(steps: &mut Steps, arguments: &[&str]) -> Result<()> {
    let write = match arguments {
        [] => false,
        ["--write"] => true,
        unknown => bail!(
            "unknown argument `{}`, expected `--write`",
            unknown.join(" ")
        ),
    };
    let counts = count(steps)?;
    let file = root().join(BUDGETS);
    if write {
        fs::write(&file, render(&counts))
            .with_context(|| format!("{BUDGETS} cannot be written"))?;
        println!("{BUDGETS} is written");
        return Ok(());
    }
    let text = fs::read_to_string(&file).with_context(|| format!("{BUDGETS} cannot be read"))?;
    compare(&counts, &parse(&text)?)
}

/// Builds the program and counts the rows, each over the plain function.
fn count(steps: &mut Steps) -> Result<Vec<(String, f64)>> {
    if output(Command::new("valgrind").arg("--version")).is_err() {
        install::debian(steps, &["valgrind".to_owned()])?;
    }
    let program = [
        "--release",
        "--package",
        "hyperion-benches",
        "--bin",
        "instructions",
    ];
    steps.run("build", cargo(["build"]).args(program))?;
    steps.time("count", || {
        let program = root().join("target/release/instructions");
        let rows = output(Command::new(&program).arg("rows"))?;
        let mut counts = Vec::new();
        let (mut plain, mut plain_future) = (0.0, 0.0);
        for row in rows.lines() {
            let whole = callgrind(&program, row)?;
            match row {
                "plain" => plain = whole,
                "plain future" => plain_future = whole,
                _ if row.contains("async") => counts.push((row.to_owned(), whole - plain_future)),
                "fastrace sync" => println!("    beside them, {row}: {:.0}", whole - plain),
                _ if row == "counter" || row == "histogram" => counts.push((row.to_owned(), whole)),
                _ => counts.push((row.to_owned(), whole - plain)),
            }
        }
        Ok(counts)
    })
}

/// The instructions of one operation of a row.
fn callgrind(program: &Path, row: &str) -> Result<f64> {
    let run = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        // In this function, and off where the kernel is asked for the time because it trusts no counter: other machines do.
        .args([
            "--toggle-collect=instructions::counted*",
            "--toggle-collect=*monotonic_nanos*",
        ])
        .args([program.as_os_str(), row.as_ref()])
        .output()
        .context("`valgrind` cannot be started")?;
    let told = String::from_utf8_lossy(&run.stderr);
    let collected = told
        .lines()
        .find_map(|line| line.split_once("Collected : "))
        .and_then(|(_, count)| count.trim().parse::<f64>().ok());
    match collected {
        Some(count) if run.status.success() && count > 0.0 => Ok(count / OPERATIONS),
        _ => bail!("callgrind counted nothing of `{row}`:\n{told}"),
    }
}

fn render(counts: &[(String, f64)]) -> String {
    let mut text = HEADER.to_owned();
    for (row, count) in counts {
        let _ = writeln!(text, "{row:<24}{count:>8.0}");
    }
    text
}

pub(crate) fn parse(text: &str) -> Result<Vec<(String, f64)>> {
    text.lines()
        .filter(|line| !line.starts_with('#') && !line.trim().is_empty())
        .map(|line| {
            let parts = line.trim().rsplit_once(' ');
            parts
                .and_then(|(row, count)| Some((row.trim().to_owned(), count.parse().ok()?)))
                .with_context(|| {
                    format!("in {BUDGETS}: expected a row and its count, found `{line}`")
                })
        })
        .collect()
}

/// Prints the counts beside their budgets, and fails if one is over its own.
fn compare(counts: &[(String, f64)], budgets: &[(String, f64)]) -> Result<()> {
    let mut over = Vec::new();
    println!("{:<24}{:>8}{:>8}{:>9}", "instructions", "now", "budget", "");
    for (row, count) in counts {
        let Some((_, budget)) = budgets.iter().find(|(known, _)| known == row) else {
            bail!(
                "{BUDGETS} has no budget for `{row}`; write one with `cargo xtask instructions --write`"
            );
        };
        let growth = (count / budget - 1.0) * 100.0;
        // A single instruction of a row that has ten is no growth.
        let allowed = (budget * (1.0 + TOLERATED / 100.0)).max(budget + 2.0);
        println!("{row:<24}{count:>8.0}{budget:>8.0}{growth:>+8.1}%");
        if *count > allowed {
            over.push(format!(
                "`{row}` takes {count:.0} instructions, {growth:.1} % more than {budget:.0}"
            ));
        }
    }
    println!();
    if over.is_empty() {
        return Ok(());
    }
    bail!(
        "{}; make it cheaper, or say why it has to be dearer and run `cargo xtask instructions --write`",
        over.join(", ")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(rows: &[(&str, f64)]) -> Vec<(String, f64)> {
        rows.iter()
            .map(|(row, count)| ((*row).to_owned(), *count))
            .collect()
    }

    #[test]
    fn what_is_written_is_read() {
        let counts = rows(&[("span sync", 1755.0), ("counter", 9.0)]);
        assert_eq!(parse(&render(&counts)).unwrap(), counts);
        assert!(parse("span sync many").is_err());
    }

    #[test]
    fn growth_fails_and_what_is_cheaper_does_not() {
        let budgets = rows(&[("span sync", 1000.0), ("counter", 10.0)]);
        compare(&rows(&[("span sync", 1030.0), ("counter", 12.0)]), &budgets).unwrap();
        compare(&rows(&[("span sync", 500.0)]), &budgets).unwrap();
        let error = compare(&rows(&[("span sync", 1032.0)]), &budgets).unwrap_err();
        assert!(
            error.to_string().contains("3.2 % more than 1000"),
            "{error}"
        );
    }

    #[test]
    fn a_row_without_a_budget_is_told() {
        let error = compare(&rows(&[("new", 1.0)]), &[]).unwrap_err();
        assert!(error.to_string().contains("no budget for `new`"), "{error}");
    }
}
