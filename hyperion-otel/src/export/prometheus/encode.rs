//! The text formats of Prometheus: the classic one, version 0.0.4, and that of
//! [`OpenMetrics` 1.0](https://prometheus.io/docs/specs/om/open_metrics_spec/), which carries exemplars.

use std::fmt::{self, Display, Write};

use super::exposition::{Distribution, ExposedFamily, Exposition, FamilyKind, Series, SeriesValue};
use super::line::{Escaped, Name};
use super::numbers::{Format, Sample, Seconds};
use hyperion_runtime::metrics::snapshot::{Exemplar, NumberValue};

/// Writes the page; with `created` it says of each counter and histogram when it began, if the format has that.
pub(super) fn encode(exposition: &Exposition, format: Format, created: bool) -> String {
    let mut writer = Writer {
        page: String::new(),
        format,
        created: created && format == Format::OpenMetrics,
    };
    // Writing to a string cannot fail.
    let _ = writer.write(exposition);
    writer.page
}

struct Writer {
    page: String,
    format: Format,
    created: bool,
}

impl Writer {
    fn write(&mut self, exposition: &Exposition) -> fmt::Result {
        if self.format == Format::Text {
            for reason in &exposition.left_out {
                let reason = reason.replace(['\n', '\r'], " ");
                writeln!(self.page, "# left out: {reason}")?;
            }
        }
        for (base, family) in exposition.in_order() {
            match self.format {
                Format::Text => self.classic_head(base, family)?,
                Format::OpenMetrics => self.open_metrics_head(base, family)?,
            }
            for series in &family.series {
                self.series(base, family.kind, series)?;
            }
        }
        match self.format {
            Format::Text => Ok(()),
            Format::OpenMetrics => self.page.write_str("# EOF\n"),
        }
    }

    /// The classic format has no word for information, counts the suffix of a sample as part of the family's name, and lets
    /// counters be called as they like.
    fn classic_head(&mut self, base: &str, family: &ExposedFamily) -> fmt::Result {
        let suffix = suffix(family.kind);
        if !family.help.is_empty() {
            let help = Escaped {
                text: &family.help,
                quotes: false,
            };
            writeln!(self.page, "# HELP {base}{suffix} {help}")?;
        }
        let word = match family.kind {
            FamilyKind::Info => FamilyKind::Gauge.word(),
            FamilyKind::NamedCounter => FamilyKind::Counter.word(),
            kind => kind.word(),
        };
        writeln!(self.page, "# TYPE {base}{suffix} {word}")
    }

    fn open_metrics_head(&mut self, base: &str, family: &ExposedFamily) -> fmt::Result {
        writeln!(self.page, "# TYPE {base} {}", family.kind.word())?;
        if let Some(unit) = &family.unit {
            writeln!(self.page, "# UNIT {base} {unit}")?;
        }
        if !family.help.is_empty() {
            let help = Escaped {
                text: &family.help,
                quotes: true,
            };
            writeln!(self.page, "# HELP {base} {help}")?;
        }
        Ok(())
    }

    fn series(&mut self, base: &str, kind: FamilyKind, series: &Series) -> fmt::Result {
        match &series.value {
            SeriesValue::Number { value, exemplar } => {
                let name = series.name(base, suffix(kind));
                let exemplar = exemplar.filter(|_| kind == FamilyKind::Counter);
                let (value, exemplar) = (Sample(*value, self.format), self.attached(exemplar));
                writeln!(self.page, "{name} {value}{exemplar}")?;
            }
            SeriesValue::Distribution(values) => self.distribution(base, series, values)?,
        }
        match (series.start, kind) {
            (Some(start), FamilyKind::Counter | FamilyKind::Histogram) if self.created => {
                let name = series.name(base, "_created");
                writeln!(self.page, "{name} {}", Seconds(start))
            }
            _ => Ok(()),
        }
    }

    fn distribution(&mut self, base: &str, series: &Series, values: &Distribution) -> fmt::Result {
        for bucket in values.buckets() {
            let bound = Sample(NumberValue::F64(bucket.bound), self.format);
            let name = Name {
                bound: Some(&bound),
                ..series.name(base, "_bucket")
            };
            let exemplar = self.attached(bucket.exemplar);
            writeln!(self.page, "{name} {}{exemplar}", bucket.count)?;
        }
        if let Some(sum) = values.sum() {
            let (name, sum) = (series.name(base, "_sum"), NumberValue::F64(sum));
            writeln!(self.page, "{name} {}", Sample(sum, self.format))?;
        } else if self.format == Format::OpenMetrics {
            // Its specification wants both or neither.
            return Ok(());
        }
        let name = series.name(base, "_count");
        writeln!(self.page, "{name} {}", values.count())
    }

    fn attached(&self, exemplar: Option<Exemplar>) -> Attached {
        Attached(exemplar.filter(|exemplar| {
            self.format == Format::OpenMetrics && !exemplar.value.as_f64().is_nan()
        }))
    }
}

/// The end of the name of a sample that is one number.
fn suffix(kind: FamilyKind) -> &'static str {
    match kind {
        FamilyKind::Counter => "_total",
        FamilyKind::Gauge | FamilyKind::Histogram | FamilyKind::NamedCounter => "",
        FamilyKind::Info => "_info",
    }
}

/// An exemplar behind its sample, where there is one.
///
/// Names and values of its labels are 63 characters, of which the specification allows 128.
struct Attached(Option<Exemplar>);

impl Display for Attached {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(Exemplar { value, time, span }) = self.0 else {
            return Ok(());
        };
        f.write_str(" # {")?;
        if let Some(span) = span {
            let (trace, span) = (span.trace_id(), span.span_id());
            write!(f, "trace_id=\"{trace}\",span_id=\"{span}\"")?;
        }
        let (value, time) = (Sample(value, Format::OpenMetrics), Seconds(time));
        write!(f, "}} {value} {time}")
    }
}
