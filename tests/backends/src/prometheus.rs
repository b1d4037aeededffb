//! Prometheus, and what its API says.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use anyhow::{Context, Result, bail};
use hyperion_backend_servers::PROMETHEUS;
use serde_json::{Value, json};

use crate::{
    environment::{mark, set},
    http, otlp, ports,
    process::Process,
    start,
};

/// A Prometheus that scrapes four times a second, stores exemplars and takes OTLP.
#[derive(Debug)]
pub struct Prometheus {
    url: String,
    // Removed on drop, so that a shared server forgets the targets of a test.
    targets: TargetFile,
    // Held for its drop, which stops the server.
    _process: Option<Process>,
}

/// Something to scrape.
#[derive(Debug, Clone)]
pub struct Target {
    /// The value of the label `job`; on a shared server only a mark is unique.
    pub job: String,
    /// Host and port.
    pub address: String,
    /// The path of the page, `/metrics` for most.
    pub path: String,
}

/// One series with its newest value.
#[derive(Debug, Clone, PartialEq)]
pub struct Sample {
    /// Its labels, `__name__` included.
    pub labels: BTreeMap<String, String>,
    /// Its value.
    pub value: f64,
}

/// How Prometheus sees a target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TargetState {
    /// Its job.
    pub job: String,
    /// `up`, `down` or `unknown`.
    pub health: String,
    /// The error of the last scrape; empty when it had none.
    pub last_error: String,
}

/// One stored exemplar.
#[derive(Debug, Clone, PartialEq)]
pub struct Exemplar {
    /// The labels of the series it stands for.
    pub series: BTreeMap<String, String>,
    /// Its own labels, such as `trace_id`.
    pub labels: BTreeMap<String, String>,
    /// Its value.
    pub value: f64,
}

impl Prometheus {
    /// Starts one that scrapes the targets, or tells the running one that the environment names.
    ///
    /// # Panics
    /// When it does not start; the message says what to do.
    #[track_caller]
    pub fn scraping(targets: &[Target]) -> Self {
        start::or_panic(Self::try_scraping(targets))
    }

    /// A running one, whose `file_sd_configs` read every `*.json` of a folder.
    ///
    /// # Errors
    /// When the targets cannot be written to the folder.
    pub fn at(url: &str, folder: &Path, targets: &[Target]) -> Result<Self> {
        let targets = TargetFile::write(folder, targets)?;
        Ok(Self {
            url: url.to_owned(),
            targets,
            _process: None,
        })
    }

    fn try_scraping(targets: &[Target]) -> Result<Self> {
        if let Some(url) = set("HYPERION_TEST_PROMETHEUS_URL") {
            let folder = set("HYPERION_TEST_PROMETHEUS_TARGETS").context(
                "HYPERION_TEST_PROMETHEUS_URL is set without HYPERION_TEST_PROMETHEUS_TARGETS, \
                 the folder whose `*.json` files its `file_sd_configs` read",
            )?;
            return Self::at(&url, Path::new(&folder), targets);
        }
        let program = PROMETHEUS.program("prometheus")?;
        let (process, started) = start::start(
            "prometheus",
            |folder| prepare(&program, folder, targets),
            |started| http::get(&format!("{}/-/ready", started.url)).map(drop),
        )?;
        Ok(Self {
            url: started.url,
            targets: started.targets,
            _process: Some(process),
        })
    }

    /// Its address.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The folder whose files name its targets.
    pub fn targets_folder(&self) -> &Path {
        self.targets.0.parent().unwrap_or(&self.targets.0)
    }

    /// The address for OTLP over HTTP, without `/v1/metrics`.
    pub fn otlp_http(&self) -> String {
        format!("{}/api/v1/otlp", self.url)
    }

    /// The series that an expression selects now.
    ///
    /// # Errors
    /// When Prometheus rejects the expression, or does not answer as documented.
    pub fn query(&self, expression: &str) -> Result<Vec<Sample>> {
        let data = self.api("query", &[("query", expression)])?;
        otlp::list(&data, "result").iter().map(sample).collect()
    }

    /// The one value of an expression.
    ///
    /// # Errors
    /// When it selects no series, or several; the error has them.
    pub fn value(&self, expression: &str) -> Result<f64> {
        match self.query(expression)?.as_slice() {
            [sample] => Ok(sample.value),
            [] => bail!("no series for `{expression}`"),
            several => bail!("`{expression}` is several series: {several:#?}"),
        }
    }

    /// The targets, as it sees them.
    ///
    /// # Errors
    /// When it does not answer as documented.
    pub fn targets(&self) -> Result<Vec<TargetState>> {
        let data = self.api("targets", &[("state", "active")])?;
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        Ok(otlp::list(&data, "activeTargets")
            .iter()
            .map(|target| TargetState {
                job: text(&target["labels"]["job"]),
                health: text(&target["health"]),
                last_error: text(&target["lastError"]),
            })
            .collect())
    }

