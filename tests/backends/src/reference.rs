//! The parsers of the Prometheus project in Python, which reject what the formats do not allow.

use std::{
    collections::BTreeMap,
    io::Write,
    process::{Command, Stdio},
    thread,
};

use anyhow::{Context, Result, bail};
use hyperion_backend_servers::PYTHON;
use serde_json::Value;

use crate::otlp;

/// A text format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// The classic one.
    Text,
    /// `OpenMetrics`.
    OpenMetrics,
}

/// A metric, as the parser understood it.
#[derive(Debug, Clone, PartialEq)]
pub struct Family {
    /// Its name; in either format without the suffix of a counter.
    pub name: String,
    /// `counter`, `gauge`, `histogram` and so on.
    pub kind: String,
    /// Its unit, which only `OpenMetrics` has; empty without.
    pub unit: String,
    /// Its description.
    pub help: String,
    /// Its values.
    pub samples: Vec<Sample>,
}

/// One value.
#[derive(Debug, Clone, PartialEq)]
pub struct Sample {
    /// The name, with its suffix.
    pub name: String,
    /// The labels.
    pub labels: BTreeMap<String, String>,
    /// The value.
    pub value: f64,
    /// The exemplar that is attached to it.
    pub exemplar: Option<Exemplar>,
}

/// One measurement behind a value.
#[derive(Debug, Clone, PartialEq)]
pub struct Exemplar {
    /// Its labels, such as `trace_id`.
    pub labels: BTreeMap<String, String>,
    /// The measured value.
    pub value: f64,
    /// When, in seconds since 1970.
    pub time: f64,
}

/// Reads a page.
///
/// # Errors
/// The complaint of the parser, or the reason why it could not be run.
pub fn parse(format: Format, page: &str) -> Result<Vec<Family>> {
    let program = PYTHON.program("bin/python")?;
    let name = match format {
        Format::Text => "text",
        Format::OpenMetrics => "openmetrics",
    };
    let mut child = Command::new(&program)
        .args(["-c", include_str!("reference.py"), name])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .with_context(|| format!("cannot start {}", program.display()))?;
    // On a thread, since it may write before it has read everything. Its end closes the pipe.
    let input = child.stdin.take();
    let page = page.to_owned();
    let writing = thread::spawn(move || input.map(|mut input| input.write_all(page.as_bytes())));
    let output = child.wait_with_output().context("Python was lost")?;
    // A parser that stops reading says why on its other pipe.
    let _ = writing.join();
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        if said.contains("No module named") {
            bail!(
                "{} has no `prometheus_client`; run `cargo xtask backends`, or `python3 -m pip install prometheus_client` for the Python that HYPERION_TEST_PYTHON_BIN names",
                program.display()
            );
        }
        bail!(
            "the reference parser: {}",
            said.lines().last().unwrap_or("no word")
        );
    }
    let families: Value = serde_json::from_slice(&output.stdout).context("no JSON from Python")?;
    let families = families.as_array().context("no list from Python")?;
    families.iter().map(family).collect()
}

fn family(value: &Value) -> Result<Family> {
    Ok(Family {
        name: text(&value["name"]),
        kind: text(&value["kind"]),
        unit: text(&value["unit"]),
        help: text(&value["help"]),
        samples: otlp::list(value, "samples")
            .iter()
            .map(sample)
            .collect::<Result<_>>()?,
    })
}

fn sample(value: &Value) -> Result<Sample> {
    let exemplar = &value["exemplar"];
    let exemplar = (!exemplar.is_null()).then(|| {
        Ok::<_, anyhow::Error>(Exemplar {
            labels: labels(&exemplar["labels"]),
            value: number(&exemplar["value"])?,
            time: number(&exemplar["time"])?,
        })
    });
    Ok(Sample {
        name: text(&value["name"]),
        labels: labels(&value["labels"]),
        value: number(&value["value"])?,
        exemplar: exemplar.transpose()?,
    })
}

fn labels(value: &Value) -> BTreeMap<String, String> {
    let pairs = value.as_object().into_iter().flatten();
    pairs
        .map(|(name, value)| (name.clone(), text(value)))
        .collect()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn number(value: &Value) -> Result<f64> {
    let text = text(value);
    text.parse()
        .with_context(|| format!("`{text}` is no number"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_good_page_is_read_and_a_bad_one_explained() {
        let page = "# TYPE a counter\na_total{b=\"c\"} 1 # {d=\"e\"} 0.5 2.5\n# EOF\n";
        let families = parse(Format::OpenMetrics, page).expect("a good page");
        let sample = &families[0].samples[0];
        assert_eq!((sample.name.as_str(), sample.value), ("a_total", 1.0));
        let exemplar = sample.exemplar.as_ref().expect("an exemplar");
        assert_eq!((exemplar.value, exemplar.time), (0.5, 2.5));
        let error = parse(Format::OpenMetrics, "a 1\n").expect_err("it does not end");
        assert!(error.to_string().contains("EOF"), "{error}");
        let error = parse(Format::Text, "a{ 1\n").expect_err("it does not parse");
        assert!(
            error.to_string().contains("the reference parser: "),
            "{error}"
        );
    }
}
