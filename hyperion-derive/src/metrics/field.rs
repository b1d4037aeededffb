//! Parses one field: a metric, or another struct of metrics.

use syn::spanned::Spanned;
use syn::{Attribute, Error, Ident, Type};

use super::attributes::{METRICS, MetricArguments, attribute_of};
use super::help::help;
use super::model::{Bounds, Flattened, InstrumentKind, Metric, Role, Zero};
use super::{metric_name, unit};
use crate::errors::Errors;
use crate::groups::{bare, type_name};
use crate::name::Name;
use crate::table::{Given, Place};

/// The arguments of the struct that are about each of its fields.
pub(super) struct Around {
    pub(super) prefix: Option<String>,
    /// All series are there from the start.
    pub(super) zero: bool,
}

/// Parses what the field is for; nothing if that is not known.
pub(super) fn role(
    field: &syn::Field,
    ident: &Ident,
    around: &Around,
    errors: &mut Errors,
) -> Option<Role> {
    let arguments = METRICS.parse(&field.attrs, Place::Field, errors);
    let mut attributes = field
        .attrs
        .iter()
        .filter_map(|attribute| Some((kind_of(attribute)?, attribute)));
    let first = attributes.next();
    match (first, arguments.flatten.key) {
        (Some((kind, attribute)), flatten) => {
            let other = attributes.find(|(other, _)| *other != kind);
            if let Some((other, attribute)) = other {
                let other = format!("#[{}]", other.attribute());
                errors.push(several(&other, kind, attribute.path()));
            }
            if let Some(flatten) = flatten {
                errors.push(several("flatten", kind, &flatten));
            } else if let Some(key) = arguments.instance.key {
                errors.push(without_flatten(&key));
            }
            agrees(kind, attribute, &field.ty, errors);
            let metric = metric(field, ident, kind, attribute, around, errors);
            Some(Role::Metric(metric))
        }
        (None, Some(flatten)) => {
            let Given { value, key, .. } = arguments.instance;
            is_flattened(&field.ty, errors);
            Some(Role::Flattened(Flattened {
                instance: value,
                span: key.unwrap_or(flatten).span(),
            }))
        }
        (None, None) => {
            // An argument that is wrong, or without the other, may be all that is missing.
            if let Some(key) = arguments.instance.key {
                errors.push(without_flatten(&key));
            } else if errors.is_empty() || !field.attrs.iter().any(is_metrics) {
                errors.push(undeclared(&field.ty));
            }
            None
        }
    }
}

fn kind_of(attribute: &Attribute) -> Option<InstrumentKind> {
    InstrumentKind::ALL
        .into_iter()
        .find(|kind| attribute.path().is_ident(kind.attribute()))
}

fn is_metrics(attribute: &Attribute) -> bool {
    attribute.path().is_ident(METRICS.name)
}

fn several(other: &str, kind: InstrumentKind, at: &impl Spanned) -> Error {
    let message = format!(
        "`{other}` stands beside `#[{}]`, and a field is one metric; remove one",
        kind.attribute()
    );
    Error::new(at.span(), message)
}

fn without_flatten(key: &Ident) -> Error {
    let message = format!("`{key}` goes beside `flatten`, on a field that is a struct of metrics");
    Error::new(key.span(), message)
}

/// The mistake of a field that no attribute declares.
fn undeclared(ty: &Type) -> Error {
    let message = match instrument(ty) {
        Some(kind) => format!(
            "this `{}` is not declared; write `#[{}]` on the field",
            kind.instrument(),
            kind.attribute()
        ),
        None => "a field of a struct of metrics is a `Counter`, `UpDownCounter`, `Gauge` or `Histogram` under the \
             attribute of that name, or another such struct under `#[metrics(flatten)]`"
            .to_owned(),
    };
    Error::new(ty.span(), message)
}

/// Checks that the attribute belongs to the type. Where the type has a name of the user's the compiler does.
fn agrees(kind: InstrumentKind, attribute: &Attribute, ty: &Type, errors: &mut Errors) {
    match instrument(ty) {
        Some(found) if found == kind => {}
        Some(found) => {
            let article = if found == InstrumentKind::UpDownCounter {
                "an"
            } else {
                "a"
            };
            let message = format!(
                "`#[{}]` stands on {article} `{}`; write `#[{}]`, or give the field another type",
                kind.attribute(),
                found.instrument(),
                found.attribute()
            );
            errors.push(Error::new(attribute.path().span(), message));
        }
        None if is_foreign(ty) => {
            let message = format!(
                "`#[{}]` goes on a `{}`, and this is none; give the field that type",
                kind.attribute(),
                kind.instrument()
            );
            errors.push(Error::new_spanned(ty, message));
        }
        None => {}
    }
}

