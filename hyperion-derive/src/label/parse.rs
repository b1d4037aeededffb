//! Parses the enum and the attributes `#[label(..)]`.

use syn::ext::IdentExt;
use syn::{Data, DataEnum, DeriveInput, Error, Fields, Ident, LitStr, Member, Path, Result, Type};

use crate::case::Case;
use crate::errors::Errors;
use crate::groups::type_name;
use crate::helper_attribute::{HelperAttribute, List};
use crate::name::Name;
use crate::table::{Argument, Place, arguments};
use crate::target::{Target, Variant, misplaced, not_generic};

const ATTRIBUTE: HelperAttribute<LabelArguments> = HelperAttribute::new("label", List::Required);

arguments! {
    /// The arguments of `#[label(..)]` beside `derive(Label)`.
    struct LabelArguments {
        rename: Option<LitStr> {
            "rename", "rename = \"free\"", Argument::text, on(&[Place::Variant], "a variant");
        }
        rename_all: Option<Case> {
            "rename_all", "rename_all = \"snake_case\"", Case::read, on(&[Place::Enum], "an enum");
        }
        hyperion: Option<Path> {
            "crate", "crate = my_crate::hyperion", Argument::path, on(Place::TYPES, "the whole type");
        }
    }
}

/// The source of the values.
pub(super) enum LabelValues {
    /// They are the variants of an enum.
    Variants(Vec<LabelValue>),
    /// They are texts that the program meets, in the one field of a struct.
    Texts(Box<BoundedField>),
}

/// The field that is a `Bounded<N>`.
pub(super) struct BoundedField {
    pub(super) member: Member,
    pub(super) ty: Type,
}

/// One value of the label, at its place among the others.
pub(super) struct LabelValue {
    pub(super) variant: Variant,
    pub(super) name: Name,
}

/// Parses every value it can, and notes what is wrong with the others.
pub(super) fn parse(input: DeriveInput) -> (Target, Result<LabelValues>) {
    let mut errors = Errors::default();
    let place = Place::of(&input.data);
    let arguments = ATTRIBUTE.parse(&input.attrs, place, &mut errors);
    let values = match &input.data {
        Data::Enum(data) => {
            let why = "a label cannot be generic, since its values are those of its variants";
            not_generic(&input.generics, why, &mut errors);
            let case = arguments.rename_all.unwrap_or(Case::Snake);
            Some(LabelValues::Variants(variants(
                &input.ident,
                data,
                case,
                &mut errors,
            )))
        }
        Data::Struct(data) => {
            let why = "a label cannot be generic, since it has one set of texts";
            not_generic(&input.generics, why, &mut errors);
            texts(&input.ident, &data.fields, &mut errors).map(LabelValues::Texts)
        }
        Data::Union(_) => {
            let goes_on =
                "`derive(Label)` goes on an enum without fields or a struct with a `Bounded<N>`";
            errors.push(misplaced(&input.data, goes_on));
            None
        }
    };
    let hyperion = arguments.hyperion.as_ref();
    let target = Target::new(&input.ident, input.generics, hyperion);
    // Where there are none, something is wrong.
    let values = values.unwrap_or(LabelValues::Variants(Vec::new()));
    (target, errors.finish(values))
}

fn variants(ident: &Ident, data: &DataEnum, case: Case, errors: &mut Errors) -> Vec<LabelValue> {
    if data.variants.is_empty() {
        let message = "a label needs a value, and this enum has no variant; add one";
        errors.push(Error::new(ident.span(), message));
    }
    let mut values: Vec<LabelValue> = Vec::new();
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
        let same = |value: &&LabelValue| value.name.text == name.text && !name.text.is_empty();
        if let Some(first) = values.iter().find(same) {
            let message = format!(
                "`{}` is the value of `{}` already, give this one another with `rename = \"…\"`",
                name.text.escape_debug(),
                first.variant.ident.unraw(),
            );
            errors.push(Error::new(name.span, message));
        }
        values.push(LabelValue {
            variant: Variant::new(variant),
            name,
        });
    }
    values
}

/// The one field of a struct.
fn texts(ident: &Ident, fields: &Fields, errors: &mut Errors) -> Option<Box<BoundedField>> {
    let mut all = fields.members().zip(fields);
    let (Some((member, field)), None) = (all.next(), all.next()) else {
        let message = "a struct that is a label has one field, a `Bounded<N>` with its texts";
        errors.push(if fields.is_empty() {
            Error::new(ident.span(), message)
        } else {
            Error::new_spanned(fields, message)
        });
        return None;
    };
    ATTRIBUTE.parse(&field.attrs, Place::Field, errors);
    if type_name(&field.ty).is_none_or(|name| name != "Bounded") {
        let message = "a label has values that are known, or at most so many texts: \
             write `Bounded<100>` for the first 100, or derive `Label` on an enum without fields";
        errors.push(Error::new_spanned(&field.ty, message));
        return None;
    }
    Some(Box::new(BoundedField {
        member,
        ty: field.ty.clone(),
    }))
}
