//! The classic text format, version 0.0.4.

use std::fmt::{self, Write};

use super::exposition::{Distribution, ExposedFamily, Exposition, FamilyKind, Series, SeriesValue};
use super::line::{Escaped, Name};
use super::numbers::{Plain, Sample};

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
    for (base, family) in exposition.in_order() {
        write_family(page, base, family)?;
    }
    Ok(())
}

fn write_family(page: &mut String, base: &str, family: &ExposedFamily) -> fmt::Result {
    // The classic format has no word for information, and counts the suffix of a counter as part of its name.
    let (suffix, word) = match family.kind {
        FamilyKind::Counter => ("_total", "counter"),
        FamilyKind::Gauge => ("", "gauge"),
        FamilyKind::Histogram => ("", "histogram"),
        FamilyKind::Info => ("_info", "gauge"),
    };
    if !family.help.is_empty() {
        let help = Escaped {
            text: &family.help,
            quotes: false,
        };
        writeln!(page, "# HELP {base}{suffix} {help}")?;
    }
    writeln!(page, "# TYPE {base}{suffix} {word}")?;
    for series in &family.series {
        write_series(page, base, suffix, series)?;
    }
    Ok(())
}

fn write_series(page: &mut String, base: &str, suffix: &str, series: &Series) -> fmt::Result {
    match &series.value {
        SeriesValue::Number { value, .. } => {
            writeln!(
                page,
                "{} {}",
                series.name(base, suffix),
                Sample(*value, Plain)
            )
        }
        SeriesValue::Distribution(distribution) => {
            write_distribution(page, base, series, distribution)
        }
    }
}

fn write_distribution(
    page: &mut String,
    base: &str,
    series: &Series,
    values: &Distribution,
) -> fmt::Result {
    for bucket in values.buckets() {
        let bound = Plain(bucket.bound);
        let name = Name {
            bound: Some(&bound),
            ..series.name(base, "_bucket")
        };
        writeln!(page, "{name} {}", bucket.count)?;
    }
    if let Some(sum) = values.sum() {
        writeln!(page, "{} {}", series.name(base, "_sum"), Plain(sum))?;
    }
    writeln!(page, "{} {}", series.name(base, "_count"), values.count())
}
