//! Exports after others that failed.

use std::collections::BTreeMap;
use std::sync::Arc;

use opentelemetry::metrics::MeterProvider as _;
use opentelemetry_proto::tonic::metrics::v1::metric::Data as MetricData;
use opentelemetry_proto::tonic::metrics::v1::number_data_point::Value as ProtoNumber;
use opentelemetry_proto::tonic::metrics::v1::{Metric, NumberDataPoint};
use opentelemetry_sdk::metrics::SdkMeterProvider;
use opentelemetry_sdk::metrics::reader::MetricReader as _;
use proptest::prelude::{Just, Strategy, any, prop, prop_oneof, proptest};

use super::*;
use crate::export::Reader;
use hyperion_runtime::metrics::snapshot::HistogramPoint;

const BOUNDS: [f64; 2] = [10.0, 100.0];

/// Instruments of both kinds, and the delivery of what they count.
struct Program {
    calls: [u64; 3],
    seconds: [f64; 3],
    buckets: [[u64; 3]; 3],
    reader: Reader,
    provider: SdkMeterProvider,
    delivery: Delivery,
    seconds_passed: u64,
    /// Sums of everything that arrived, by metric and labels.
    arrived: BTreeMap<String, f64>,
    /// The time when the newest point of each series ended.
    ends: BTreeMap<String, u64>,
}

impl Program {
    fn new(preference: Temporality) -> Self {
        let reader = Reader::new(preference);
        let provider = SdkMeterProvider::builder()
            .with_reader(reader.clone())
            .build();
        Self {
            calls: [0; 3],
            seconds: [0.0; 3],
            buckets: [[0; 3]; 3],
            reader,
            provider,
            delivery: Delivery::new(resource(), preference),
            seconds_passed: 0,
            arrived: BTreeMap::new(),
            ends: BTreeMap::new(),
        }
    }

    fn count(&mut self, series: usize, amount: u8) {
        self.calls[series] += u64::from(amount);
        // Halves add up exactly.
        self.seconds[series] += f64::from(amount) / 2.0;
        let bucket = BOUNDS.partition_point(|bound| *bound < f64::from(amount));
        self.buckets[series][bucket] += 1;
        let meter = self.provider.meter("a library");
        let series = [KeyValue::new("series", i64::try_from(series).unwrap())];
        meter
            .u64_counter("their.calls")
            .build()
            .add(amount.into(), &series);
        meter
            .f64_histogram("their.seconds")
            .build()
            .record(f64::from(amount) / 2.0, &series);
    }

    fn snapshot(&self) -> Snapshot {
        let label = |series: usize| vec![("series".into(), series.to_string().into())];
        let number = |series: usize, value| NumberPoint {
            labels: label(series),
            start: Some(SystemTime::UNIX_EPOCH),
            value,
            exemplar: None,
        };
        let distribution = |series: usize| HistogramPoint {
            labels: label(series),
            start: Some(SystemTime::UNIX_EPOCH),
            bounds: Arc::from(BOUNDS),
            buckets: self.buckets[series].to_vec(),
            sum: self.seconds[series],
            exemplars: Vec::new(),
        };
        let family = |name: &'static str, data| Family {
            name: name.into(),
            description: "".into(),
            unit: "".into(),
            asynchronous: false,
            library: None,
            data,
        };
        let calls = (0..3).map(|series| number(series, NumberValue::U64(self.calls[series])));
        let seconds = (0..3).map(|series| number(series, NumberValue::F64(self.seconds[series])));
        Snapshot {
            time: SystemTime::UNIX_EPOCH + Duration::from_secs(self.seconds_passed),
            families: vec![
                family("calls", Data::Counter(calls.collect())),
                family(
                    "distribution",
                    Data::Histogram((0..3).map(distribution).collect()),
                ),
                family("seconds", Data::Counter(seconds.collect())),
            ],
        }
    }

    fn export(&mut self, outcome: Result<(), ExportError>) -> Result<(), ExportError> {
        self.seconds_passed += 1;
        let mut sdk = ResourceMetrics::default();
        self.reader.collect(&mut sdk).unwrap();
        let snapshot = self.snapshot();
        if let (Some(request), Ok(())) = (self.delivery.request(&snapshot, &sdk), &outcome) {
            self.take(&request);
        }
        self.delivery.settle(&snapshot, &sdk, outcome)
    }

    fn take(&mut self, request: &ExportMetricsServiceRequest) {
        for metric in &request.resource_metrics[0].scope_metrics {
            for metric in &metric.metrics {
                for (series, start, end, value) in points(metric) {
                    let before = self.ends.insert(series.clone(), end).unwrap_or(0);
                    assert!(before <= start && start < end, "{series}: {before} {start}");
                    *self.arrived.entry(series).or_default() += value;
                }
            }
        }
    }

    fn arrived(&self, series: &str) -> f64 {
        self.arrived.get(series).copied().unwrap_or_default()
    }
}

