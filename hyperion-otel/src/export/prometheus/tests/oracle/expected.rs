//! The families that a reader is to find in a page.

use std::time::{SystemTime, UNIX_EPOCH};

use super::grammar::{Dialect, Exemplar, Family, Real, Sample};
use crate::export::prometheus::exposition::{
    Distribution, ExposedFamily, Exposition, FamilyKind, Series, SeriesValue,
};
use hyperion_runtime::metrics::snapshot;

/// The families of an exposition, as the parser gives them back.
pub(super) fn families(exposition: &Exposition, dialect: Dialect) -> Vec<Family> {
    exposition
        .in_order()
        .map(|(base, exposed)| family(base, exposed, dialect))
        .collect()
}

fn family(base: &str, exposed: &ExposedFamily, dialect: Dialect) -> Family {
    let suffix = match exposed.kind {
        FamilyKind::Counter => "_total",
        FamilyKind::Info => "_info",
        FamilyKind::Gauge | FamilyKind::Histogram | FamilyKind::NamedCounter => "",
    };
    let (name, kind, unit) = match dialect {
        Dialect::OpenMetrics { .. } => (base.to_owned(), exposed.kind.word(), exposed.unit.clone()),
        Dialect::Text if exposed.kind == FamilyKind::Info => {
            (format!("{base}_info"), "gauge", None)
        }
        Dialect::Text if exposed.kind == FamilyKind::NamedCounter => {
            (base.to_owned(), "counter", None)
        }
        Dialect::Text => (format!("{base}{suffix}"), exposed.kind.word(), None),
    };
    let mut samples = Vec::new();
    for series in &exposed.series {
        match &series.value {
            SeriesValue::Number { value, exemplar } => {
                let exemplar = exemplar.filter(|_| exposed.kind == FamilyKind::Counter);
                let sample = sample(base, suffix, series, value.as_f64());
                samples.push(with(sample, exemplar, dialect));
            }
            SeriesValue::Distribution(values) => {
                distribution(base, series, values, dialect, &mut samples);
            }
        }
        let cumulative = matches!(exposed.kind, FamilyKind::Counter | FamilyKind::Histogram);
        if let (Some(start), true, Dialect::OpenMetrics { created: true }) =
            (series.start, cumulative, dialect)
        {
            samples.push(sample(base, "_created", series, seconds(start)));
        }
    }
    Family {
        name,
        kind: kind.to_owned(),
        unit,
        help: Some(exposed.help.clone()).filter(|help| !help.is_empty()),
        samples,
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "the parser reads the same number"
)]
fn distribution(
    base: &str,
    series: &Series,
    values: &Distribution,
    dialect: Dialect,
    samples: &mut Vec<Sample>,
) {
    for bucket in values.buckets() {
        let mut sample = sample(base, "_bucket", series, bucket.count as f64);
        sample.bound = Some(Real(bucket.bound));
        samples.push(with(sample, bucket.exemplar, dialect));
    }
    let count = sample(base, "_count", series, values.count() as f64);
    match (values.sum(), dialect) {
        (Some(sum), _) => samples.extend([sample(base, "_sum", series, sum), count]),
        (None, Dialect::Text) => samples.push(count),
        (None, Dialect::OpenMetrics { .. }) => {}
    }
}

fn sample(base: &str, suffix: &str, series: &Series, value: f64) -> Sample {
    Sample {
        name: format!("{base}{suffix}"),
        labels: series.labels.clone(),
        bound: None,
        value: Real(value),
        exemplar: None,
    }
}

fn with(sample: Sample, exemplar: Option<snapshot::Exemplar>, dialect: Dialect) -> Sample {
    let exemplar = exemplar
        .filter(|exemplar| dialect != Dialect::Text && !exemplar.value.as_f64().is_nan())
        .map(|exemplar| Exemplar {
            labels: exemplar.span.map_or_else(Vec::new, |span| {
                vec![
                    ("trace_id".to_owned(), span.trace_id()),
                    ("span_id".to_owned(), span.span_id()),
                ]
            }),
            value: Real(exemplar.value.as_f64()),
            time: Real(seconds(exemplar.time)),
        });
    Sample { exemplar, ..sample }
}

/// Seconds since 1970, through digits: the nearest number to the exact time, as it is for the parser.
fn seconds(time: SystemTime) -> f64 {
    let (sign, distance) = match time.duration_since(UNIX_EPOCH) {
        Ok(after) => ("", after),
        Err(before) => ("-", before.duration()),
    };
    let digits = format!(
        "{sign}{}.{:09}",
        distance.as_secs(),
        distance.subsec_nanos()
    );
    digits.parse().unwrap_or(f64::NAN)
}
