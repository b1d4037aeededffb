//! What is worked out for a call site when its first call is recorded.

use super::call_labels::CallLabels;
use super::ending::Ending;
use super::lines::{Lines, LinesOf};
use super::location::Location;
use crate::call::meta::{CallsiteMeta, Parts};
use crate::interceptor::{self, CallInfo, Interceptors, Only, Selection, SelectionCache};
use crate::metrics::bounds::SECONDS;
use crate::metrics::exemplars::InSpan;
use crate::metrics::snapshot::LabelPair;
use crate::metrics::store::{Definition, Series, label};
use crate::metrics::{InstrumentKind, Labels, NumberType, OTHER};
use crate::trace::site::Site;
use opentelemetry::KeyValue;
use std::panic;
use std::sync::OnceLock;

/// How many kinds of error a call site tells apart; further ones are `_OTHER`.
const ERROR_KINDS: usize = 32;

/// Names, attributes and series of a call site.
#[derive(Debug)]
pub(super) struct Known {
    pub(super) site: Site,
    pub(super) component: &'static str,
    place: &'static panic::Location<'static>,
    location: Location<'static>,
    meta: &'static CallsiteMeta,
    interceptors: SelectionCache,
    lines: OnceLock<&'static Lines>,
    bounds: &'static [f64],
    active: Series,
    ok: Durations,
    cancelled: Durations,
    panic: Durations,
    /// Made for the first error.
    errors: OnceLock<Box<Errors>>,
}

/// The durations of calls that ended in one way: a series for each combination of labels.
#[derive(Debug)]
struct Durations {
    /// Of calls without labels, or whose labels are not known.
    plain: Series,
    /// Of calls with labels: a series for each combination.
    labelled: Series,
}

#[derive(Debug)]
struct Errors {
    kinds: [OnceLock<ErrorDurations>; ERROR_KINDS],
    others: Durations,
}

#[derive(Debug)]
struct ErrorDurations {
    kind: &'static str,
    durations: Durations,
}

/// How a call ended, as its metrics, its span and its log lines tell it.
#[derive(Clone, Copy)]
pub(super) struct Told<'a> {
    outcome: &'static str,
    /// The same everywhere.
    pub(super) error_type: Option<&'static str>,
    durations: &'a Durations,
}

impl Known {
    #[cold]
    pub(super) fn of(
        meta: &'static CallsiteMeta,
        place: &'static panic::Location<'static>,
    ) -> Self {
        let location = Location::of_callsite(meta);
        let component = location.component_of(meta);
        let name = match meta.name {
            "" => format!("{component}.{}", meta.method).leak(),
            given => given,
        };
        Self {
            site: Site {
                name,
                kind: meta.kind.into(),
                attributes: vec![
                    KeyValue::new("component", component),
                    KeyValue::new("code.function.name", location.function),
                    KeyValue::new("code.file.path", place.file()),
                    KeyValue::new("code.line.number", i64::from(place.line())),
                ],
            },
            component,
            place,
            location,
            meta,
            interceptors: SelectionCache::new(),
            lines: OnceLock::new(),
            bounds: if meta.details.buckets.is_empty() {
                SECONDS
            } else {
                meta.details.buckets
            },
            active: Series::new(),
            ok: Durations::new(),
            cancelled: Durations::new(),
            panic: Durations::new(),
            errors: OnceLock::new(),
        }
    }

    /// Warns of interceptors that the call site names and that are not installed, also where none is.
    pub(super) fn check_interceptors(&self) {
        let details = self.meta.details;
        if details.only == Only::Any && details.exclude.is_empty() {
            return;
        }
        if let Some(installed) = interceptor::installed() {
            self.select(&installed);
        }
    }

    /// The interceptors that run at this call site.
    pub(super) fn select(&self, installed: &Interceptors) -> Selection {
        let details = self.meta.details;
        self.interceptors
            .get(installed, details.only, details.exclude, || self.site.name)
    }

