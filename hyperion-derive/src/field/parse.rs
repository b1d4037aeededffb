//! Parses the type and the attributes `#[field(..)]`.

use proc_macro2::Span;
use syn::{Data, DataEnum, DeriveInput, Error, Fields, Ident, LitStr, Member, Path, Result, Type};

use crate::case::Case;
use crate::errors::Errors;
use crate::helper_attribute::{HelperAttribute, List};
use crate::name::Name;
use crate::table::{Argument, Place, arguments};
use crate::target::{Target, Variant, misplaced};

const ATTRIBUTE: HelperAttribute<FieldArguments> = HelperAttribute::new("field", List::Required);

arguments! {
    /// The arguments of `#[field(..)]`.
    struct FieldArguments {
        rename: Option<LitStr> {
            "rename", "rename = \"free\"", Argument::text, on(&[Place::Variant], "a variant");
        }
        rename_all: Option<Case> {
            "rename_all", "rename_all = \"snake_case\"", Case::read, on(&[Place::Enum], "an enum");
        }
        format: Option<Format> {
            "display", "display", display, on(Place::TYPES, "the whole type");
            "debug", "debug", debug, on(Place::TYPES, "the whole type"),
                excludes("`display` and `debug` are two texts for one value, remove one");
        }
        hyperion: Option<Path> {
            "crate", "crate = my_crate::hyperion", Argument::path, on(Place::TYPES, "the whole type");
        }
    }
}

/// The trait that makes the text of a value.
#[derive(Clone, Copy)]
pub(super) enum Format {
    Display,
    Debug,
}

fn display(argument: &mut Argument<'_>) -> Result<Option<Format>> {
    argument.flag().map(|_| Some(Format::Display))
}

fn debug(argument: &mut Argument<'_>) -> Result<Option<Format>> {
    argument.flag().map(|_| Some(Format::Debug))
}

/// The source of the value.
pub(super) enum FieldSource {
    /// The one field of a struct.
    Inner(Box<InnerField>),
    /// The names of the variants of an enum.
    Names(Vec<(Variant, Name)>),
    /// The text of the whole, and where the user asks for it.
    Shown(Format, Span),
}

/// The field that is recorded.
pub(super) struct InnerField {
    pub(super) member: Member,
    pub(super) ty: Type,
}

/// The way out for a type that is more than one value.
const SEVERAL: &str =
    "write `#[field(display)]` or `#[field(debug)]` to record it as a text, or record its parts";

/// Parses what it can, and notes what is wrong with the rest.
pub(super) fn parse(input: DeriveInput) -> (Target, Result<FieldSource>) {
    let mut errors = Errors::default();
    let place = Place::of(&input.data);
    let arguments = ATTRIBUTE.parse(&input.attrs, place, &mut errors);
    let source = match (&input.data, *arguments.format, &arguments.format.key) {
        (Data::Union(_), ..) => {
            let goes_on =
                "`derive(Field)` goes on a struct with one field or an enum without fields";
            errors.push(misplaced(&input.data, goes_on));
            None
        }
        (data, Some(format), Some(key)) => {
            check_unnamed(data, &arguments, &mut errors);
            Some(FieldSource::Shown(format, key.span()))
        }
        (Data::Struct(data), ..) => inner(&input.ident, &data.fields, &mut errors),
        (Data::Enum(data), ..) => {
            let case = arguments.rename_all.unwrap_or(Case::Snake);
            Some(FieldSource::Names(names(data, case, &mut errors)))
        }
    };
    let hyperion = arguments.hyperion.as_ref();
    let target = Target::new(&input.ident, input.generics, hyperion);
    // Where there is none, something is wrong.
    let source = source.unwrap_or(FieldSource::Names(Vec::new()));
    (target, errors.finish(source))
}

/// Notes names of variants that nobody reads.
fn check_unnamed(data: &Data, arguments: &FieldArguments, errors: &mut Errors) {
    let mut keys: Vec<Ident> = arguments.rename_all.key.iter().cloned().collect();
    if let Data::Enum(data) = data {
        for variant in &data.variants {
            let own = ATTRIBUTE.parse(&variant.attrs, Place::Variant, errors);
            keys.extend(own.rename.key);
        }
    }
    for key in keys {
        let message = format!("`{key}` says nothing beside `display` or `debug`, remove one");
        errors.push(Error::new(key.span(), message));
    }
}

/// The one field of a struct.
fn inner(ident: &Ident, fields: &Fields, errors: &mut Errors) -> Option<FieldSource> {
    for field in fields {
        ATTRIBUTE.parse(&field.attrs, Place::Field, errors);
    }
    let mut all = fields.members().zip(fields);
    let (Some((member, field)), None) = (all.next(), all.next()) else {
        let what = if fields.is_empty() {
            "no field"
        } else {
            "several fields"
        };
        let message = format!("an attribute has one value, and this struct has {what}; {SEVERAL}");
        errors.push(if fields.is_empty() {
            Error::new(ident.span(), message)
        } else {
            Error::new_spanned(fields, message)
        });
        return None;
    };
    let ty = field.ty.clone();
    Some(FieldSource::Inner(Box::new(InnerField { member, ty })))
}

fn names(data: &DataEnum, case: Case, errors: &mut Errors) -> Vec<(Variant, Name)> {
    let variants = data.variants.iter();
    variants
        .map(|variant| {
            let own = ATTRIBUTE.parse(&variant.attrs, Place::Variant, errors);
            if !variant.fields.is_empty() {
                let message =
                    format!("the name of the variant would be all that is recorded; {SEVERAL}");
                errors.push(Error::new_spanned(&variant.fields, message));
            }
            let name = Name::of(&variant.ident, own.rename.as_ref(), Some(case), errors);
            (Variant::new(variant), name)
        })
        .collect()
}
