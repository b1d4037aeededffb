//! Parses the type and the attributes `#[error_type(..)]`.

use syn::{Data, DeriveInput, Error, Fields, Ident, LitStr, Path, Result};

use super::model::{Answer, Cases, Inner};
use crate::case::Case;
use crate::errors::Errors;
use crate::helper_attribute::{HelperAttribute, List};
use crate::name::Name;
use crate::table::{Argument, Place, arguments};
use crate::target::{Target, Variant};

const ATTRIBUTE: HelperAttribute<ErrorTypeArguments> =
    HelperAttribute::new("error_type", List::Required);

arguments! {
    /// The arguments of `#[error_type(..)]`.
    struct ErrorTypeArguments {
        rename: Option<LitStr> {
            "rename", "rename = \"timeout\"", Argument::text,
                on(&[Place::Variant, Place::Struct], "a variant or a struct");
        }
        rename_all: Option<Case> {
            "rename_all", "rename_all = \"snake_case\"", Case::read, on(&[Place::Enum], "an enum");
        }
        inner: bool {
            "inner", "inner", inner,
                on(&[Place::Variant, Place::Struct, Place::Field], "a field, or a variant or struct with one field");
        }
        hyperion: Option<Path> {
            "crate", "crate = my_crate::hyperion", Argument::path, on(Place::TYPES, "the whole type");
        }
    }
}

fn inner(argument: &mut Argument<'_>) -> Result<bool> {
    let message = format!("`{}` takes no value", argument.key);
    argument
        .flag()
        .map_err(|error| Error::new(error.span(), message))
}

/// Parses every case it can, and notes what is wrong with the others.
pub(super) fn parse(input: DeriveInput) -> (Target, Result<Cases>) {
    let mut errors = Errors::default();
    let place = Place::of(&input.data);
    let arguments = ATTRIBUTE.parse(&input.attrs, place, &mut errors);
    let cases = match &input.data {
        Data::Struct(data) => {
            let case = (&input.ident, &data.fields, place);
            Cases::Struct(answer(case, None, &arguments, &mut errors))
        }
        Data::Enum(data) => {
            let variants = data.variants.iter();
            let answers = variants.map(|variant| {
                let place = Place::Variant;
                let own = ATTRIBUTE.parse(&variant.attrs, place, &mut errors);
                let case = (&variant.ident, &variant.fields, place);
                let answer = answer(case, *arguments.rename_all, &own, &mut errors);
                (Variant::new(variant), answer)
            });
            Cases::Enum(answers.collect())
        }
        Data::Union(data) => {
            errors.push(Error::new(
                data.union_token.span,
                "`derive(ErrorType)` goes on an enum or a struct, not on a union; implement the trait by hand",
            ));
            Cases::Enum(Vec::new())
        }
    };
    let hyperion = arguments.hyperion.as_ref();
    let target = Target::new(&input.ident, input.generics, hyperion);
    (target, errors.finish(cases))
}

/// Finds the answer of a variant or a struct.
fn answer(
    (ident, fields, place): (&Ident, &Fields, Place),
    rename_all: Option<Case>,
    arguments: &ErrorTypeArguments,
    errors: &mut Errors,
) -> Answer {
    let marked = marked(fields, errors);
    let inner = match (&arguments.inner.key, marked) {
        (Some(key), Some(marked)) => {
            let message = "a field is `inner` already, remove one";
            errors.push(Error::new(key.span(), message));
            Some(marked)
        }
        (Some(key), None) => {
            let only = only(key, fields, place);
            errors.ok(only)
        }
        (None, marked) => marked,
    };
    match (inner, &*arguments.rename) {
        (Some(inner), None) => Answer::Inner(inner),
        (Some(inner), Some(rename)) => {
            let message = "`rename` says nothing beside `inner`, remove one";
            errors.push(Error::new(rename.span(), message));
            Answer::Inner(inner)
        }
        (None, rename) => Answer::Name(Name::of(ident, rename.as_ref(), rename_all, errors)),
    }
}

/// The field that `#[error_type(inner)]` stands on.
fn marked(fields: &Fields, errors: &mut Errors) -> Option<Box<Inner>> {
    let mut marked = None;
    for (field, inner) in Inner::candidates(fields) {
        let arguments = ATTRIBUTE.parse(&field.attrs, Place::Field, errors);
        let Some(key) = arguments.inner.key else {
            continue;
        };
        if marked.is_some() {
            let message = "another field is `inner` already, remove one";
            errors.push(Error::new(key.span(), message));
        } else {
            marked = Some(inner);
        }
    }
    marked
}

/// The field of a variant or a struct with no other.
fn only(key: &Ident, fields: &Fields, place: Place) -> Result<Box<Inner>> {
    let mut all = Inner::candidates(fields);
    let place = place.in_words();
    let message = match (all.next(), all.next()) {
        (Some((_, inner)), None) => return Ok(inner),
        (Some(_), Some(_)) => format!(
            "`inner` on {place} with several fields does not say which; put it on the field"
        ),
        (None, _) => format!("`inner` needs a field, and this is {place} without one; remove it"),
    };
    Err(Error::new(key.span(), message))
}