/// Every number of a metric's points: its series, the time that it covers, and its value.
fn points(metric: &Metric) -> Vec<(String, u64, u64, f64)> {
    let series = |attributes: &[opentelemetry_proto::tonic::common::v1::KeyValue]| {
        let labels = serde_json::to_string(attributes).unwrap();
        let digits = labels.chars().filter(char::is_ascii_digit);
        format!("{} {}", metric.name, digits.collect::<String>())
    };
    #[allow(clippy::cast_precision_loss, reason = "the numbers are small")]
    match metric.data.as_ref().unwrap() {
        MetricData::Sum(sum) => sum
            .data_points
            .iter()
            .map(|point: &NumberDataPoint| {
                let value = match point.value.unwrap() {
                    ProtoNumber::AsInt(value) => value as f64,
                    ProtoNumber::AsDouble(value) => value,
                };
                let (start, end) = (point.start_time_unix_nano, point.time_unix_nano);
                (series(&point.attributes), start, end, value)
            })
            .collect(),
        MetricData::Histogram(histogram) => histogram
            .data_points
            .iter()
            .flat_map(|point| {
                let (start, end) = (point.start_time_unix_nano, point.time_unix_nano);
                let series = series(&point.attributes);
                assert_eq!(point.count, point.bucket_counts.iter().sum::<u64>());
                let buckets = point
                    .bucket_counts
                    .iter()
                    .enumerate()
                    .map(|(index, count)| (format!("{series} {index}"), *count as f64));
                let sum = (format!("{series} sum"), point.sum.unwrap());
                std::iter::once(sum)
                    .chain(buckets)
                    .map(move |(series, value)| (series, start, end, value))
                    .collect::<Vec<_>>()
            })
            .collect(),
        _ => panic!("{metric:?}"),
    }
}

/// Things that are counted, then an export.
type Step = (Vec<(usize, u8)>, Result<(), ExportError>);

fn steps(permanent: bool) -> impl Strategy<Value = Vec<Step>> {
    let failure = any::<bool>().prop_map(move |last| {
        Err(if permanent && last {
            ExportError::permanent("no")
        } else {
            ExportError::retryable("not now")
        })
    });
    let counted = prop::collection::vec((0..3_usize, any::<u8>()), 0..5);
    prop::collection::vec((counted, prop_oneof![Just(Ok(())), failure]), 0..12)
}

fn run(preference: Temporality, steps: Vec<Step>) -> Program {
    let mut program = Program::new(preference);
    for (counted, outcome) in steps {
        for (series, amount) in counted {
            program.count(series, amount);
        }
        let _ = program.export(outcome);
    }
    program.export(Ok(())).unwrap();
    program
}

#[allow(clippy::float_cmp, reason = "halves add up exactly")]
fn check_native(program: &Program) {
    for series in 0..3 {
        #[allow(clippy::cast_precision_loss, reason = "the numbers are small")]
        let calls = program.calls[series] as f64;
        let seconds = program.seconds[series];
        assert_eq!(program.arrived(&format!("calls {series}")), calls);
        assert_eq!(program.arrived(&format!("seconds {series}")), seconds);
        assert_eq!(
            program.arrived(&format!("distribution {series} sum")),
            seconds
        );
        for (index, count) in program.buckets[series].iter().enumerate() {
            let arrived = program.arrived(&format!("distribution {series} {index}"));
            assert_eq!(arrived, f64::from(u32::try_from(*count).unwrap()));
        }
    }
}

