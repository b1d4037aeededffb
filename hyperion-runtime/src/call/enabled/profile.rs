//! The profile of a call site, worked out when its first call is recorded.

use super::lines::{Lines, LinesOf};
use super::location::Location;
use crate::call::labels::CallLabels;
use crate::call::meta::{CallsiteMeta, Parts};
use crate::call::outcome::Outcome;
use crate::interceptor::{
    self, CallInfo, CallOutcome, Interceptors, Only, Selection, SelectionCache,
};
use crate::metrics::bounds::SECONDS;
use crate::metrics::exemplars::InSpan;
use crate::metrics::snapshot::LabelPair;
use crate::metrics::store::{Definition, Series, label};
use crate::metrics::{InstrumentKind, Labels, NumberType, OTHER};
use crate::trace::record::Site;
use opentelemetry::KeyValue;
use std::panic;
use std::sync::OnceLock;

/// The kinds of error that a call site tells apart; further ones are `_OTHER`.
const ERROR_KINDS: usize = 32;

/// Names, attributes and series of a call site.
#[derive(Debug)]
pub(super) struct CallsiteProfile {
    pub(super) site: &'static Site,
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
    /// Made for the first error that counts as an answer.
    accepted: OnceLock<Box<Errors>>,
}

/// The durations of calls that ended in one way: a series for each combination of labels.
#[derive(Debug)]
pub(super) struct Durations {
    outcome: CallOutcome,
    /// The value of `error.type`, the same in the metric, the span and the log lines.
    pub(super) error_type: Option<&'static str>,
    /// Of calls without labels, or whose labels are not known.
    plain: Series,
    /// Of calls with labels: a series for each combination.
    labelled: Series,
}

/// The durations of calls that returned an error and ended in the same way, by the error's kind.
#[derive(Debug)]
struct Errors {
    outcome: CallOutcome,
    kinds: [OnceLock<Durations>; ERROR_KINDS],
    others: Durations,
}

impl CallsiteProfile {
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
        let mut attributes = vec![KeyValue::new("component", component)];
        if meta.details.location {
            attributes.extend([
                KeyValue::new("code.function.name", location.function),
                KeyValue::new("code.file.path", place.file()),
                KeyValue::new("code.line.number", i64::from(place.line())),
            ]);
        }
        Self {
            site: Site::new(name, meta.kind.into(), attributes),
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
            ok: Durations::new(CallOutcome::Ok, None),
            cancelled: Durations::new(CallOutcome::Cancelled, None),
            panic: Durations::new(CallOutcome::Panic, Outcome::Panic.error_type()),
            errors: OnceLock::new(),
            accepted: OnceLock::new(),
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

    /// The call, as interceptors see it.
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

    /// The durations of calls that end so. Beyond so many kinds of error a further one is `_OTHER`.
    #[inline]
    pub(super) fn durations(&self, outcome: &Outcome<'_>) -> &Durations {
        match outcome {
            Outcome::Ok => &self.ok,
            other => self.other_durations(other),
        }
    }

    #[inline(never)]
    fn other_durations(&self, outcome: &Outcome<'_>) -> &Durations {
        match outcome {
            Outcome::Ok => &self.ok,
            Outcome::Error(error) => Errors::of(&self.errors, CallOutcome::Error, error.kind),
            Outcome::Accepted(error) => Errors::of(&self.accepted, CallOutcome::Ok, error.kind),
            Outcome::Panic => &self.panic,
            Outcome::Cancelled => &self.cancelled,
        }
    }

    /// Records a duration in one of the profile's.
    #[inline]
    pub(super) fn record(
        &self,
        durations: &Durations,
        seconds: f64,
        labels: &CallLabels,
        span: &InSpan,
    ) {
        let (series, index) = durations.at(labels);
        if !series.try_record(index, seconds, span) {
            self.record_in_store(durations, seconds, labels, span);
        }
    }

    #[cold]
    fn record_in_store(
        &self,
        durations: &Durations,
        seconds: f64,
        labels: &CallLabels,
        span: &InSpan,
    ) {
        let (series, index) = durations.at(labels);
        series.record_in_store(index, seconds, span, || {
            let mut fixed = self.labels();
            fixed.push(label("outcome", durations.outcome.as_str()));
            fixed.extend(durations.error_type.map(|kind| label("error.type", kind)));
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
    const fn new(outcome: CallOutcome, error_type: Option<&'static str>) -> Self {
        Self {
            outcome,
            error_type,
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

impl Errors {
    fn new(outcome: CallOutcome) -> Self {
        Self {
            outcome,
            kinds: [const { OnceLock::new() }; ERROR_KINDS],
            others: Durations::new(outcome, Some(OTHER)),
        }
    }

    /// The durations of one kind of error, with which calls end so.
    fn of<'a>(
        errors: &'a OnceLock<Box<Self>>,
        outcome: CallOutcome,
        kind: &'static str,
    ) -> &'a Durations {
        errors
            .get_or_init(|| Box::new(Self::new(outcome)))
            .kind(kind)
    }

    /// The durations of one kind: its own, newly taken ones, or those of all the rest.
    fn kind(&self, kind: &'static str) -> &Durations {
        let new = || Durations::new(self.outcome, Some(kind));
        self.kinds
            .iter()
            .map(|slot| slot.get_or_init(new))
            .find(|durations| durations.error_type == Some(kind))
            .unwrap_or(&self.others)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::call::enabled::callsite::Callsite;
    use crate::span_kind::SpanKind;

    const META: CallsiteMeta = CallsiteMeta {
        method: "get",
        kind: SpanKind::Client,
        path: || "shop::users::Users::get::CALLSITE::{{closure}}",
        ..CallsiteMeta::DEFAULT
    };

    #[test]
    fn a_site_is_named_for_its_type_and_method() {
        const LINE: u32 = line!() + 1;
        static CALLSITE: Callsite = Callsite::new(META);
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
        let errors = Errors::new(CallOutcome::Error);
        let names: Vec<&'static str> = (0..ERROR_KINDS + 2)
            .map(|index| &*format!("Error{index}").leak())
            .collect();
        for _ in 0..2 {
            for (index, name) in names.iter().enumerate() {
                let expected = if index < ERROR_KINDS { name } else { OTHER };
                assert_eq!(errors.kind(name).error_type, Some(expected));
            }
        }
    }
}
