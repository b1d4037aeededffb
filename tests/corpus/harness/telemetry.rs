//! The states that telemetry can be in, each in a process of its own.

use std::process::Command;
use std::time::Duration;
use std::{env, thread};

use hyperion::config::{Config, Sampler};
use hyperion::export::{ExportError, MetricSink};
use hyperion::snapshot::Snapshot;
use hyperion::{Telemetry, builder};
use opentelemetry_sdk::metrics::data::ResourceMetrics;
use opentelemetry_sdk::trace::InMemorySpanExporter;

/// Long enough for any machine.
const PATIENCE: Duration = Duration::from_secs(30);

/// Set in the process that a test starts for itself.
const ALONE: &str = "HYPERION_CORPUS_ALONE";

/// Runs `body`, which decides what telemetry its process has, in a process of its own: the test `name` again.
pub(crate) fn alone(name: &str, body: impl FnOnce()) {
    if env::var_os(ALONE).is_some() {
        return body();
    }
    let output = Command::new(env::current_exe().expect("this program has a path"))
        .args([name, "--exact", "--nocapture", "--test-threads=1"])
        .env(ALONE, "1")
        .env("RUST_BACKTRACE", "0")
        .output()
        .expect("this program can be started again");
    print!("{}", String::from_utf8_lossy(&output.stdout));
    eprint!("{}", String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{}", output.status);
}

/// Compares the shapes in every state, a test each.
macro_rules! in_every_state {
    ($shapes:expr) => {
        $crate::harness::in_every_state! {
            $shapes =>
            not_installed: $crate::harness::State::NotInstalled,
            recording: $crate::harness::State::recording(),
            sampled_out: $crate::harness::State::sampled_out(),
            metrics_only: $crate::harness::State::metrics_only(),
        }
    };
    ($shapes:expr => $($name:ident: $state:expr,)*) => {$(
        #[test]
        fn $name() {
            $crate::harness::alone(stringify!($name), || {
                $crate::harness::compare(&$shapes[..], &$state);
            });
        }
    )*};
}
pub(crate) use in_every_state;

/// The telemetry that is there.
pub(crate) enum State {
    /// None was installed.
    NotInstalled,
    /// Spans are kept.
    Recording(Telemetry, InMemorySpanExporter),
    /// It is installed, and has no spans to show.
    WithoutSpans(#[expect(dead_code, reason = "it is there to be dropped at the end")] Telemetry),
}

impl State {
    /// Every span is kept.
    pub(crate) fn recording() -> Self {
        let spans = InMemorySpanExporter::default();
        Self::Recording(install(Config::default(), &spans), spans)
    }

    /// Spans have ids, and are not kept.
    pub(crate) fn sampled_out() -> Self {
        let mut config = Config::default();
        config.tracing.sampler = Sampler::AlwaysOff;
        Self::without_spans(config)
    }

    /// There are no spans.
    pub(crate) fn metrics_only() -> Self {
        let mut config = Config::default();
        config.tracing.enabled = false;
        Self::without_spans(config)
    }

    fn without_spans(config: Config) -> Self {
        Self::WithoutSpans(install(config, &InMemorySpanExporter::default()))
    }

    /// Takes the outcomes of the spans that were made since the last time, where there are spans.
    pub(super) fn outcomes(&self) -> Option<Vec<String>> {
        let Self::Recording(telemetry, exporter) = self else {
            return None;
        };
        assert!(!thread::panicking() && telemetry.flush(PATIENCE));
        let spans = exporter.get_finished_spans().expect("the exporter works");
        exporter.reset();
        let outcomes = spans.iter().map(|span| {
            let outcome = span
                .attributes
                .iter()
                .find(|attribute| attribute.key.as_str() == "outcome");
            outcome.map_or("ok".to_owned(), |outcome| outcome.value.to_string())
        });
        Some(outcomes.collect())
    }
}

fn install(mut config: Config, spans: &InMemorySpanExporter) -> Telemetry {
    config.logs.enabled = false;
    builder()
        .config(config)
        .span_exporter(spans.clone())
        .metric_sink(Unread)
        .install()
        .expect("telemetry is installed once")
}

/// Metrics are recorded, and nobody looks at them.
struct Unread;

impl MetricSink for Unread {
    fn export(&mut self, _: &Snapshot, _: &ResourceMetrics) -> Result<(), ExportError> {
        Ok(())
    }
}
