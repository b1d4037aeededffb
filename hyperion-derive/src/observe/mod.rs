//! `#[observe]` and `span!`: parse, model, expand.

mod arguments;
mod attributes;
mod block;
mod expand;
mod function;
mod item;
#[cfg(test)]
pub(crate) mod malformed;
mod mentions;
#[cfg(test)]
mod messages;
mod model;
mod names;
mod output;
mod parameters;
#[cfg(test)]
mod snapshots;
mod span;
mod tail;

use proc_macro2::TokenStream;
use quote::quote;

use self::arguments::Arguments;
use self::item::Item;
use self::model::ObservedBlock;
pub(crate) use self::span::span;
use crate::errors::Errors;
use crate::table::Place;

/// Expands one attribute; on a mistake it leaves the item as it was, so that nothing else is reported about it.
pub(crate) fn observe(tokens: TokenStream, item: &TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let arguments = Arguments::parse(tokens, Place::Item, &mut errors);
    match item::parse(item.clone(), &arguments, &mut errors) {
        Some(Item::Function(function)) => {
            let observe = function::join(arguments, Place::Function, *function, &mut errors);
            emit(errors, item, || expand::function(&observe))
        }
        Some(Item::Block(block)) => {
            arguments.clone().check(Place::Block, &mut errors);
            // The methods do not repeat a mistake of the block.
            let arguments = if errors.is_empty() {
                arguments
            } else {
                Arguments::default()
            };
            let ObservedBlock {
                header,
                braces,
                pieces,
                unchanged,
            } = block.observe(&arguments, &mut errors);
            emit(errors, &unchanged, || {
                expand::block(header, &braces, &pieces)
            })
        }
        // An item is only missing after a mistake, and this is what a mistake in its parser would look like.
        None => {
            arguments.check(Place::Function, &mut errors);
            if errors.is_empty() {
                errors.push(item::not_a_function());
            }
            emit(errors, item, TokenStream::new)
        }
    }
}

/// Gives what `expand` does, or every mistake and what is there in spite of them.
fn emit(
    errors: Errors,
    unchanged: &TokenStream,
    expand: impl FnOnce() -> TokenStream,
) -> TokenStream {
    match errors.finish(()) {
        Ok(()) => expand(),
        Err(error) => {
            let errors = error.into_compile_error();
            quote!(#errors #unchanged)
        }
    }
}
