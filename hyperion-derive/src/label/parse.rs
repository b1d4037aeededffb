//! Parses the enum and the attributes `#[label(..)]`.

use syn::ext::IdentExt;
use syn::{Data, DataEnum, DeriveInput, Error, Generics, Ident, Result};

use super::model::Value;
use crate::case::Case;
use crate::errors::Errors;
use crate::helper_attribute::{HelperAttribute, List, Place};
use crate::name::Name;
use crate::naming::{Keyword, Naming};
use crate::target::{Target, Variant};

const ATTRIBUTE: HelperAttribute<Naming> = HelperAttribute {
    name: "label",
    list: List::Required,
    keys: &[
        Keyword::rename("rename = \"free\"", &[Place::Variant], "a variant"),
        Keyword::rename_all(&[Place::Enum], "an enum"),
        Keyword::CRATE,
    ],
};

/// Parses every value it can, and notes what is wrong with the others.
pub(super) fn parse(input: DeriveInput) -> (Target, Result<Vec<Value>>) {
    let mut errors = Errors::default();
    let place = Place::of(&input.data);
    let arguments = ATTRIBUTE.parse(&input.attrs, place, &mut errors);
    let values = match &input.data {
        Data::Enum(data) => {
            not_generic(&input.generics, &mut errors);
            let case = arguments.rename_all.unwrap_or(Case::Snake);
            values(&input.ident, data, case, &mut errors)
        }
        Data::Struct(data) => {
            errors.push(misplaced(data.struct_token.span, place));
            Vec::new()
        }
        Data::Union(data) => {
            errors.push(misplaced(data.union_token.span, place));
            Vec::new()
        }
    };
    let hyperion = arguments.hyperion.as_ref();
    let target = Target::new(&input.ident, input.generics, hyperion);
    (target, errors.finish(values))
}

fn misplaced(span: proc_macro2::Span, place: Place) -> Error {
    let message = format!(
        "`derive(Label)` goes on an enum without fields, not on {}",
        place.in_words()
    );
    Error::new(span, message)
}

fn not_generic(generics: &Generics, errors: &mut Errors) {
    if !generics.params.is_empty() {
        let message = "a label cannot be generic, since its values are those of its variants; remove the parameters";
        errors.push(Error::new_spanned(&generics.params, message));
    }
}

fn values(ident: &Ident, data: &DataEnum, case: Case, errors: &mut Errors) -> Vec<Value> {
    if data.variants.is_empty() {
        let message = "a label needs a value, and this enum has no variant; add one";
        errors.push(Error::new(ident.span(), message));
    }
    let mut values: Vec<Value> = Vec::new();
    for variant in &data.variants {
        let arguments = ATTRIBUTE.parse(&variant.attrs, Place::Variant, errors);
        if !variant.fields.is_empty() {
            let message = "a label has no fields, since its values must be known when the program is compiled; \
                 remove them, or record them as span attributes with `fields(..)`";
            errors.push(Error::new_spanned(&variant.fields, message));
        }
        let name = Name::of(
            &variant.ident,
            arguments.rename.as_ref(),
            Some(case),
            errors,
        );
        let same = |value: &&Value| value.name.text == name.text && !name.text.is_empty();
        if let Some(first) = values.iter().find(same) {
            let message = format!(
                "`{}` is the value of `{}` already, give this one another with `rename = \"…\"`",
                name.text.escape_debug(),
                first.variant.ident.unraw(),
            );
            errors.push(Error::new(name.span, message));
        }
        values.push(Value {
            variant: Variant::new(variant),
            name,
        });
    }
    values
}
