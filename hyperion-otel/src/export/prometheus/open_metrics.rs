//! The text format of [`OpenMetrics` 1.0](https://prometheus.io/docs/specs/om/open_metrics_spec/), the one that carries
//! exemplars.

use std::fmt::{self, Display, Write};

use super::exposition::{Distribution, ExposedFamily, Exposition, FamilyKind, Series, SeriesValue};
use super::line::{Escaped, Name};
use super::numbers::{Canonical, Sample, Seconds};
use hyperion_runtime::metrics::snapshot::Exemplar;

/// Writes the page; with `created` it says of each counter and histogram when it began.
pub(super) fn encode(exposition: &Exposition, created: bool) -> String {
    let mut page = String::new();
    let mut writer = Writer {
        page: &mut page,
        created,
    };
    // Writing to a string cannot fail.
    let _ = writer.page(exposition);
    page
}

struct Writer<'a> {
    page: &'a mut String,
    created: bool,
}

impl Writer<'_> {
    fn page(&mut self, exposition: &Exposition) -> fmt::Result {
        for (base, family) in exposition.in_order() {
            self.family(base, family)?;
        }
        self.page.write_str("# EOF\n")
    }

    fn family(&mut self, base: &str, family: &ExposedFamily) -> fmt::Result {
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
        for series in &family.series {
            self.series(base, family.kind, series)?;
        }
        Ok(())
    }

    fn series(&mut self, base: &str, kind: FamilyKind, series: &Series) -> fmt::Result {
        match (&series.value, kind) {
            (SeriesValue::Number { value, exemplar }, FamilyKind::Counter) => {
                let total = series.name(base, "_total");
                writeln!(
                    self.page,
                    "{total} {}{}",
                    Sample(*value, Canonical),
                    Attached(*exemplar)
                )?;
                self.created(base, series)
            }
            (SeriesValue::Number { value, .. }, _) => {
                let suffix = if kind == FamilyKind::Info {
                    "_info"
                } else {
                    ""
                };
                let name = series.name(base, suffix);
                writeln!(self.page, "{name} {}", Sample(*value, Canonical))
            }
            (SeriesValue::Distribution(distribution), _) => {
                self.distribution(base, series, distribution)?;
                self.created(base, series)
            }
        }
    }

    fn distribution(&mut self, base: &str, series: &Series, values: &Distribution) -> fmt::Result {
        for bucket in values.buckets() {
            let bound = Canonical(bucket.bound);
            let name = Name {
                bound: Some(&bound),
                ..series.name(base, "_bucket")
            };
            writeln!(
                self.page,
                "{name} {}{}",
                bucket.count,
                Attached(bucket.exemplar)
            )?;
        }
        // The specification wants both or neither.
        if let Some(sum) = values.sum() {
            writeln!(
                self.page,
                "{} {}",
                series.name(base, "_sum"),
                Canonical(sum)
            )?;
            writeln!(
                self.page,
                "{} {}",
                series.name(base, "_count"),
                values.count()
            )?;
        }
        Ok(())
    }

    fn created(&mut self, base: &str, series: &Series) -> fmt::Result {
        match series.start {
            Some(start) if self.created => {
                let name = series.name(base, "_created");
                writeln!(self.page, "{name} {}", Seconds(start))
            }
            _ => Ok(()),
        }
    }
}

/// An exemplar behind its sample, where there is one.
///
/// Names and values of its labels are 63 characters, of which the specification allows 128.
struct Attached(Option<Exemplar>);

impl Display for Attached {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(Exemplar { value, time, span }) = self.0.filter(is_number) else {
            return Ok(());
        };
        f.write_str(" # {")?;
        if let Some(span) = span {
            let (trace, span) = (span.trace_id(), span.span_id());
            write!(f, "trace_id=\"{trace}\",span_id=\"{span}\"")?;
        }
        write!(f, "}} {} {}", Sample(value, Canonical), Seconds(time))
    }
}

fn is_number(exemplar: &Exemplar) -> bool {
    !exemplar.value.as_f64().is_nan()
}
