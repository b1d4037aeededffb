//! Metrics of other libraries, beside what those libraries write themselves.

#![allow(clippy::needless_raw_string_hashes, reason = "expect-test writes them")]

use expect_test::expect;
use opentelemetry_sdk::metrics::data::ResourceMetrics;
use opentelemetry_sdk::metrics::reader::MetricReader as _;

use super::oracle;
use super::{counter, gauge, point, provider, snapshot};
use crate::bridge::{MetricSource, Sources};
use crate::export::Reader;
use crate::export::prometheus::assembly::Assembly;
use crate::export::prometheus::encode::encode;
use crate::export::prometheus::exposition::Exposition;
use crate::export::prometheus::naming::Prefix;
use crate::export::prometheus::numbers::Format;
use hyperion_runtime::metrics::snapshot::{Data, Family, NumberValue};

/// All that `source` has, on a page of a program with a namespace.
fn exposition(source: impl MetricSource + 'static) -> Exposition {
    let prefix = Prefix::new(Some("shop"), None);
    let mut assembly = Assembly::new(&prefix);
    let mut sources = Sources::default();
    sources.add(source);
    let bridged = sources.read();
    assert!(bridged.left_out.is_empty(), "{:?}", bridged.left_out);
    assembly.bridged(&bridged.families);
    assembly.finish()
}

/// The classic page, whose numbers are written in one way whoever wrote it.
fn classic(source: impl MetricSource + 'static) -> Vec<String> {
    let exposition = exposition(source);
    oracle::exposition(&exposition);
    lines(&encode(&exposition, Format::Text, false))
}

fn lines(page: &str) -> Vec<String> {
    let line = |line: &str| match line.rsplit_once(' ') {
        Some((sample, value)) if !line.starts_with('#') => {
            let value: f64 = value.parse().expect("a number");
            format!("{sample} {value:?}")
        }
        _ => line.to_owned(),
    };
    page.lines().map(line).collect()
}

fn foreign(name: &'static str, data: Data) -> Family {
    Family {
        name: name.into(),
        description: "".into(),
        unit: "".into(),
        asynchronous: true,
        library: Some("theirs".into()),
        data,
    }
}