    /// The stored exemplars of the series that a selector selects.
    ///
    /// # Errors
    /// When it does not answer as documented.
    pub fn exemplars(&self, selector: &str) -> Result<Vec<Exemplar>> {
        let now = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .context("a clock before 1970")?;
        let from = now
            .saturating_sub(Duration::from_secs(3600))
            .as_secs()
            .to_string();
        let to = (now + Duration::from_secs(60)).as_secs().to_string();
        let parameters = [("query", selector), ("start", &from), ("end", &to)];
        let data = self.api("query_exemplars", &parameters)?;
        let mut exemplars = Vec::new();
        for series in data.as_array().map(Vec::as_slice).unwrap_or_default() {
            for exemplar in otlp::list(series, "exemplars") {
                exemplars.push(Exemplar {
                    series: labels(&series["seriesLabels"]),
                    labels: labels(&exemplar["labels"]),
                    value: number(&exemplar["value"])?,
                });
            }
        }
        Ok(exemplars)
    }

    fn api(&self, path: &str, parameters: &[(&str, &str)]) -> Result<Value> {
        let url = format!("{}/api/v1/{path}", self.url);
        let answer = http::query_json(&url, parameters)?;
        if answer["status"] != "success" {
            bail!("{url} answered {answer}");
        }
        Ok(answer["data"].clone())
    }
}

/// A file that a Prometheus reads its targets from.
#[derive(Debug)]
struct TargetFile(PathBuf);

impl TargetFile {
    /// Written under another name first: Prometheus must not read half of it.
    fn write(folder: &Path, targets: &[Target]) -> Result<Self> {
        let groups: Value = targets
            .iter()
            .map(|target| {
                json!({
                    "targets": [target.address],
                    "labels": { "job": target.job, "__metrics_path__": target.path },
                })
            })
            .collect();
        let file = folder.join(format!("{}.json", mark("targets")));
        let unfinished = file.with_extension("part");
        fs::write(&unfinished, groups.to_string())
            .and_then(|()| fs::rename(&unfinished, &file))
            .with_context(|| format!("cannot write {}", file.display()))?;
        Ok(Self(file))
    }
}

impl Drop for TargetFile {
    fn drop(&mut self) {
        // The folder may have gone before, with its server.
        let _ = fs::remove_file(&self.0);
    }
}

impl Target {
    /// A target at `/metrics`.
    pub fn new(job: &str, address: &str) -> Self {
        Self {
            job: job.to_owned(),
            address: address.to_owned(),
            path: "/metrics".to_owned(),
        }
    }
}

struct Started {
    url: String,
    targets: TargetFile,
}

fn prepare(program: &Path, folder: &Path, targets: &[Target]) -> Result<(Command, Started)> {
    let port = ports::free()?;
    let target_folder = folder.join("targets");
    fs::create_dir(&target_folder).context("cannot create the folder for targets")?;
    let configuration = json!({
        "global": { "scrape_interval": "250ms", "scrape_timeout": "250ms" },
        "scrape_configs": [{
            "job_name": "tests",
            "file_sd_configs": [{ "files": [target_folder.join("*.json")] }],
        }],
    });
    let file = folder.join("prometheus.yaml");
    fs::write(&file, configuration.to_string()).context("cannot write prometheus.yaml")?;
    let mut command = Command::new(program);
    command
        .arg(format!("--config.file={}", file.display()))
        .arg(format!(
            "--storage.tsdb.path={}",
            folder.join("data").display()
        ))
        .arg(format!("--web.listen-address=127.0.0.1:{port}"))
        .arg("--enable-feature=exemplar-storage")
        .arg("--web.enable-otlp-receiver")
        .arg("--log.level=warn");
    let started = Started {
        url: format!("http://127.0.0.1:{port}"),
        targets: TargetFile::write(&target_folder, targets)?,
    };
    Ok((command, started))
}

fn sample(result: &Value) -> Result<Sample> {
    Ok(Sample {
        labels: labels(&result["metric"]),
        value: number(&result["value"][1])?,
    })
}

fn labels(value: &Value) -> BTreeMap<String, String> {
    let pairs = value.as_object().into_iter().flatten();
    pairs
        .filter_map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned())))
        .collect()
}

/// Prometheus writes numbers as strings, since JSON has neither infinity nor `NaN`.
fn number(value: &Value) -> Result<f64> {
    let text = value
        .as_str()
        .with_context(|| format!("{value} is no number in quotes"))?;
    text.parse().with_context(|| format!("{text} is no number"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_come_in_quotes() {
        assert_eq!(number(&json!("1.5")).expect("a number"), 1.5);
        assert_eq!(number(&json!("+Inf")).expect("a number"), f64::INFINITY);
        let error = number(&json!(1.5)).expect_err("no quotes");
        assert_eq!(error.to_string(), "1.5 is no number in quotes");
    }
}
