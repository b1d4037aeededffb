//! The procedural macros of `hyperion-observe`.
//!
//! Nothing here is meant to be used directly: the macros are re-exported, documented and tested by the crate
//! `hyperion`, and the code they write calls into it.

mod buckets;
mod case;
mod error_type;
mod errors;
mod field;
mod groups;
mod helper_attribute;
mod key;
mod label;
mod label_set;
mod list;
#[cfg(test)]
mod malformed;
mod metrics;
mod name;
mod observe;
mod suggest;
mod table;
mod target;

use proc_macro::TokenStream;

/// Observes every call of a function: a span, a duration and an outcome.
///
/// The reference is at the re-export, `hyperion::observe`.
#[proc_macro_attribute]
pub fn observe(arguments: TokenStream, item: TokenStream) -> TokenStream {
    observe::observe(arguments.into(), &item.into()).into()
}

/// Opens a span by hand, around any piece of code.
///
/// The reference is at the re-export, `hyperion::span`.
#[proc_macro]
pub fn span(arguments: TokenStream) -> TokenStream {
    observe::span(arguments.into()).into()
}

/// Implements the trait of the same name: the variant or the struct is the value of `error.type`.
///
/// The reference is at the re-export, `hyperion::ErrorType`.
#[proc_macro_derive(ErrorType, attributes(error_type))]
pub fn error_type(item: TokenStream) -> TokenStream {
    error_type::error_type(item.into()).into()
}

/// Implements the trait of the same name: the type is the value of an attribute.
///
/// The reference is at the re-export, `hyperion::Field`.
#[proc_macro_derive(Field, attributes(field))]
pub fn field(item: TokenStream) -> TokenStream {
    field::field(item.into()).into()
}

/// Implements the trait of the same name: the variants are the values of a metric label.
///
/// The reference is at the re-export, `hyperion::Label`.
#[proc_macro_derive(Label, attributes(label))]
pub fn label(item: TokenStream) -> TokenStream {
    label::label(item.into()).into()
}

/// Implements the trait of the same name: the fields are the labels of a metric.
///
/// The reference is at the re-export, `hyperion::LabelSet`.
#[proc_macro_derive(LabelSet, attributes(label))]
pub fn label_set(item: TokenStream) -> TokenStream {
    label_set::label_set(item.into()).into()
}

/// Implements the trait of the same name: the fields are metrics.
///
/// The reference is at the re-export, `hyperion::Metrics`.
#[proc_macro_derive(
    Metrics,
    attributes(metrics, counter, up_down_counter, gauge, histogram)
)]
pub fn metrics(item: TokenStream) -> TokenStream {
    metrics::metrics(item.into()).into()
}
