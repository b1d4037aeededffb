//! Losses, and panics of interceptors, as metrics: on the same dashboards as what arrived.

use super::logs::RecordLosses;
use hyperion_runtime::backend::{Losses, Panics};
use hyperion_runtime::metrics::snapshot::{
    Data, Family, LabelPair, NumberPoint, NumberValue, Snapshot,
};
use std::time::SystemTime;

/// The losses of one telemetry.
pub(super) struct Lost {
    /// Spans, if there are any.
    pub(super) spans: Option<&'static Losses>,
    /// Log records, if they are sent.
    pub(super) records: Option<RecordLosses>,
    /// Interceptors that panicked.
    pub(super) panics: Panics,
    /// The moment from which telemetry counts.
    pub(super) start: SystemTime,
}

impl Lost {
    /// Adds their metrics.
    pub(super) fn add_to(&self, mut snapshot: Snapshot) -> Snapshot {
        let families = [self.spans(), self.records(), self.lines(), self.panics()];
        snapshot.families.extend(families.into_iter().flatten());
        snapshot
            .families
            .sort_by(|one, other| one.name.cmp(&other.name));
        snapshot
    }

    fn spans(&self) -> Option<Family> {
        let points = self.spans?.by_reason().into_iter();
        Some(counter(
            "hyperion.spans.dropped",
            "Spans that were recorded and lost, by reason.",
            "{span}",
            points.map(|(reason, count)| self.point(Some(("reason", reason)), count)),
        ))
    }

    fn records(&self) -> Option<Family> {
        let points = self.records.as_ref()?.by_reason().into_iter();
        Some(counter(
            "hyperion.log_records.dropped",
            "Log records that were to be sent and lost, by reason.",
            "{record}",
            points.map(|(reason, count)| self.point(Some(("reason", reason)), count)),
        ))
    }

    fn lines(&self) -> Option<Family> {
        let (_, count) = all_lines()?;
        Some(counter(
            "hyperion.logs.dropped",
            "Log lines that could not be written.",
            "{line}",
            [self.point(None, count)],
        ))
    }

    fn panics(&self) -> Option<Family> {
        let points = self
            .panics
            .by_interceptor()
            .map(|(name, count)| self.point(Some(("interceptor", name)), count));
        let family = counter(
            "hyperion.interceptor.panics",
            "Panics in interceptors, by interceptor.",
            "{panic}",
            points,
        );
        Some(family)
            .filter(|family| !matches!(&family.data, Data::Counter(points) if points.is_empty()))
    }

    fn point(&self, label: Option<(&'static str, &'static str)>, count: u64) -> NumberPoint {
        let label = label.map(|(key, value)| -> LabelPair { (key.into(), value.into()) });
        NumberPoint {
            labels: label.into_iter().collect(),
            start: Some(self.start),
            value: NumberValue::U64(count),
            exemplar: None,
        }
    }
}

fn counter(
    name: &'static str,
    description: &'static str,
    unit: &'static str,
    points: impl IntoIterator<Item = NumberPoint>,
) -> Family {
    Family {
        name: name.into(),
        description: description.into(),
        unit: unit.into(),
        asynchronous: false,
        library: None,
        data: Data::Counter(points.into_iter().collect()),
    }
}

#[cfg(feature = "logs")]
pub(super) use crate::logs::all_lines;

/// The lines that were written and lost; this build has none.
#[cfg(not(feature = "logs"))]
pub(super) fn all_lines() -> Option<(u64, u64)> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use hyperion_runtime::backend::Interceptors;
    use hyperion_runtime::interceptor::{CallEnd, CallInfo, Interceptor};
    use std::any::Any;

    struct Audit;

    impl Interceptor for Audit {
        fn name(&self) -> &'static str {
            "audit"
        }

        fn end(&self, _: &CallInfo<'_>, _: Option<Box<dyn Any + Send>>, _: &CallEnd<'_>) {}
    }

    fn families(interceptors: Vec<Box<dyn Interceptor>>) -> Vec<Family> {
        let interceptors = Interceptors::new(interceptors).expect("the names differ");
        let empty = Snapshot {
            time: SystemTime::UNIX_EPOCH,
            families: Vec::new(),
        };
        let lost = Lost {
            spans: None,
            records: None,
            panics: interceptors.panics(),
            start: SystemTime::UNIX_EPOCH,
        };
        lost.add_to(empty).families
    }

    #[test]
    fn panics_of_interceptors_are_counted_from_zero() {
        let families = families(vec![Box::new(Audit)]);
        let family = families
            .iter()
            .find(|family| family.name == "hyperion.interceptor.panics")
            .expect("there is an interceptor");
        let Data::Counter(points) = &family.data else {
            panic!("it is a counter");
        };
        let [point] = points.as_slice() else {
            panic!("one for each interceptor: {points:?}");
        };
        assert_eq!(point.labels, [("interceptor".into(), "audit".into())]);
        assert_eq!(point.value, NumberValue::U64(0));
    }

    #[test]
    fn without_interceptors_there_is_nothing_to_count() {
        assert!(
            families(Vec::new())
                .iter()
                .all(|family| family.name != "hyperion.interceptor.panics")
        );
    }
}