proptest! {
    #[test]
    fn deltas_that_arrive_add_up_to_what_was_counted(steps in steps(false)) {
        for preference in [Temporality::Delta, Temporality::LowMemory] {
            let program = run(preference, steps.clone());
            check_native(&program);
            for series in 0..3 {
                let (calls, theirs) = (format!("calls {series}"), format!("their.calls {series}"));
                assert!((program.arrived(&calls) - program.arrived(&theirs)).abs() < 1e-9);
                let sum = program.arrived(&format!("their.seconds {series} sum"));
                assert!((program.seconds[series] - sum).abs() < 1e-9);
            }
            assert!(program.arrived("hyperion.metrics.dropped ").abs() < 1e-9);
        }
    }

    #[test]
    fn native_deltas_survive_a_server_that_refuses_them(steps in steps(true)) {
        check_native(&run(Temporality::Delta, steps));
    }
}

#[test]
fn deltas_of_the_sdk_that_are_refused_are_counted() {
    let mut program = Program::new(Temporality::Delta);
    program.count(0, 1);
    program
        .export(Err(ExportError::retryable("not now")))
        .unwrap_err();
    program.count(1, 1);
    let error = program
        .export(Err(ExportError::permanent("no")))
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "no; 4 points of instruments of the OpenTelemetry API are lost, which forget what they counted"
    );
    assert!(!error.is_retryable());
    program.export(Ok(())).unwrap();
    assert!((program.arrived("hyperion.metrics.dropped ") - 4.0).abs() < 1e-9);
    check_native(&program);

    let rejected = ExportError::partial(3, "too old");
    assert_eq!(
        program.export(Err(rejected.clone())).unwrap_err(),
        rejected,
        "what was rejected is in the error already"
    );
    program.export(Ok(())).unwrap();
    assert!((program.arrived("hyperion.metrics.dropped ") - 7.0).abs() < 1e-9);
}

#[test]
fn a_receiver_that_is_away_for_long_costs_the_oldest_deltas_and_no_memory() {
    let mut program = Program::new(Temporality::Delta);
    let mut told = 0;
    for _export in 0..30 {
        let meter = program.provider.meter("a library");
        let counter = meter.u64_counter("their.calls").build();
        for series in 0..500 {
            counter.add(1, &[KeyValue::new("series", series)]);
        }
        program.count(0, 1);
        if let Err(error) = program.export(Err(ExportError::retryable("away"))) {
            told += usize::from(error.to_string().contains("; 501 points of"));
        }
    }
    // 501 points in each export, and room for those of 19.
    assert_eq!(told, 11);
    program.export(Ok(())).unwrap();
    assert!((program.arrived("hyperion.metrics.dropped ") - 11.0 * 501.0).abs() < 1e-9);
    assert!((program.arrived("their.calls 7") - 19.0).abs() < 1e-9);
    assert!((program.arrived("calls 0") - 30.0).abs() < 1e-9);
}

#[test]
fn a_sink_sends_again_what_a_server_did_not_take() {
    let refusal = answer("401 Unauthorized", "", b"");
    let taken = answer("200 OK", "", b"");
    let (address, received) = http_server(vec![refusal, taken.clone(), taken]);
    let url = format!("http://{address}/v1/metrics");
    let mut config = metrics(Protocol::HttpProtobuf, &url);
    config.temporality = Temporality::Delta;
    let mut sink = metric_sink(&config, &resource()).unwrap();
    assert_eq!(sink.temporality(), Temporality::Delta);
    let mut lookups = Vec::new();
    for (second, value) in [(10, 3), (20, 5), (30, 6)] {
        let snapshot = counter(second, 5, NumberValue::U64(value));
        let outcome = sink.export(&snapshot, &ResourceMetrics::default());
        assert_eq!(outcome.is_err(), second == 10);
        let body = received.recv_timeout(PATIENCE).unwrap().body;
        let request = ExportMetricsServiceRequest::decode(body.as_slice()).unwrap();
        let metrics = &request.resource_metrics[0].scope_metrics[0].metrics;
        let metric = metrics.iter().find(|metric| metric.name == "user.lookups");
        lookups.push(points(metric.unwrap())[0].3);
    }
    assert!(
        std::iter::zip(&lookups, [3.0, 5.0, 1.0]).all(|(sent, new)| (sent - new).abs() < 1e-9),
        "{lookups:?}"
    );
}