#[test]
fn ours_keep_their_names_and_the_reasons_are_told() {
    let prefix = Prefix::default();
    let reader = Reader::default();
    let _provider = provider(reader.clone());
    let mut sdk = ResourceMetrics::default();
    reader.collect(&mut sdk).unwrap();
    let one = |name| foreign(name, Data::Gauge(vec![point(&[], NumberValue::F64(1.0))]));
    let mut assembly = Assembly::new(&prefix).with_scopes(false);
    assembly.native(&snapshot(vec![
        counter("orders", 1),
        gauge("load", "", 2.0),
    ]));
    assembly.sdk(&sdk);
    assembly.bridged(&[
        one("load"),
        one("their_load_ratio"),
        foreign(
            "orders_total",
            Data::Counter(vec![point(&[("shop", "2")], NumberValue::U64(5))]),
        ),
        foreign(
            "debts_total",
            Data::Counter(vec![
                point(&[], NumberValue::F64(-1.0)),
                point(&[("of", "none")], NumberValue::F64(f64::NAN)),
            ]),
        ),
        one("free"),
        one("not a name"),
        foreign(
            "labelled",
            Data::Gauge(vec![point(
                &[
                    ("a__b", "stays"),
                    ("not a name", "renamed"),
                    ("__name__", "renamed"),
                ],
                NumberValue::F64(f64::NAN),
            )]),
        ),
    ]);
    expect![[r##"
        # left out: load: load is a metric of the program already
        # left out: their_load_ratio: their_load_ratio is a metric of the program already
        # left out: orders_total: orders is a metric of the program already
        # left out: a series of debts_total: a counter cannot be -1
        # left out: a series of debts_total: a counter cannot be NaN
        # HELP target_info Target metadata
        # TYPE target_info gauge
        target_info{host="a\"b",service_name="shop"} 1
        # TYPE free gauge
        free 1
        # HELP hyperion_metrics_left_out Metrics that this page does not show; in the text format it begins with the reasons.
        # TYPE hyperion_metrics_left_out gauge
        hyperion_metrics_left_out 5
        # TYPE labelled gauge
        labelled{_name_="renamed",a__b="stays",not_a_name="renamed"} NaN
        # HELP load About load.
        # TYPE load gauge
        load 2
        # TYPE not_a_name gauge
        not_a_name 1
        # HELP orders_total About orders.
        # TYPE orders_total counter
        orders_total 1
        # TYPE their_duration_seconds histogram
        their_duration_seconds_bucket{le="1"} 1
        their_duration_seconds_bucket{le="2"} 1
        their_duration_seconds_bucket{le="+Inf"} 2
        their_duration_seconds_sum 9.5
        their_duration_seconds_count 2
        # TYPE their_load_ratio gauge
        their_load_ratio 0.5
        # TYPE their_queue_bytes gauge
        their_queue_bytes{a_b="x",b="1"} -1
        # HELP their_requests_total Requests.
        # TYPE their_requests_total counter
        their_requests_total{a_b="x",b="1"} 5
    "##]]
    .assert_eq(&encode(&assembly.finish(), Format::Text, false));
}

#[cfg(feature = "bridge-prometheus")]
mod prometheus {
    use super::*;
    use ::prometheus::core::{Collector, Desc};
    use ::prometheus::proto;
    use ::prometheus::{
        Encoder as _, HistogramOpts, HistogramVec, IntCounter, IntCounterVec, IntGauge, Opts,
        Registry, TextEncoder,
    };

    /// A program as it was before.
    pub(in super::super) fn registry() -> Registry {
        let labels = [("region".to_owned(), "eu".to_owned())].into();
        let registry = Registry::new_custom(Some("shop".to_owned()), Some(labels)).unwrap();
        let requests = Opts::new("requests_total", "Requests,\nby \"method\".");
        let requests = IntCounterVec::new(requests, &["method", "code"]).unwrap();
        requests.with_label_values(&["GET", "200"]).inc_by(7);
        requests.with_label_values(&["a\\b\n\"c\"", "500"]).inc();
        let hits = IntCounter::new("cache_hits", "Without the ending of counters.").unwrap();
        hits.inc_by(1 << 60);
        let queue = IntGauge::new("queue__length", "Jobs that wait.").unwrap();
        queue.set(-3);
        let wait = HistogramOpts::new("wait_seconds", "Time in the queue.");
        let wait = HistogramVec::new(wait.buckets(vec![0.005, 0.25, 1.0]), &["queue"]).unwrap();
        for seconds in [0.001, 0.25, 0.3, 5.0] {
            wait.with_label_values(&["mail"]).observe(seconds);
        }
        wait.with_label_values(&["empty"]);
        registry.register(Box::new(requests)).unwrap();
        registry.register(Box::new(hits)).unwrap();
        registry.register(Box::new(queue)).unwrap();
        registry.register(Box::new(wait)).unwrap();
        registry
    }

    fn own_page(registry: &Registry) -> Vec<String> {
        let mut page = Vec::new();
        TextEncoder::new()
            .encode(&registry.gather(), &mut page)
            .unwrap();
        lines(&String::from_utf8(page).unwrap())
    }

    #[test]
    fn a_registry_is_shown_as_its_own_encoder_shows_it() {
        let registry = registry();
        assert_eq!(classic(registry.clone()), own_page(&registry));
    }

    #[test]
    fn what_open_metrics_cannot_call_a_counter_keeps_its_name() {
        let page = encode(&exposition(registry()), Format::OpenMetrics, true);
        expect![[r##"
            # TYPE shop_cache_hits unknown
            # HELP shop_cache_hits Without the ending of counters.
            shop_cache_hits{region="eu"} 1.152921504606847e+18
            # TYPE shop_queue__length gauge
            # HELP shop_queue__length Jobs that wait.
            shop_queue__length{region="eu"} -3.0
            # TYPE shop_requests counter
            # HELP shop_requests Requests,\nby \"method\".
            shop_requests_total{code="200",method="GET",region="eu"} 7.0
            shop_requests_total{code="500",method="a\\b\n\"c\"",region="eu"} 1.0
            # TYPE shop_wait_seconds histogram
            # HELP shop_wait_seconds Time in the queue.
            shop_wait_seconds_bucket{queue="empty",region="eu",le="0.005"} 0
            shop_wait_seconds_bucket{queue="empty",region="eu",le="0.25"} 0
            shop_wait_seconds_bucket{queue="empty",region="eu",le="1.0"} 0
            shop_wait_seconds_bucket{queue="empty",region="eu",le="+Inf"} 0
            shop_wait_seconds_sum{queue="empty",region="eu"} 0.0
            shop_wait_seconds_count{queue="empty",region="eu"} 0
            shop_wait_seconds_bucket{queue="mail",region="eu",le="0.005"} 1
            shop_wait_seconds_bucket{queue="mail",region="eu",le="0.25"} 2
            shop_wait_seconds_bucket{queue="mail",region="eu",le="1.0"} 3
            shop_wait_seconds_bucket{queue="mail",region="eu",le="+Inf"} 4
            shop_wait_seconds_sum{queue="mail",region="eu"} 5.551
            shop_wait_seconds_count{queue="mail",region="eu"} 4
            # EOF
        "##]]
        .assert_eq(&page);
    }

    /// A summary, which the library itself does not have.
    struct Latency(Desc);

    impl Collector for Latency {
        fn desc(&self) -> Vec<&Desc> {
            vec![&self.0]
        }

        fn collect(&self) -> Vec<proto::MetricFamily> {
            let mut summary = proto::Summary::default();
            summary.set_sample_count(4);
            summary.set_sample_sum(2.5);
            let mut median = proto::Quantile::default();
            median.set_quantile(0.5);
            median.set_value(0.25);
            summary.set_quantile(vec![median]);
            let mut metric = proto::Metric::default();
            metric.set_summary(summary);
            let mut family = proto::MetricFamily::default();
            family.set_name("latency".to_owned());
            family.set_help("Latency.".to_owned());
            family.set_field_type(proto::MetricType::SUMMARY);
            family.set_metric(vec![metric]);
            vec![family]
        }
    }

    #[test]
    fn a_summary_goes_out_as_its_samples() {
        let registry = Registry::new();
        let desc = Desc::new("latency".into(), "Latency.".into(), vec![], [].into()).unwrap();
        registry.register(Box::new(Latency(desc))).unwrap();
        let samples = |mut lines: Vec<String>| {
            lines.retain(|line| !line.starts_with('#'));
            lines.sort();
            lines
        };
        assert_eq!(
            samples(classic(registry.clone())),
            samples(own_page(&registry))
        );
    }
}

#[cfg(feature = "bridge-prometheus-client")]
mod prometheus_client {
    use super::*;
    use ::prometheus_client::encoding::prometheus_text;
    use ::prometheus_client::metrics::counter::Counter;
    use ::prometheus_client::metrics::exemplar::{CounterWithExemplar, HistogramWithExemplars};
    use ::prometheus_client::metrics::family::Family;
    use ::prometheus_client::metrics::gauge::Gauge;
    use ::prometheus_client::metrics::histogram::Histogram;
    use ::prometheus_client::metrics::info::Info;
    use ::prometheus_client::registry::{Registry, Unit};
    use std::sync::{Arc, Mutex};
    use std::time::{Duration, UNIX_EPOCH};

    type Labels = Vec<(String, String)>;

    fn labels<const N: usize>(pairs: [(&str, &str); N]) -> Labels {
        pairs
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .into()
    }

    fn registry() -> Registry {
        let mut registry = Registry::with_prefix("shop");
        let requests = Family::<Labels, Counter>::default();
        let odd = labels([("a__b", "stays"), ("method", "a\\b\n\"c\"")]);
        requests
            .get_or_create(&labels([("method", "GET")]))
            .inc_by(7);
        requests.get_or_create(&odd).inc();
        registry.register("requests", "Requests,\nby \\ method", requests);
        let eu = registry.sub_registry_with_label(("region".into(), "eu".into()));
        let queue = Gauge::<i64>::default();
        queue.set(-3);
        eu.register("queue", "Jobs that wait", queue);
        let wait = Histogram::new([0.005, 0.25, 1.0]);
        for seconds in [0.001, 0.25, 0.3, 5.0] {
            wait.observe(seconds);
        }
        eu.register_with_unit("wait", "Time in the queue", Unit::Seconds, wait);
        registry.register(
            "build",
            "The build",
            Info::new(labels([("version", "1.4.0")])),
        );
        registry
    }

    fn sorted(mut lines: Vec<String>) -> Vec<String> {
        lines.sort();
        lines
    }

    #[test]
    fn a_registry_is_shown_as_its_own_encoder_shows_it() {
        let registry = Arc::new(Mutex::new(registry()));
        let mut own = String::new();
        prometheus_text::encode(&mut own, &registry.lock().unwrap()).unwrap();
        // Theirs come in the order in which they were made, and so do their labels, which are in order here.
        assert_eq!(sorted(classic(registry)), sorted(lines(&own)));
    }

    #[test]
    fn exemplars_come_along() {
        let ids = || {
            labels([
                ("trace_id", "4bf92f3577b34da6a3ce929d0e0e4736"),
                ("span_id", "00f067aa0ba902b7"),
            ])
        };
        let at = UNIX_EPOCH + Duration::from_millis(1_700_000_000_250);
        let mut registry = Registry::default();
        let orders = CounterWithExemplar::<Labels>::default();
        orders.inc_by(2, Some(ids()), Some(at));
        registry.register("orders", "Orders", orders);
        let wait = HistogramWithExemplars::<Labels>::new([1.0].into_iter());
        wait.observe(0.5, Some(ids()), Some(at));
        let none = labels([("user", "of no interest")]);
        wait.observe(3.0, Some(none), Some(at));
        registry.register("wait", "Wait", wait);
        let exposition = exposition(registry);
        oracle::exposition(&exposition);
        expect![[r##"
            # TYPE orders counter
            # HELP orders Orders.
            orders_total 2.0 # {trace_id="4bf92f3577b34da6a3ce929d0e0e4736",span_id="00f067aa0ba902b7"} 2.0 1700000000.25
            # TYPE wait histogram
            # HELP wait Wait.
            wait_bucket{le="1.0"} 1 # {trace_id="4bf92f3577b34da6a3ce929d0e0e4736",span_id="00f067aa0ba902b7"} 0.5 1700000000.25
            wait_bucket{le="+Inf"} 2 # {} 3.0 1700000000.25
            wait_sum 3.5
            wait_count 2
            # EOF
        "##]]
        .assert_eq(&encode(&exposition, Format::OpenMetrics, true));
    }
}

#[cfg(feature = "bridge-metrics")]
mod metrics {
    use super::*;
    use crate::bridge::MetricsRecorder;
    use ::metrics::{Recorder, Unit, with_local_recorder};
    use metrics_exporter_prometheus::PrometheusBuilder;

    /// A program as it was before.
    fn record(recorder: &dyn Recorder) {
        with_local_recorder(recorder, || {
            ::metrics::describe_counter!("http.requests_total", "Requests.");
            ::metrics::counter!("http.requests_total", "method" => "GET").increment(7);
            ::metrics::counter!("http.requests_total", "method" => "a\n\"b\"").absolute(3);
            ::metrics::counter!("cache_hits").increment(1 << 40);
            ::metrics::gauge!("queue__length", "queue" => "mail").set(4.5);
            ::metrics::gauge!("queue__length", "queue" => "mail").decrement(6.0);
            ::metrics::describe_histogram!("wait", Unit::Seconds, "Time in the \\ queue.");
            for seconds in [0.001, 0.25, 0.3, 5.0] {
                ::metrics::histogram!("wait", "a" => "b", "queue" => "mail").record(seconds);
            }
        });
    }

    #[test]
    fn what_is_recorded_is_shown_as_their_own_exporter_shows_it() {
        let bounds = [0.005, 0.25, 1.0];
        let ours = MetricsRecorder::default().with_buckets(&bounds);
        let builder = PrometheusBuilder::new().set_buckets(&bounds).unwrap();
        let theirs = builder.build_recorder();
        record(&ours);
        record(&theirs);
        let samples = |lines: Vec<String>| {
            let mut lines = lines;
            lines.retain(|line| !line.is_empty());
            lines.sort();
            lines
        };
        let own = theirs.handle().render();
        assert_eq!(samples(classic(ours)), samples(lines(&own)));
    }
}
