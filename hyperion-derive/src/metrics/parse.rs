//! Parses the struct and what `#[metrics(..)]` says on it.

use syn::ext::IdentExt;
use syn::{Data, DataStruct, DeriveInput, Error, Fields, Ident, Result};

use super::attributes::{METRICS, MetricsArguments};
use super::field::{self, Around};
use super::metric_name::{self, in_prometheus};
use super::model::{Frame, MetricsField, Role};
use crate::errors::Errors;
use crate::name::Name;
use crate::table::Place;
use crate::target::{Target, derived, misplaced, not_generic};

/// The most instances that there may be when nothing is said of it.
const MAX_INSTANCES: usize = 16;

/// Parses every field it can, and notes what is wrong with the others.
pub(super) fn parse(input: DeriveInput) -> (Frame, Result<Vec<MetricsField>>) {
    let mut errors = Errors::default();
    let place = Place::of(&input.data);
    let arguments = METRICS.parse(&input.attrs, place, &mut errors);
    let fields = if let Data::Struct(data) = &input.data {
        let why = "a struct of metrics cannot be generic, since each of them is declared once";
        not_generic(&input.generics, why, &mut errors);
        let around = around(&arguments, &mut errors);
        of_struct(&input.ident, data, &around, &mut errors)
    } else {
        let goes_on = "`derive(Metrics)` goes on a struct whose fields are metrics";
        errors.push(misplaced(&input.data, goes_on));
        Vec::new()
    };
    check(&arguments, &fields, &mut errors);
    let hyperion = arguments.hyperion.as_ref();
    let max_instances = match arguments.instance_labels.key {
        Some(_) => arguments.max_instances.unwrap_or(MAX_INSTANCES),
        None => 1,
    };
    let frame = Frame {
        target: Target::new(&input.ident, input.generics, hyperion),
        visibility: input.vis,
        name: Name::unchecked(&input.ident, None, None),
        max_series: *arguments.max_series,
        max_instances,
        instance_keys: arguments.instance_labels.value,
    };
    (frame, errors.finish(fields))
}

/// Takes what the struct says about each field.
fn around(arguments: &MetricsArguments, errors: &mut Errors) -> Around {
    let prefix = arguments.prefix.as_ref().map(|prefix| {
        let text = prefix.value();
        let Some(mistake) = metric_name::mistake_of_prefix(&text) else {
            return text;
        };
        errors.push(Error::new(prefix.span(), mistake));
        // One that is right, so that the mistake is not found in every name again.
        "prefix".to_owned()
    });
    Around {
        prefix,
        zero: *arguments.zero,
    }
}

fn of_struct(
    ident: &Ident,
    data: &DataStruct,
    around: &Around,
    errors: &mut Errors,
) -> Vec<MetricsField> {
    match &data.fields {
        Fields::Named(fields) if !fields.named.is_empty() => fields
            .named
            .iter()
            .filter_map(|field| {
                let ident = field.ident.as_ref()?;
                let role = field::role(field, ident, around, errors)?;
                Some(MetricsField {
                    ident: derived(ident),
                    ty: field.ty.clone(),
                    role,
                })
            })
            .collect(),
        Fields::Unnamed(fields) if !fields.unnamed.is_empty() => {
            let message = "a metric has a name, which is that of its field; give the fields names";
            errors.push(Error::new_spanned(fields, message));
            Vec::new()
        }
        _ => {
            let message = format!(
                "`{}` has no metric; give it a field, such as `#[counter] requests: Counter`",
                ident.unraw()
            );
            errors.push(Error::new(ident.span(), message));
            Vec::new()
        }
    }
}

/// Checks arguments and fields beside each other.
fn check(arguments: &MetricsArguments, fields: &[MetricsField], errors: &mut Errors) {
    if let (Some(key), None) = (&arguments.max_instances.key, &arguments.instance_labels.key) {
        let message = format!("`{key}` says nothing without `instance_labels(..)`, remove it");
        errors.push(Error::new(key.span(), message));
    }
    let mut metrics: Vec<(String, &str, &Ident)> = Vec::new();
    for field in fields {
        let Role::Metric(metric) = &field.role else {
            continue;
        };
        let plain = in_prometheus(&metric.name.text);
        let first = metrics.iter().find(|(first, ..)| *first == plain);
        if let Some((_, text, first)) = first {
            errors.push(twice(&metric.name, text, first));
        }
        metrics.push((plain, metric.name.text.as_str(), &field.ident));
    }
    if let (Some(key), true) = (&arguments.instance_labels.key, metrics.is_empty())
        && errors.is_empty()
    {
        let message = format!(
            "`{key}` needs a metric that has the labels, and those of a flattened struct have their own; remove it"
        );
        errors.push(Error::new(key.span(), message));
    }
}

fn twice(name: &Name, first: &str, field: &Ident) -> Error {
    let (text, field) = (&name.text, field.unraw());
    let message = if text == first {
        format!(
            "`{text}` is the name of `{field}` already, give this one another with `name = \"…\"`"
        )
    } else {
        format!(
            "`{text}` and `{first}`, the name of `{field}`, are one metric in Prometheus; \
             give this one another with `name = \"…\"`"
        )
    };
    Error::new(name.span, message)
}