/// A counter with one series, read at a second.
fn counter(second: u64, start: u64, value: NumberValue) -> Snapshot {
    let at = |second| SystemTime::UNIX_EPOCH + Duration::from_secs(second);
    let mut snapshot = snapshot();
    snapshot.time = at(second);
    snapshot.families[0].data = Data::Counter(vec![NumberPoint {
        labels: Vec::new(),
        start: Some(at(start)),
        value,
        exemplar: None,
    }]);
    snapshot
}

/// Seconds and values of the points that a delivery sends for each snapshot.
fn sent(snapshots: Vec<Snapshot>) -> Vec<Option<(u64, u64, f64)>> {
    let mut delivery = Delivery::new(resource(), Temporality::Delta);
    let mut sent = Vec::new();
    for snapshot in snapshots {
        let request = delivery.request(&snapshot, &ResourceMetrics::default());
        let metrics = request
            .iter()
            .flat_map(|request| &request.resource_metrics[0].scope_metrics[0].metrics);
        let point = metrics
            .filter(|metric| metric.name == "user.lookups")
            .flat_map(points)
            .map(|(_, start, end, value)| (start / 1_000_000_000, end / 1_000_000_000, value))
            .next();
        sent.push(point);
        delivery
            .settle(&snapshot, &ResourceMetrics::default(), Ok(()))
            .unwrap();
    }
    sent
}

#[test]
fn a_delta_begins_where_the_last_one_ended() {
    let snapshots = vec![
        counter(10, 5, NumberValue::U64(3)),
        counter(20, 5, NumberValue::U64(4)),
        counter(30, 5, NumberValue::U64(4)),
        counter(40, 5, NumberValue::U64(6)),
    ];
    assert_eq!(
        sent(snapshots),
        [
            Some((5, 10, 3.0)),
            Some((10, 20, 1.0)),
            None,
            Some((30, 40, 2.0))
        ]
    );
}

#[test]
fn a_series_is_sent_once_at_zero() {
    let snapshots = vec![
        counter(10, 5, NumberValue::I64(0)),
        counter(20, 5, NumberValue::I64(0)),
    ];
    assert_eq!(sent(snapshots), [Some((5, 10, 0.0)), None]);
}

#[test]
fn a_count_that_went_down_began_anew() {
    let snapshots = vec![
        counter(10, 5, NumberValue::F64(3.0)),
        counter(20, 5, NumberValue::F64(1.5)),
        counter(30, 5, NumberValue::F64(2.0)),
    ];
    assert_eq!(
        sent(snapshots),
        [Some((5, 10, 3.0)), Some((10, 20, 1.5)), Some((20, 30, 0.5))]
    );
}

#[test]
fn a_series_that_came_back_with_more_than_before_began_anew() {
    let snapshots = vec![
        counter(10, 5, NumberValue::U64(3)),
        counter(20, 15, NumberValue::U64(7)),
    ];
    assert_eq!(sent(snapshots), [Some((5, 10, 3.0)), Some((15, 20, 7.0))]);
}

#[test]
fn a_series_that_is_gone_is_forgotten() {
    let mut without = counter(20, 5, NumberValue::U64(0));
    without.families.clear();
    let snapshots = vec![
        counter(10, 5, NumberValue::U64(3)),
        without,
        counter(30, 25, NumberValue::U64(3)),
    ];
    assert_eq!(
        sent(snapshots),
        [Some((5, 10, 3.0)), None, Some((25, 30, 3.0))]
    );
}
