//! The helper attributes: `#[metrics(..)]`, and one for each kind of metric.

use syn::{Error, LitStr, Path, Result};

use super::model::InstrumentKind;
use crate::buckets::{self, Buckets};
use crate::helper_attribute::{HelperAttribute, List};
use crate::key::{self, in_prometheus, mistake_of_metric_label};
use crate::list::comma_separated;
use crate::name::Name;
use crate::table::{Argument, Place, arguments};

/// `#[metrics(..)]` on the struct, and on a field.
pub(super) const METRICS: HelperAttribute<MetricsArguments> =
    HelperAttribute::new("metrics", List::Required);

/// `#[counter(..)]` and the like.
pub(super) const fn attribute_of(kind: InstrumentKind) -> HelperAttribute<MetricArguments> {
    HelperAttribute::new(kind.attribute(), List::Optional)
}

const STRUCT_OF_METRICS: &str = "a field that is a struct of metrics";

arguments! {
    /// The arguments of `#[metrics(..)]`.
    pub(super) struct MetricsArguments {
        prefix: Option<LitStr> {
            "prefix", "prefix = \"user\"", Argument::text, on(&[Place::Struct], "the struct");
        }
        max_series: Option<usize> {
            "max_series", "max_series = 2000", Argument::count, on(&[Place::Struct], "the struct");
        }
        zero: bool {
            "zero", "zero", Argument::flag, on(&[Place::Struct], "the struct");
        }
        instance_labels: Vec<Name> {
            "instance_labels", "instance_labels(pool)", instance_labels, on(&[Place::Struct], "the struct");
        }
        max_instances: Option<usize> {
            "max_instances", "max_instances = 16", Argument::count, on(&[Place::Struct], "the struct");
        }
        hyperion: Option<Path> {
            "crate", "crate = my_crate::hyperion", Argument::path, on(Place::TYPES, "the struct");
        }
        flatten: bool {
            "flatten", "flatten", Argument::flag, on(&[Place::Field], STRUCT_OF_METRICS);
        }
        instance: Vec<LitStr> {
            "instance", "instance(\"primary\")", instance, on(&[Place::Field], STRUCT_OF_METRICS);
        }
    }
}

arguments! {
    /// The arguments of the attribute of a metric.
    pub(super) struct MetricArguments {
        unit: Option<LitStr> {
            "unit", "unit = \"s\"", Argument::text, on(Place::METRICS, "a metric");
        }
        name: Option<LitStr> {
            "name", "name = \"lookups\"", Argument::text, on(Place::METRICS, "a metric");
        }
        buckets: Option<Buckets> {
            "buckets", "buckets = [0.01, 0.1, 1.0]", buckets::in_unit, on(&[Place::Histogram], "a histogram");
        }
        max_series: Option<usize> {
            "max_series", "max_series = 2000", Argument::count, on(Place::METRICS, "a metric");
        }
        zero: bool {
            "zero", "zero", Argument::flag,
                on(&[Place::Counter, Place::UpDownCounter, Place::Histogram], "a counter or a histogram");
        }
    }
}

/// `(pool, db.name)`
fn instance_labels(argument: &mut Argument<'_>) -> Result<Vec<Name>> {
    let list = argument.list()?;
    let Argument { key, example, .. } = argument;
    if list.is_empty() {
        let message = format!("`{key}` is empty, name a label or remove it");
        return Err(Error::new(key.span(), message));
    }
    let mut labels: Vec<Name> = Vec::new();
    comma_separated(&list, argument.errors, |input, _| {
        let label = key::Key::parse(
            input,
            &format!("expected the key of a label, such as `{example}`"),
        )?;
        if let Some(mistake) = mistake_of_metric_label(&label.text) {
            return Err(Error::new(label.span, format!("{mistake}; choose another")));
        }
        let same = |first: &&Name| in_prometheus(&first.text) == in_prometheus(&label.text);
        if let Some(first) = labels.iter().find(same) {
            let message = if first.text == label.text {
                format!("label `{}` is given twice, remove one", label.text)
            } else {
                format!(
                    "`{}` and `{}` are one label in Prometheus, rename one",
                    first.text, label.text
                )
            };
            return Err(Error::new(label.span, message));
        }
        labels.push(Name {
            text: label.text,
            span: label.span,
        });
        Ok(())
    });
    Ok(labels)
}

/// `("primary", "eu")`
fn instance(argument: &mut Argument<'_>) -> Result<Vec<LitStr>> {
    let list = argument.list()?;
    let Argument { key, example, .. } = argument;
    let mut values = Vec::new();
    comma_separated(&list, argument.errors, |input, _| {
        if !input.peek(LitStr) {
            return Err(input.error(format!(
                "`{key}` takes string literals, such as `{example}`"
            )));
        }
        values.push(input.parse()?);
        Ok(())
    });
    Ok(values)
}
