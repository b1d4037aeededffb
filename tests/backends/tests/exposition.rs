//! Prometheus, `promtool` and the reference parsers take what hyperion exposes.

#![allow(
    clippy::float_cmp,
    reason = "tests read back what they wrote, to the last bit"
)]

use std::{
    sync::Arc,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use anyhow::{Context, ensure};
use hyperion::snapshot::{
    Data, Exemplar, Family, HistogramPoint, NumberPoint, NumberValue, Snapshot, SpanIds,
};
use hyperion::{config::Config, export::PrometheusExporter};
use hyperion_backend_tests::{
    Exposition, Prometheus, Target, eventually, get_as, mark, promtool,
    reference::{self, Format},
};
use opentelemetry::KeyValue;
use opentelemetry::metrics::MeterProvider as _;
use opentelemetry_sdk::metrics::SdkMeterProvider;

const SOON: Duration = Duration::from_secs(20);
const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";
const OPEN_METRICS: &str = "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8";
const TEXT: &str = "text/plain;version=0.0.4";

/// A label value with everything that a format might trip over.
const ODD: &str = "\"quoted\" \\ {a=\"b\"} # EOF\nline\r\t\u{0}\u{1b} grüße 漢字 🦀";

fn exemplar(value: f64) -> Exemplar {
    Exemplar {
        value: NumberValue::F64(value),
        // Prometheus refuses those of another age.
        time: SystemTime::now(),
        span: Some(SpanIds {
            trace_id: 0x0af7_6519_16cd_43dd_8448_eb21_1c80_319c_u128.to_be_bytes(),
            span_id: 0x00f0_67aa_0ba9_02b7_u64.to_be_bytes(),
        }),
    }
}

fn snapshot() -> Snapshot {
    let start = Some(UNIX_EPOCH + Duration::from_millis(1_520_430_000_123));
    let number = |label: &'static str, value, exemplar| NumberPoint {
        labels: vec![("label".into(), label.into())],
        start,
        value,
        exemplar,
    };
    let family = |name: &'static str, unit: &'static str, data| Family {
        name: name.into(),
        description: format!("What is known of {name}, in \"quotes\" and \\.").into(),
        unit: unit.into(),
        asynchronous: false,
        library: None,
        data,
    };
    let duration = HistogramPoint {
        labels: vec![("method".into(), "find".into())],
        start,
        bounds: Arc::from([0.005, 1.0, 1e6]),
        buckets: vec![2, 1, 0, 1],
        sum: 2_000_000.25,
        exemplars: vec![exemplar(0.004), exemplar(2_000_000.0)],
    };
    Snapshot {
        time: SystemTime::now(),
        families: vec![
            family(
                "shop.orders",
                "{order}",
                Data::Counter(vec![
                    number("plain", NumberValue::U64(7), Some(exemplar(1.0))),
                    number(ODD, NumberValue::F64(1.5), None),
                ]),
            ),
            family(
                "shop.queue",
                "By",
                Data::UpDownCounter(vec![number("plain", NumberValue::I64(-2), None)]),
            ),
            family("shop.wait", "s", Data::Histogram(vec![duration])),
        ],
    }
}

/// An exporter with native instruments and one of the OpenTelemetry API, and where its page is.
struct Served {
    address: String,
    _exporter: PrometheusExporter,
    _provider: SdkMeterProvider,
}

/// The same, and a counter of another library under a name that OpenMetrics has no counter of.
fn with_legacy() -> Snapshot {
    let mut snapshot = snapshot();
    let hits = NumberPoint {
        labels: vec![("a__b".into(), "plain".into())],
        start: None,
        value: NumberValue::F64(3.0),
        exemplar: None,
    };
    snapshot.families.push(Family {
        name: "legacy_hits".into(),
        description: "".into(),
        unit: "".into(),
        asynchronous: true,
        library: Some("prometheus".into()),
        data: Data::Counter(vec![hits]),
    });
    snapshot
}

fn serve(created: bool) -> Served {
    serve_all(created, snapshot)
}

