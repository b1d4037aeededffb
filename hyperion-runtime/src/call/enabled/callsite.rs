//! What is kept for each call site.

use super::ending::Ending;
use super::location::Location;
use crate::call::meta::{CallsiteMeta, SpanKind};
use crate::metrics::description::{Description, Kind};
use crate::metrics::snapshot::Label;
use crate::metrics::storage::Series;
use crate::trace::site::Site;
use opentelemetry::KeyValue;
use std::borrow::Cow;
use std::sync::OnceLock;

/// Upper bounds of `hyperion.call.duration`, in seconds: those that the semantic conventions advise for
/// `http.server.request.duration`.
const BOUNDS: &[f64] = &[
    0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0,
];
/// How many kinds of error a call site tells apart; further ones are [`OTHER`].
const ERROR_KINDS: usize = 8;
/// The semantic conventions' name for a kind of error that has no name of its own.
const OTHER: &str = "_OTHER";

/// A place in the code whose calls are observed.
#[derive(Debug)]
pub struct Callsite {
    meta: &'static CallsiteMeta,
    /// Everything else, worked out when the first call is recorded, and kept as long as the call site: for ever.
    known: OnceLock<&'static Known>,
}

#[derive(Debug)]
struct Known {
    site: Site,
    component: &'static str,
    ok: Series,
    panic: Series,
    cancelled: Series,
    errors: [OnceLock<ErrorSeries>; ERROR_KINDS],
    other_errors: Series,
}

#[derive(Debug)]
struct ErrorSeries {
    kind: &'static str,
    series: Series,
}

impl Callsite {
    /// A call site that has not been reached yet.
    pub const fn new(meta: &'static CallsiteMeta) -> Self {
        Self {
            meta,
            known: OnceLock::new(),
        }
    }

    /// The name, kind and attributes of its spans.
    #[inline]
    pub(crate) fn site(&'static self) -> &'static Site {
        &self.known().site
    }

    /// Records how long a call took, and how it ended.
    #[inline]
    pub(super) fn record_duration(&'static self, seconds: f64, ending: &Ending<'_>) {
        let known = self.known();
        let series = match ending.error_type() {
            _ if matches!(ending, Ending::Panic) => &known.panic,
            Some(kind) => known.error_series(kind),
            None if matches!(ending, Ending::Cancelled) => &known.cancelled,
            None => &known.ok,
        };
        series.record(seconds, BOUNDS, || {
            let kind = ending.error_type().map(|kind| {
                if std::ptr::eq(series, &raw const known.other_errors) {
                    OTHER
                } else {
                    kind
                }
            });
            (
                DURATION,
                self.labels(known.component, ending.outcome(), kind),
            )
        });
    }

    fn labels(
        &self,
        component: &'static str,
        outcome: &'static str,
        error_type: Option<&'static str>,
    ) -> Vec<Label> {
        let mut labels = vec![
            ("component", component),
            ("method", self.meta.method),
            ("outcome", outcome),
        ];
        labels.extend(error_type.map(|kind| ("error.type", kind)));
        labels
            .into_iter()
            .map(|(key, value)| (Cow::Borrowed(key), Cow::Borrowed(value)))
            .collect()
    }

    #[inline]
    fn known(&'static self) -> &'static Known {
        self.known
            .get_or_init(|| Box::leak(Box::new(Known::of(self.meta))))
    }
}

/// The metric that every observed call feeds. Its count is the number of calls.
const DURATION: Description = Description {
    name: "hyperion.call.duration",
    help: "Duration of observed calls.",
    unit: "s",
    kind: Kind::Histogram { bounds: BOUNDS },
};

impl Known {
    #[cold]
    fn of(meta: &'static CallsiteMeta) -> Self {
        let location = Location::of_nested_item((meta.path)());
        let component = meta.component.unwrap_or(location.component);
        let name = meta
            .name
            .unwrap_or_else(|| format!("{component}.{}", meta.method).leak());
        Self {
            site: Site {
                name,
                kind: span_kind(meta.kind),
                attributes: vec![
                    KeyValue::new("component", component),
                    KeyValue::new("code.function.name", location.function),
                    KeyValue::new("code.file.path", meta.file),
                    KeyValue::new("code.line.number", i64::from(meta.line)),
                ],
            },
            component,
            ok: Series::new(),
            panic: Series::new(),
            cancelled: Series::new(),
            errors: [const { OnceLock::new() }; ERROR_KINDS],
            other_errors: Series::new(),
        }
    }

    /// The series of an error kind: the one it has, a free one, or that of all the rest.
    fn error_series(&self, kind: &'static str) -> &Series {
        self.errors
            .iter()
            .map(|slot| {
                slot.get_or_init(|| ErrorSeries {
                    kind,
                    series: Series::new(),
                })
            })
            .find(|errors| errors.kind == kind)
            .map_or(&self.other_errors, |errors| &errors.series)
    }
}

fn span_kind(kind: SpanKind) -> opentelemetry::trace::SpanKind {
    match kind {
        SpanKind::Internal => opentelemetry::trace::SpanKind::Internal,
        SpanKind::Server => opentelemetry::trace::SpanKind::Server,
        SpanKind::Client => opentelemetry::trace::SpanKind::Client,
        SpanKind::Producer => opentelemetry::trace::SpanKind::Producer,
        SpanKind::Consumer => opentelemetry::trace::SpanKind::Consumer,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    static META: CallsiteMeta = CallsiteMeta {
        name: None,
        component: None,
        method: "get",
        kind: SpanKind::Client,
        path: || "shop::users::Users::get::path",
        file: "users.rs",
        line: 7,
    };

    #[test]
    fn a_site_is_named_for_its_type_and_method() {
        static CALLSITE: Callsite = Callsite::new(&META);
        let site = CALLSITE.site();
        assert_eq!(site.name, "Users.get");
        assert_eq!(site.kind, opentelemetry::trace::SpanKind::Client);
        assert_eq!(
            site.attributes,
            [
                KeyValue::new("component", "Users"),
                KeyValue::new("code.function.name", "shop::users::Users::get"),
                KeyValue::new("code.file.path", "users.rs"),
                KeyValue::new("code.line.number", 7),
            ]
        );
    }

    #[test]
    fn the_kinds_of_error_are_bounded() {
        let known = Known::of(&META);
        let names: Vec<&'static str> = (0..ERROR_KINDS + 2)
            .map(|index| &*format!("Error{index}").leak())
            .collect();
        for _ in 0..2 {
            for (index, name) in names.iter().enumerate() {
                let is_other =
                    std::ptr::eq(known.error_series(name), &raw const known.other_errors);
                assert_eq!(is_other, index >= ERROR_KINDS, "{name}");
            }
        }
    }
}
