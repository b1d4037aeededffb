//! What a derive cannot stand on.

use proc_macro2::Span;
use syn::{Data, Error, Generics};

use crate::errors::Errors;
use crate::table::Place;

/// The mistake of an item that is none of those that `goes_on` names.
pub(crate) fn misplaced(data: &Data, goes_on: &str) -> Error {
    let message = format!("{goes_on}, not on {}", Place::of(data).in_words());
    Error::new(keyword(data), message)
}

/// Notes parameters, which the type cannot have, as `why` says.
pub(crate) fn not_generic(generics: &Generics, why: &str, errors: &mut Errors) {
    if !generics.params.is_empty() {
        let message = format!("{why}; remove the parameters");
        errors.push(Error::new_spanned(&generics.params, message));
    }
}

fn keyword(data: &Data) -> Span {
    match data {
        Data::Enum(data) => data.enum_token.span,
        Data::Struct(data) => data.struct_token.span,
        Data::Union(data) => data.union_token.span,
    }
}
