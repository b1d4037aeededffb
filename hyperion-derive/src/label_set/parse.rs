//! Parses the struct and the attributes `#[label(..)]`.

use syn::ext::IdentExt;
use syn::{
    Data, DataStruct, DeriveInput, Error, Fields, FieldsNamed, Ident, LitStr, Path, Result, Type,
};

use crate::case::Case;
use crate::errors::Errors;
use crate::helper_attribute::{HelperAttribute, List};
use crate::key::{in_prometheus, mistake_of_metric_label};
use crate::name::Name;
use crate::table::{Argument, Place, arguments};
use crate::target::{Target, derived, misplaced, not_generic};

const ATTRIBUTE: HelperAttribute<LabelSetArguments> = HelperAttribute::new("label", List::Required);

arguments! {
    /// The arguments of `#[label(..)]` beside `derive(LabelSet)`.
    struct LabelSetArguments {
        rename: Option<LitStr> {
            "rename", "rename = \"cache.hit\"", Argument::text, on(&[Place::Field], "a field");
        }
        rename_all: Option<Case> {
            "rename_all", "rename_all = \"snake_case\"", Case::read, on(&[Place::Struct], "a struct");
        }
        hyperion: Option<Path> {
            "crate", "crate = my_crate::hyperion", Argument::path, on(Place::TYPES, "the whole type");
        }
    }
}

/// One label of the set, at its place among the others.
pub(super) struct LabelField {
    pub(super) field: Ident,
    pub(super) ty: Type,
    pub(super) key: Name,
}

/// Parses every label it can, and notes what is wrong with the others.
pub(super) fn parse(input: DeriveInput) -> (Target, Result<Vec<LabelField>>) {
    let mut errors = Errors::default();
    let place = Place::of(&input.data);
    let arguments = ATTRIBUTE.parse(&input.attrs, place, &mut errors);
    let labels = if let Data::Struct(data) = &input.data {
        let why = "a set of labels cannot be generic, since the number of its series is a constant";
        not_generic(&input.generics, why, &mut errors);
        of_struct(&input.ident, data, *arguments.rename_all, &mut errors)
    } else {
        let goes_on = "`derive(LabelSet)` goes on a struct whose fields are labels";
        errors.push(misplaced(&input.data, goes_on));
        Vec::new()
    };
    let hyperion = arguments.hyperion.as_ref();
    let target = Target::new(&input.ident, input.generics, hyperion);
    (target, errors.finish(labels))
}

fn of_struct(
    ident: &Ident,
    data: &DataStruct,
    case: Option<Case>,
    errors: &mut Errors,
) -> Vec<LabelField> {
    match &data.fields {
        Fields::Named(fields) if !fields.named.is_empty() => labels(fields, case, errors),
        Fields::Unnamed(fields) if !fields.unnamed.is_empty() => {
            let message =
                "a label has a key, which is the name of its field; give the fields names";
            errors.push(Error::new_spanned(fields, message));
            Vec::new()
        }
        _ => {
            let message = format!(
                "`{}` needs a label; an instrument without labels has none between its angle brackets",
                ident.unraw()
            );
            errors.push(Error::new(ident.span(), message));
            Vec::new()
        }
    }
}

fn labels(fields: &FieldsNamed, case: Option<Case>, errors: &mut Errors) -> Vec<LabelField> {
    let mut labels: Vec<LabelField> = Vec::new();
    for field in &fields.named {
        let arguments = ATTRIBUTE.parse(&field.attrs, Place::Field, errors);
        // It is a field with a name, and so there is one.
        let Some(ident) = &field.ident else {
            continue;
        };
        let key = Name::unchecked(ident, arguments.rename.as_ref(), case);
        if let Some(mistake) = mistake_of_metric_label(&key.text) {
            let mistake = match *arguments.rename {
                Some(_) => format!("{mistake}; choose another"),
                None => format!("{mistake}; give it another with `rename = \"…\"`"),
            };
            errors.push(Error::new(key.span, mistake));
        } else if let Some(first) = labels
            .iter()
            .find(|first| in_prometheus(&first.key.text) == in_prometheus(&key.text))
        {
            errors.push(twice(&key, first));
        }
        labels.push(LabelField {
            field: derived(ident),
            ty: field.ty.clone(),
            key,
        });
    }
    labels
}

fn twice(key: &Name, first: &LabelField) -> Error {
    let (text, field) = (&key.text, first.field.unraw());
    let message = if *text == first.key.text {
        format!(
            "`{text}` is the key of `{field}` already, give this one another with `rename = \"…\"`"
        )
    } else {
        format!(
            "`{text}` and `{}`, the key of `{field}`, are one label in Prometheus; \
             give this one another with `rename = \"…\"`",
            first.key.text
        )
    };
    Error::new(key.span, message)
}
