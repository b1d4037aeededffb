//! From a number on a dashboard to the trace that it comes from, in the real servers.

#![allow(clippy::float_cmp, reason = "what is compared are whole numbers")]

use std::collections::BTreeSet;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use anyhow::{Context, ensure};
use hyperion::config::{Config, Endpoint, MetricExporter, Protocol, Temporality};
use hyperion::{Counter, Histogram, Label, LabelSet, Metrics, Telemetry, UpDownCounter, observe};
use hyperion_backend_tests::{
    Collector, Jaeger, MARK, Prometheus, Target, eventually, mark,
    otlp::{Metric, Point},
};

const SOON: Duration = Duration::from_secs(30);

#[derive(Clone, Copy, Label)]
enum Tier {
    Memory,
    Database,
}

#[derive(Clone, Copy, LabelSet)]
struct Lookup {
    tier: Tier,
    hit: bool,
}

#[derive(Metrics)]
#[metrics(prefix = "exemplary")]
struct UserMetrics {
    /// Users looked up.
    #[counter(unit = "{user}")]
    lookups: Counter<Lookup>,
    /// Bytes that were read.
    #[counter(unit = "By")]
    read: Counter<(), f64>,
    /// Time a query took.
    #[histogram(unit = "s", buckets = [0.001, 0.01, 0.1])]
    query: Histogram<Lookup>,
    /// Connections in use, which have no exemplars.
    #[up_down_counter(unit = "{connection}")]
    connections: UpDownCounter,
}

static METRICS: UserMetrics = UserMetrics::new();

#[observe(component = "Users")]
fn find(id: usize) -> Result<usize, String> {
    for hit in [false, true] {
        for tier in [Tier::Memory, Tier::Database] {
            METRICS.lookups.add(id as u64, Lookup { tier, hit });
            for seconds in [0.0005, 0.005, 0.05, 0.5] {
                METRICS.query.record(seconds, Lookup { tier, hit });
            }
        }
    }
    METRICS.read.add(512.5);
    METRICS.connections.inc();
    if id.is_multiple_of(2) {
        Ok(id)
    } else {
        Err("odd".into())
    }
}

/// One telemetry runs in a process at a time.
fn one_at_a_time() -> MutexGuard<'static, ()> {
    static ONE: Mutex<()> = Mutex::new(());
    ONE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Runs a few calls, each a trace of its own.
fn run(mark: &str, configure: impl FnOnce(&mut Config)) -> Telemetry {
    let mut config = Config::default();
    config.logs.enabled = false;
    config
        .service
        .attributes
        .insert(MARK.into(), mark.to_owned());
    configure(&mut config);
    let telemetry = hyperion::builder()
        .config(config)
        .service_name("exemplary")
        .install()
        .expect("telemetry is installed");
    for id in 1..=4 {
        assert_eq!(find(id).is_ok(), id % 2 == 0);
    }
    telemetry
}

#[test]
fn every_series_that_was_recorded_in_a_span_leads_to_its_trace() {
    let _one = one_at_a_time();
    let jaeger = Jaeger::start();
    let mark = mark("exemplars");
    let telemetry = run(&mark, |config| {
        config.tracing.otlp.endpoint = Some(Endpoint::base(jaeger.otlp_http()).expect("a URL"));
        config.metrics.exporter = MetricExporter::Prometheus;
        config.metrics.port = 0;
    });
    assert!(telemetry.flush(SOON));
    let known: BTreeSet<String> = eventually(SOON, || {
        let traces = jaeger.traces("exemplary", &mark)?;
        ensure!(traces.len() == 4, "{} traces", traces.len());
        Ok(traces.into_iter().map(|trace| trace.id).collect())
    });

    let address = telemetry.metrics_addr().expect("it listens").to_string();
    let prometheus = Prometheus::scraping(&[Target::new(&mark, &address)]);
    for (name, count) in [
        ("exemplary_lookups_total", 4),
        ("exemplary_read_bytes_total", 1),
        // Four buckets of each of four series.
        ("exemplary_query_seconds_bucket", 16),
        // An ending in success and one in an error, each of which fell into one bucket.
        ("hyperion_call_duration_seconds_bucket", 2),
    ] {
        let exemplars = eventually(SOON, || {
            let exemplars = prometheus.exemplars(&format!("{name}{{job=\"{mark}\"}}"))?;
            let series: BTreeSet<_> = exemplars.iter().map(|exemplar| &exemplar.series).collect();
            ensure!(series.len() >= count, "{name}: {exemplars:#?}");
            Ok(exemplars)
        });
        for exemplar in &exemplars {
            let trace = &exemplar.labels["trace_id"];
            assert!(
                known.contains(trace),
                "{name} leads to {trace}, not in {known:?}"
            );
            assert_eq!(exemplar.labels["span_id"].len(), 16);
        }
    }
    let found = prometheus
        .exemplars(&format!("exemplary_connections{{job=\"{mark}\"}}"))
        .expect("an answer");
    assert_eq!(found, [], "a gauge has none in this format");
    let _ = telemetry.shutdown(SOON);
}

#[test]
fn a_collector_gets_the_same_exemplars() {
    let _one = one_at_a_time();
    let collector = Collector::start();
    for (name, protocol, temporality) in [
        (
            "exemplars-http",
            Protocol::HttpProtobuf,
            Temporality::Cumulative,
        ),
        ("exemplars-grpc", Protocol::Grpc, Temporality::Delta),
    ] {
        hyperion::snapshot::testing::reset();
        let mark = mark(name);
        let url = match protocol {
            Protocol::Grpc => collector.otlp_grpc(),
            _ => collector.otlp_http(),
        };
        let endpoint = Endpoint::base(url).expect("a URL");
        let telemetry = run(&mark, |config| {
            for otlp in [&mut config.tracing.otlp, &mut config.metrics.otlp] {
                otlp.endpoint = Some(endpoint.clone());
                otlp.protocol = protocol;
            }
            config.metrics.exporter = MetricExporter::Otlp;
            config.metrics.temporality = temporality;
        });
        let report = telemetry.shutdown(SOON);
        assert_eq!(report.spans_exported(), 4);

        let received = eventually(SOON, || {
            let received = collector.received(&mark)?;
            received
                .metric("exemplary.lookups")
                .context("no metrics yet")?;
            ensure!(received.traces().len() == 4, "no spans yet");
            Ok(received)
        });
        let traces: BTreeSet<String> = received
            .traces()
            .into_iter()
            .map(|trace| trace.id)
            .collect();
        let metric = |name: &str| -> Metric { received.metric(name).expect("it was sent").clone() };
        for (name, series, buckets) in [
            ("exemplary.lookups", 4, 1),
            ("exemplary.read", 1, 1),
            ("exemplary.query", 4, 4),
            ("hyperion.call.duration", 2, 1),
        ] {
            let metric = metric(name);
            assert_eq!(
                metric.cumulative,
                temporality == Temporality::Cumulative,
                "{name}"
            );
            let points: Vec<&Point> = metric.points.iter().collect();
            assert_eq!(points.len(), series, "{name}: {points:#?}");
            for point in points {
                assert_eq!(point.exemplars.len(), buckets, "{name}: {point:#?}");
                for exemplar in &point.exemplars {
                    assert!(traces.contains(&exemplar.trace_id), "{name}: {exemplar:?}");
                }
                assert!(point.start > 0 && point.start <= point.time, "{point:#?}");
            }
        }
        assert_eq!(
            metric("exemplary.lookups").number(&[("tier", "memory"), ("hit", "true")]),
            10.0
        );
        assert!(metric("exemplary.connections").cumulative, "it may fall");
    }
}