fn serve_all(created: bool, snapshot: fn() -> Snapshot) -> Served {
    let mut config = Config::default().metrics;
    (config.port, config.created_series) = (0, created);
    let (exporter, reader) =
        PrometheusExporter::start(&config, Arc::new(snapshot)).expect("there is a free port");
    let provider = SdkMeterProvider::builder().with_reader(reader).build();
    provider
        .meter("a library")
        .f64_gauge("shop.load")
        .with_description("How busy the shop is.")
        .with_unit("1")
        .build()
        .record(0.5, &[KeyValue::new("shop.floor", 2)]);
    Served {
        address: exporter.local_addr().expect("it listens").to_string(),
        _exporter: exporter,
        _provider: provider,
    }
}

#[test]
fn promtool_has_nothing_to_say_about_the_classic_page() {
    let served = serve(false);
    let page = get_as(&format!("http://{}/metrics", served.address), TEXT).expect("a page");
    assert_eq!(
        page.content_type,
        "text/plain; version=0.0.4; charset=utf-8"
    );
    promtool::check_metrics(&page.text).expect("nothing to say");
}

#[test]
fn prometheus_takes_the_page_with_its_exemplars() {
    let (served, with_created) = (serve_all(false, with_legacy), serve(true));
    let [job, created_job] = ["exposition", "created"].map(mark);
    let prometheus = Prometheus::scraping(&[
        Target::new(&job, &served.address),
        Target::new(&created_job, &with_created.address),
    ]);
    let orders = eventually(SOON, || {
        let orders = prometheus.query(&format!("shop_orders_total{{job=\"{job}\"}}"))?;
        ensure!(orders.len() == 2, "{orders:?}");
        Ok(orders)
    });
    let odd = orders
        .iter()
        .find(|sample| sample.value == 1.5)
        .expect("both values");
    assert_eq!(odd.labels["label"], ODD);
    assert_eq!(odd.labels["otel_scope_name"], "hyperion");
    let value = |query: &str| prometheus.value(query).expect("one value");
    for (query, expected) in [
        ("shop_queue_bytes", -2.0),
        (
            "shop_load_ratio{shop_floor=\"2\",otel_scope_name=\"a library\"}",
            0.5,
        ),
        ("shop_wait_seconds_count", 4.0),
        ("shop_wait_seconds_sum", 2_000_000.25),
        ("shop_wait_seconds_bucket{le=\"1.0\"}", 3.0),
        ("shop_wait_seconds_bucket{le=\"1e+06\"}", 3.0),
        ("shop_wait_seconds_bucket{le=\"+Inf\"}", 4.0),
        ("target_info", 1.0),
        ("legacy_hits{a__b=\"plain\"}", 3.0),
    ] {
        let (name, labels) = query.split_once('{').unwrap_or((query, "}"));
        assert_eq!(
            value(&format!("{name}{{job=\"{job}\",{labels}")),
            expected,
            "{query}"
        );
    }

    // The classic format has no exemplars, so this tells that the type of the page was understood.
    for (name, expected) in [
        ("shop_orders_total", vec![1.0]),
        ("shop_wait_seconds_bucket", vec![0.004, 2_000_000.0]),
    ] {
        let mut found = eventually(SOON, || {
            let found = prometheus.exemplars(&format!("{name}{{job=\"{job}\"}}"))?;
            ensure!(found.len() >= expected.len(), "{found:?}");
            Ok(found)
        });
        assert!(
            found
                .iter()
                .all(|exemplar| exemplar.labels["trace_id"] == TRACE),
            "{found:?}"
        );
        found.sort_by(|one, other| one.value.total_cmp(&other.value));
        // A page is made for each scrape, and so are the times of these.
        found.dedup_by(|one, other| one.value == other.value);
        let values: Vec<f64> = found.iter().map(|exemplar| exemplar.value).collect();
        assert_eq!(values, expected, "{name}");
    }

    // Why they are off by default: to Prometheus they are series like any other.
    let created = eventually(SOON, || {
        prometheus.value(&format!(
            "shop_wait_seconds_created{{job=\"{created_job}\"}}"
        ))
    });
    assert_eq!(created, 1_520_430_000.123);
    let created = prometheus.query(&format!("shop_wait_seconds_created{{job=\"{job}\"}}"));
    assert_eq!(created.expect("an answer"), []);
}

