//! The course of the benchmark, from the command line.

use std::path::{Path, PathBuf};
use std::slice;
use std::str::FromStr;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};

/// The arguments there are.
pub(crate) const HELP: &str = "\
usage: compare --collector <otelcol> [options]

  --collector <file>   the OpenTelemetry Collector that everything is exported to
  --rounds <n>         times that each variant is measured (5)
  --seconds <n>        time that one measurement takes (10)
  --rate <n>           requests a second where they come at a fixed rate (1500)
  --connections <n>    connections that requests come on (16)
  --quick              one round of 3 seconds
  --json <file>        the file for the figures (target/application.json)";

/// The course of the benchmark.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Options {
    pub(crate) collector: PathBuf,
    pub(crate) rounds: usize,
    pub(crate) duration: Duration,
    /// Requests a second.
    pub(crate) rate: u32,
    pub(crate) connections: usize,
    pub(crate) json: PathBuf,
}

impl Options {
    pub(crate) fn parse(arguments: &[String]) -> Result<Self> {
        let mut collector = None;
        let mut options = Self {
            collector: PathBuf::new(),
            rounds: 5,
            duration: Duration::from_secs(10),
            rate: 1500,
            connections: 16,
            json: Path::new(env!("CARGO_MANIFEST_DIR")).join("target/application.json"),
        };
        let mut rest = arguments.iter();
        while let Some(argument) = rest.next() {
            match argument.as_str() {
                "--collector" => collector = Some(value(argument, &mut rest)?.into()),
                "--rounds" => options.rounds = number(argument, &mut rest)?,
                "--seconds" => options.duration = Duration::from_secs(number(argument, &mut rest)?),
                "--rate" => options.rate = number(argument, &mut rest)?,
                "--connections" => options.connections = number(argument, &mut rest)?,
                "--quick" => {
                    options.rounds = 1;
                    options.duration = Duration::from_secs(3);
                }
                "--json" => options.json = value(argument, &mut rest)?.into(),
                unknown => bail!("unknown argument `{unknown}`\n\n{HELP}"),
            }
        }
        options.collector = collector.context("`--collector` is missing")?;
        Ok(options)
    }
}

fn value<'a>(name: &str, rest: &mut slice::Iter<'a, String>) -> Result<&'a str> {
    let value = rest.next().map(String::as_str);
    value.with_context(|| format!("`{name}` needs a value"))
}

/// A number from one: nothing here is measured with none.
fn number<T>(name: &str, rest: &mut slice::Iter<'_, String>) -> Result<T>
where
    T: FromStr + PartialOrd + From<u8>,
{
    let text = value(name, rest)?;
    let number: Option<T> = text.parse().ok();
    let number =
        number.with_context(|| format!("`{name}` needs a whole number, and not `{text}`"))?;
    ensure!(number >= T::from(1), "`{name} 0` would measure nothing");
    Ok(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<Options> {
        let words: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        Options::parse(&words)
    }

    fn error(line: &str) -> String {
        parse(line).expect_err("it is wrong").to_string()
    }

    #[test]
    fn what_is_not_said_has_a_default() {
        let options = parse("--collector otelcol --rate 900").expect("right");
        assert_eq!(
            (options.rate, options.rounds, options.duration),
            (900, 5, Duration::from_secs(10))
        );
        assert_eq!(options.collector, Path::new("otelcol"));
    }

    #[test]
    fn quick_is_one_short_round_and_later_arguments_win() {
        let options = parse("--collector otelcol --quick --rounds 2").expect("right");
        assert_eq!(
            (options.rounds, options.duration),
            (2, Duration::from_secs(3))
        );
    }

    #[test]
    fn a_mistake_is_named() {
        assert_eq!(error(""), "`--collector` is missing");
        assert_eq!(error("--rounds"), "`--rounds` needs a value");
        assert_eq!(error("--rounds 0"), "`--rounds 0` would measure nothing");
        assert_eq!(
            error("--rate fast"),
            "`--rate` needs a whole number, and not `fast`"
        );
        assert!(error("--rat 3").starts_with("unknown argument `--rat`\n"));
    }
}
