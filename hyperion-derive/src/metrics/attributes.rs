//! The helper attributes: `#[metrics(..)]`, and one for each kind of metric.

use syn::parse::ParseStream;
use syn::{Error, Ident, LitStr, Path, Result};

use super::model::Kind;
use crate::buckets::{self, Buckets, Scale};
use crate::errors::Errors;
use crate::helper_attribute::{Argument, Arguments, HelperAttribute, Key, List, Place};
use crate::key::{self, in_prometheus, mistake_of_metric_label};
use crate::list::{self, comma_separated, count, flag, path, text};
use crate::name::Name;

/// `#[metrics(..)]` on the struct, and on a field.
pub(super) const METRICS: HelperAttribute<StructArguments> = HelperAttribute {
    name: "metrics",
    list: List::Required,
    keys: &[
        on_struct(StructKeyword::Prefix, "prefix", "prefix = \"user\""),
        on_struct(StructKeyword::MaxSeries, "max_series", "max_series = 2000"),
        on_struct(StructKeyword::Zero, "zero", "zero"),
        on_struct(
            StructKeyword::InstanceLabels,
            "instance_labels",
            "instance_labels(pool)",
        ),
        on_struct(
            StructKeyword::MaxInstances,
            "max_instances",
            "max_instances = 16",
        ),
        Key::new(
            StructKeyword::Crate,
            "crate",
            "crate = my_crate::hyperion",
            Place::TYPES,
            "the struct",
        ),
        on_field(StructKeyword::Flatten, "flatten", "flatten"),
        on_field(StructKeyword::Instance, "instance", "instance(\"primary\")"),
    ],
};

const fn on_struct(
    keyword: StructKeyword,
    name: &'static str,
    example: &'static str,
) -> Key<StructKeyword> {
    Key::new(keyword, name, example, &[Place::Struct], "the struct")
}

const fn on_field(
    keyword: StructKeyword,
    name: &'static str,
    example: &'static str,
) -> Key<StructKeyword> {
    Key::new(
        keyword,
        name,
        example,
        &[Place::Field],
        "a field that is a struct of metrics",
    )
}

/// What `#[metrics(..)]` can say.
#[derive(Clone, Copy)]
pub(super) enum StructKeyword {
    Prefix,
    MaxSeries,
    Zero,
    InstanceLabels,
    MaxInstances,
    Crate,
    Flatten,
    Instance,
}

/// What `#[metrics(..)]` says.
#[derive(Default)]
pub(super) struct StructArguments {
    pub(super) prefix: Option<LitStr>,
    pub(super) max_series: Option<usize>,
    pub(super) zero: bool,
    pub(super) instance_labels: Option<(Ident, Vec<Name>)>,
    pub(super) max_instances: Option<(Ident, usize)>,
    /// Where hyperion is, when it is not `::hyperion`.
    pub(super) hyperion: Option<Path>,
    pub(super) flatten: Option<Ident>,
    pub(super) instance: Option<(Ident, Vec<LitStr>)>,
}

impl Arguments for StructArguments {
    type Keyword = StructKeyword;

    fn read(
        &mut self,
        keyword: StructKeyword,
        Argument { key, example }: &Argument<'_>,
        input: ParseStream<'_>,
        errors: &mut Errors,
    ) -> Result<()> {
        match keyword {
            StructKeyword::Prefix => self.prefix = Some(text(key, input, example)?),
            StructKeyword::MaxSeries => self.max_series = Some(count(key, input, example)?),
            StructKeyword::Zero => {
                flag(key, input)?;
                self.zero = true;
            }
            StructKeyword::InstanceLabels => {
                let labels = instance_labels(key, input, example, errors)?;
                self.instance_labels = Some(((*key).clone(), labels));
            }
            StructKeyword::MaxInstances => {
                self.max_instances = Some(((*key).clone(), count(key, input, example)?));
            }
            StructKeyword::Crate => self.hyperion = Some(path(key, input)?),
            StructKeyword::Flatten => {
                flag(key, input)?;
                self.flatten = Some((*key).clone());
            }
            StructKeyword::Instance => {
                let instance = instance(key, input, example, errors)?;
                self.instance = Some(((*key).clone(), instance));
            }
        }
        Ok(())
    }
}

/// `(pool, db.name)`
fn instance_labels(
    key: &Ident,
    input: ParseStream<'_>,
    example: &str,
    errors: &mut Errors,
) -> Result<Vec<Name>> {
    let list = list::list(key, input, example)?;
    if list.is_empty() {
        let message = format!("`{key}` is empty, name a label or remove it");
        return Err(Error::new(key.span(), message));
    }
    let mut labels: Vec<Name> = Vec::new();
    comma_separated(&list, errors, |input, _| {
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
fn instance(
    key: &Ident,
    input: ParseStream<'_>,
    example: &str,
    errors: &mut Errors,
) -> Result<Vec<LitStr>> {
    let list = list::list(key, input, example)?;
    let mut values = Vec::new();
    comma_separated(&list, errors, |input, _| {
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

/// What the attribute of a metric can say.
#[derive(Clone, Copy)]
pub(super) enum MetricKeyword {
    Name,
    Unit,
    Buckets,
    MaxSeries,
    Zero,
}

/// What the attribute of a metric says.
#[derive(Default)]
pub(super) struct MetricArguments {
    pub(super) name: Option<LitStr>,
    pub(super) unit: Option<LitStr>,
    pub(super) buckets: Option<Buckets>,
    pub(super) max_series: Option<usize>,
    pub(super) zero: bool,
}

/// `#[counter(..)]` and the like.
pub(super) const fn attribute_of(kind: Kind) -> HelperAttribute<MetricArguments> {
    HelperAttribute {
        name: kind.attribute(),
        list: List::Optional,
        keys: METRIC_KEYS,
    }
}

const METRIC_KEYS: &[Key<MetricKeyword>] = &[
    Key::new(
        MetricKeyword::Unit,
        "unit",
        "unit = \"s\"",
        Place::METRICS,
        "a metric",
    ),
    Key::new(
        MetricKeyword::Name,
        "name",
        "name = \"lookups\"",
        Place::METRICS,
        "a metric",
    ),
    Key::new(
        MetricKeyword::Buckets,
        "buckets",
        "buckets = [0.01, 0.1, 1.0]",
        &[Place::Histogram],
        "a histogram",
    ),
    Key::new(
        MetricKeyword::MaxSeries,
        "max_series",
        "max_series = 2000",
        Place::METRICS,
        "a metric",
    ),
    Key::new(
        MetricKeyword::Zero,
        "zero",
        "zero",
        &[Place::Counter, Place::UpDownCounter, Place::Histogram],
        "a counter or a histogram",
    ),
];

impl Arguments for MetricArguments {
    type Keyword = MetricKeyword;

    fn read(
        &mut self,
        keyword: MetricKeyword,
        Argument { key, example }: &Argument<'_>,
        input: ParseStream<'_>,
        errors: &mut Errors,
    ) -> Result<()> {
        match keyword {
            MetricKeyword::Name => self.name = Some(text(key, input, example)?),
            MetricKeyword::Unit => self.unit = Some(text(key, input, example)?),
            MetricKeyword::Buckets => {
                self.buckets = Some(buckets::parse(key, input, Scale::Unit, errors)?);
            }
            MetricKeyword::MaxSeries => self.max_series = Some(count(key, input, example)?),
            MetricKeyword::Zero => {
                flag(key, input)?;
                self.zero = true;
            }
        }
        Ok(())
    }
}