#[test]
fn a_counter_of_another_library_keeps_its_name_for_the_reference_parser() {
    let served = serve_all(true, with_legacy);
    let url = format!("http://{}/metrics", served.address);
    let page = get_as(&url, OPEN_METRICS).expect("a page");
    let families = reference::parse(Format::OpenMetrics, &page.text).expect("a valid page");
    let hits = families.iter().find(|family| family.name == "legacy_hits");
    let hits = hits.expect("it is there");
    assert_eq!(hits.kind, "unknown");
    assert_eq!(hits.samples[0].name, "legacy_hits");
}

#[test]
fn the_reference_parsers_read_both_pages_alike() {
    let served = serve(true);
    let url = format!("http://{}/metrics", served.address);
    let open = get_as(&url, OPEN_METRICS).expect("a page");
    assert_eq!(
        open.content_type,
        "application/openmetrics-text; version=1.0.0; charset=utf-8; escaping=underscores"
    );
    let open = reference::parse(Format::OpenMetrics, &open.text).expect("a valid page");
    let text = get_as(&url, TEXT).expect("a page");
    let text = reference::parse(Format::Text, &text.text).expect("a valid page");

    let family = |name: &str| {
        open.iter()
            .find(|family| family.name == name)
            .unwrap_or_else(|| panic!("no {name} in {open:#?}"))
    };
    let orders = family("shop_orders");
    assert_eq!(
        (orders.kind.as_str(), orders.unit.as_str()),
        ("counter", "")
    );
    assert_eq!(
        orders.help,
        "What is known of shop.orders, in \"quotes\" and \\."
    );
    assert_eq!(
        orders.samples[0].exemplar.as_ref().expect("one").labels["trace_id"],
        TRACE
    );
    assert_eq!(orders.samples[2].labels["label"], ODD);
    let wait = family("shop_wait_seconds");
    assert_eq!(
        (wait.kind.as_str(), wait.unit.as_str()),
        ("histogram", "seconds")
    );
    assert_eq!(family("target").kind, "info");

    // What only one of them can say is left aside.
    let samples = |families: &[reference::Family]| {
        let mut samples: Vec<String> = families
            .iter()
            .flat_map(|family| &family.samples)
            .filter(|sample| !sample.name.ends_with("_created"))
            .map(|sample| {
                let mut labels = sample.labels.clone();
                if let Some(bound) = labels.get_mut("le") {
                    *bound = bound.parse::<f64>().expect("a number").to_string();
                }
                format!("{} {labels:?} {}", sample.name, sample.value)
            })
            .collect();
        samples.sort();
        samples
    };
    assert_eq!(samples(&open), samples(&text));
}

#[test]
fn pages_with_every_kind_of_metric_are_taken_by_all() {
    let pages = [
        include_str!(
            "../../../hyperion-otel/src/export/prometheus/tests/golden/native.openmetrics"
        ),
        include_str!(
            "../../../hyperion-otel/src/export/prometheus/tests/golden/created.openmetrics"
        ),
        include_str!(
            "../../../hyperion-otel/src/export/prometheus/tests/golden/beside.openmetrics"
        ),
        include_str!(
            "../../../hyperion-otel/src/export/prometheus/tests/golden/left_out.openmetrics"
        ),
    ];
    let served = pages.map(|page| {
        reference::parse(Format::OpenMetrics, page).expect("a valid page");
        let content_type = "application/openmetrics-text; version=1.0.0; charset=utf-8";
        Exposition::serve(content_type, page).expect("a free port")
    });
    let classic = [
        include_str!("../../../hyperion-otel/src/export/prometheus/tests/golden/native.txt"),
        include_str!("../../../hyperion-otel/src/export/prometheus/tests/golden/beside.txt"),
        include_str!("../../../hyperion-otel/src/export/prometheus/tests/golden/left_out.txt"),
    ];
    let classic = classic.map(|page| {
        reference::parse(Format::Text, page).expect("a valid page");
        Exposition::serve("text/plain; version=0.0.4; charset=utf-8", page).expect("a free port")
    });
    let targets: Vec<Target> = served
        .iter()
        .chain(&classic)
        .map(|page| Target::new(&mark("golden"), &page.address().to_string()))
        .collect();
    let prometheus = Prometheus::scraping(&targets);
    eventually(SOON, || {
        let states = prometheus.targets()?;
        for target in &targets {
            let state = states.iter().find(|state| state.job == target.job);
            let state = state.context("a target is missing")?;
            ensure!(state.health == "up", "{state:?}");
        }
        Ok(())
    });
}