/// Checks that a field under `flatten` may be a struct of metrics.
fn is_flattened(ty: &Type, errors: &mut Errors) {
    if let Some(found) = instrument(ty) {
        let message = format!(
            "a `{}` is a metric and not a struct of them; write `#[{}]`",
            found.instrument(),
            found.attribute()
        );
        errors.push(Error::new_spanned(ty, message));
    } else if is_foreign(ty) {
        let message =
            "`flatten` goes on a field whose type derives `Metrics`, and this one does not";
        errors.push(Error::new_spanned(ty, message));
    }
}

/// Returns true if the type is one of the language or of its library by its name, and so for certain none of ours.
fn is_foreign(ty: &Type) -> bool {
    const NAMES: &str = "Arc AtomicI64 AtomicU64 AtomicUsize Box HashMap LazyLock Mutex OnceLock Option Rc RwLock String Vec \
        bool char f32 f64 i128 i16 i32 i64 i8 isize str u128 u16 u32 u64 u8 usize";
    match type_name(ty) {
        Some(name) => NAMES.split(' ').any(|known| name == known),
        // A macro can be any type.
        None => !matches!(bare(ty), Type::Macro(_)),
    }
}

/// The instrument that the type is by its name.
fn instrument(ty: &Type) -> Option<InstrumentKind> {
    let name = type_name(ty)?;
    let mut kinds = InstrumentKind::ALL.into_iter();
    kinds.find(|kind| name == kind.instrument())
}

fn metric(
    field: &syn::Field,
    ident: &Ident,
    kind: InstrumentKind,
    attribute: &Attribute,
    around: &Around,
    errors: &mut Errors,
) -> Metric {
    let arguments = attribute_of(kind).parse(&field.attrs, kind.place(), errors);
    let unit_is_wrong = arguments.unit.as_ref().is_some_and(|unit| {
        let mistake = unit::mistake(&unit.value());
        let wrong = mistake.is_some();
        if let Some(mistake) = mistake {
            errors.push(Error::new(unit.span(), mistake));
        }
        wrong
    });
    let name = name(ident, &arguments, kind, around, errors);
    let unit = arguments
        .unit
        .value
        .map(|unit| unit.value())
        .unwrap_or_default();
    let bounds = match (kind, arguments.buckets.value) {
        (InstrumentKind::Histogram, Some(buckets)) => {
            if buckets.bounds.len() > MOST_BOUNDS {
                let message = format!(
                    "these are {} bounds, and {MOST_BOUNDS} are the most, since each is a series of its own in Prometheus",
                    buckets.bounds.len()
                );
                errors.push(Error::new(buckets.span, message));
            }
            Bounds::Own(buckets)
        }
        (InstrumentKind::Histogram, None) => match unit::usual_bounds(&unit) {
            Some(bounds) => Bounds::Usual(bounds),
            None if unit_is_wrong => Bounds::None,
            None => {
                errors.push(without_buckets(attribute, &unit));
                Bounds::None
            }
        },
        _ => Bounds::None,
    };
    Metric {
        kind,
        name,
        unit,
        help: help(&field.attrs),
        bounds,
        max_series: *arguments.max_series,
        zero: match kind {
            // Nothing was measured yet, and zero would be a value.
            InstrumentKind::Gauge => Zero::No,
            _ if *arguments.zero => Zero::Yes,
            _ if around.zero => Zero::IfKnown,
            _ => Zero::No,
        },
    }
}

/// The most bounds that a histogram may have.
const MOST_BOUNDS: usize = 64;

fn without_buckets(attribute: &Attribute, unit: &str) -> Error {
    let which = if unit.is_empty() {
        "without a unit".to_owned()
    } else {
        format!("in `{unit}`")
    };
    let message = format!(
        "a histogram {which} needs upper bounds, such as `buckets = [1.0, 5.0, 10.0]`; there are usual ones for \
         `s`, `ms`, `us`, `ns` and `By`"
    );
    Error::new(attribute.path().span(), message)
}

/// The name with the prefix, checked.
fn name(
    ident: &Ident,
    arguments: &MetricArguments,
    kind: InstrumentKind,
    around: &Around,
    errors: &mut Errors,
) -> Name {
    let mut name = Name::unchecked(ident, arguments.name.as_ref(), None);
    // An empty one stays so, to be a mistake.
    if let Some(prefix) = around.prefix.as_ref().filter(|_| !name.text.is_empty()) {
        name.text = format!("{prefix}.{}", name.text);
    }
    if let Some(mistake) = metric_name::mistake(&name.text, kind) {
        let message = if arguments.name.is_some() {
            mistake
        } else {
            let joined = if mistake.contains("; ") { " or" } else { ";" };
            format!("{mistake}{joined} give it another with `name = \"…\"`")
        };
        errors.push(Error::new(name.span, message));
    }
    name
}
