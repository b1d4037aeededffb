//! The classic text format, version 0.0.4.

use std::fmt::{self, Write};

use super::exposition::{ExposedFamily, Exposition, Kind, Series, Value};
use crate::metrics::snapshot::Number;

pub(super) const CONTENT_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

pub(super) fn encode(exposition: &Exposition) -> String {
    let mut page = String::new();
    // Writing to a string cannot fail.
    let _ = write_page(&mut page, exposition);
    page
}

fn write_page(page: &mut String, exposition: &Exposition) -> fmt::Result {
    for reason in &exposition.left_out {
        writeln!(page, "# left out: {}", reason.replace(['\n', '\r'], " "))?;
    }
    for (base, family) in &exposition.families {
        write_family(page, base, family)?;
    }
    Ok(())
}

fn write_family(page: &mut String, base: &str, family: &ExposedFamily) -> fmt::Result {
    // The classic format has no word for information, and counts the suffix of a counter as part of its name.
    let (suffix, word) = match family.kind {
        Kind::Counter => ("_total", "counter"),
        Kind::Gauge => ("", "gauge"),
        Kind::Histogram => ("", "histogram"),
        Kind::Info => ("_info", "gauge"),
    };
    if !family.help.is_empty() {
        writeln!(
            page,
            "# HELP {base}{suffix} {}",
            Escaped {
                text: &family.help,
                quotes: false
            }
        )?;
    }
    writeln!(page, "# TYPE {base}{suffix} {word}")?;
    for series in &family.series {
        write_series(page, base, suffix, series)?;
    }
    Ok(())
}

fn write_series(page: &mut String, base: &str, suffix: &str, series: &Series) -> fmt::Result {
    let labels = &series.labels;
    match &series.value {
        Value::Number(number) => write_sample(page, base, suffix, labels, None, *number),
        Value::Histogram {
            bounds,
            buckets,
            sum,
        } => {
            let mut count = 0;
            let bounds = bounds.iter().copied().chain([f64::INFINITY]);
            for (bound, bucket) in bounds.zip(buckets) {
                count += bucket;
                write_sample(
                    page,
                    base,
                    "_bucket",
                    labels,
                    Some(bound),
                    Number::U64(count),
                )?;
            }
            write_sample(page, base, "_sum", labels, None, Number::F64(*sum))?;
            write_sample(page, base, "_count", labels, None, Number::U64(count))
        }
    }
}

fn write_sample(
    page: &mut String,
    base: &str,
    suffix: &str,
    labels: &[(String, String)],
    bound: Option<f64>,
    value: Number,
) -> fmt::Result {
    write!(page, "{base}{suffix}")?;
    let mut separator = '{';
    for (name, value) in labels {
        write!(
            page,
            "{separator}{name}=\"{}\"",
            Escaped {
                text: value,
                quotes: true
            }
        )?;
        separator = ',';
    }
    if let Some(bound) = bound {
        write!(page, "{separator}le=\"{}\"", Float(bound))?;
        separator = ',';
    }
    if separator == ',' {
        page.push('}');
    }
    match value {
        Number::U64(value) => writeln!(page, " {value}"),
        Number::I64(value) => writeln!(page, " {value}"),
        Number::F64(value) => writeln!(page, " {}", Float(value)),
    }
}

/// A number in the spelling of Prometheus.
struct Float(f64);

impl fmt::Display for Float {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let value = self.0;
        if value.is_nan() {
            f.write_str("NaN")
        } else if value.is_infinite() {
            f.write_str(if value > 0.0 { "+Inf" } else { "-Inf" })
        } else if value != 0.0 && !(1e-6..1e17).contains(&value.abs()) {
            write!(f, "{value:e}")
        } else {
            write!(f, "{value}")
        }
    }
}

/// Text with the characters escaped that would end it.
struct Escaped<'a> {
    text: &'a str,
    quotes: bool,
}

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for character in self.text.chars() {
            match character {
                '\\' => f.write_str("\\\\")?,
                '\n' => f.write_str("\\n")?,
                '"' if self.quotes => f.write_str("\\\"")?,
                other => f.write_char(other)?,
            }
        }
        Ok(())
    }
}