    /// What interceptors are told of a call.
    pub(super) fn info(&self) -> CallInfo<'static> {
        CallInfo {
            component: self.component,
            method: self.meta.method,
            span_name: self.site.name,
            kind: self.meta.kind,
            level: self.meta.level,
            file: self.place.file(),
            line: self.place.line(),
            function: self.location.function,
        }
    }

    /// The lines that tell of calls.
    pub(super) fn lines(&self) -> &'static Lines {
        self.lines.get_or_init(|| {
            let details = self.meta.details;
            Lines::new(LinesOf {
                component: self.component,
                method: self.meta.method,
                module: self.location.module,
                file: self.place.file(),
                line: self.place.line(),
                level: details.log.filter(|_| details.parts.contains(Parts::LOG)),
            })
        })
    }

    /// What is told of an ending. Beyond so many kinds of error a further one is told as `_OTHER`.
    #[inline]
    pub(super) fn tell(&self, ending: &Ending<'_>) -> Told<'_> {
        let error_type = ending.error_type();
        let (error_type, durations) = match (ending, error_type) {
            (Ending::Error(_), Some(kind)) => self.errors.get_or_init(Box::default).of(kind),
            (Ending::Panic, _) => (error_type, &self.panic),
            (Ending::Cancelled, _) => (error_type, &self.cancelled),
            _ => (error_type, &self.ok),
        };
        Told {
            outcome: ending.outcome(),
            error_type,
            durations,
        }
    }

    /// Records how long a call took.
    #[inline]
    pub(super) fn record_duration(
        &self,
        seconds: f64,
        told: Told<'_>,
        labels: &CallLabels,
        span: &InSpan,
    ) {
        let (series, index) = told.durations.at(labels);
        series.record(index, seconds, span, || {
            let mut fixed = self.labels();
            fixed.push(label("outcome", told.outcome));
            fixed.extend(told.error_type.map(|kind| label("error.type", kind)));
            let keys = self.meta.details.labels;
            let chosen = labels.types(keys);
            if chosen.keys.is_empty() {
                fixed.extend(keys.iter().map(|key| label(key, OTHER)));
            }
            Definition {
                name: "hyperion.call.duration",
                help: "Duration of observed calls.",
                unit: "s",
                kind: InstrumentKind::Histogram,
                bounds: self.bounds,
                fixed,
                labels: chosen,
                zero: false,
            }
        });
    }

    /// Counts a call that begins to run, by 1, or ends, by -1.
    #[cold]
    pub(super) fn count_active(&self, change: i64) {
        self.active.add_signed(change, || Definition {
            name: "hyperion.call.active",
            help: "Observed calls that are running.",
            unit: "{call}",
            kind: InstrumentKind::UpDownCounter(NumberType::I64),
            bounds: &[],
            fixed: self.labels(),
            labels: Labels::NONE,
            zero: false,
        });
    }

    fn labels(&self) -> Vec<LabelPair> {
        vec![
            label("component", self.component),
            label("method", self.meta.method),
        ]
    }
}

impl Durations {
    const fn new() -> Self {
        Self {
            plain: Series::new(),
            labelled: Series::new(),
        }
    }

    /// The metric, and which of its series.
    #[inline]
    fn at(&self, labels: &CallLabels) -> (&Series, usize) {
        match labels.place() {
            Some(index) => (&self.labelled, index),
            None => (&self.plain, 0),
        }
    }
}

impl Default for Errors {
    fn default() -> Self {
        Self {
            kinds: [const { OnceLock::new() }; ERROR_KINDS],
            others: Durations::new(),
        }
    }
}

impl Errors {
    /// The kind as it is told, and its durations: its own, newly taken ones, or those of all the rest.
    fn of(&self, kind: &'static str) -> (Option<&'static str>, &Durations) {
        self.kinds
            .iter()
            .map(|slot| {
                slot.get_or_init(|| ErrorDurations {
                    kind,
                    durations: Durations::new(),
                })
            })
            .find(|known| known.kind == kind)
            .map_or((Some(OTHER), &self.others), |known| {
                (Some(known.kind), &known.durations)
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::call::observed::callsite::Callsite;
    use crate::span_kind::SpanKind;

    static META: CallsiteMeta = CallsiteMeta {
        method: "get",
        kind: SpanKind::Client,
        path: || "shop::users::Users::get::CALLSITE::{{closure}}",
        ..CallsiteMeta::DEFAULT
    };

    #[test]
    fn a_site_is_named_for_its_type_and_method() {
        const LINE: u32 = line!() + 1;
        static CALLSITE: Callsite = Callsite::new(&META);
        let site = CALLSITE.site();
        assert_eq!(site.name, "Users.get");
        assert_eq!(site.kind, opentelemetry::trace::SpanKind::Client);
        assert_eq!(
            site.attributes,
            [
                KeyValue::new("component", "Users"),
                KeyValue::new("code.function.name", "shop::users::Users::get"),
                KeyValue::new("code.file.path", file!()),
                KeyValue::new("code.line.number", i64::from(LINE)),
            ]
        );
    }

    #[test]
    fn the_kinds_of_error_are_bounded() {
        let errors = Errors::default();
        let names: Vec<&'static str> = (0..ERROR_KINDS + 2)
            .map(|index| &*format!("Error{index}").leak())
            .collect();
        for _ in 0..2 {
            for (index, name) in names.iter().enumerate() {
                let (told, _) = errors.of(name);
                let expected = if index < ERROR_KINDS { name } else { OTHER };
                assert_eq!(told, Some(expected));
            }
        }
    }
}
