//! `#[observe]` and `span!`: parse, model, expand.

mod arguments;
mod attributes;
mod block;
mod expand;
mod fields;
mod item;
mod labels;
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

use self::arguments::{Given, Place};
use self::block::ObservedBlock;
use self::item::Item;
use self::model::{Function, Observe};
pub(crate) use self::span::span;
use crate::errors::Errors;

/// Expands one attribute; on a mistake it leaves the item as it was, so that nothing else is
/// reported about it.
pub(crate) fn observe(arguments: TokenStream, item: &TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let given = Given::parse(arguments, Place::Function, &mut errors);
    match item::parse(item.clone(), &given, &mut errors) {
        Some(Item::Function(function)) => {
            let observe = join(given, Place::Function, *function, &mut errors);
            emit(errors, item, || expand::function(&observe))
        }
        Some(Item::Block(block)) => {
            let ObservedBlock {
                header,
                braces,
                pieces,
                unchanged,
            } = observe_block(given, block, &mut errors);
            emit(errors, &unchanged, || {
                expand::block(header, &braces, &pieces)
            })
        }
        // An item is only missing after a mistake, and this is what a mistake in its parser would
        // look like.
        None => {
            given.check(Place::Function, &mut errors);
            if errors.is_empty() {
                errors.push(item::not_a_function());
            }
            emit(errors, item, TokenStream::new)
        }
    }
}

/// What `expand` gives, or every mistake and what is there in spite of them.
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

/// Makes the model of a function and what is said about it, and checks one against the other.
fn join(mut given: Given, place: Place, function: Function, errors: &mut Errors) -> Observe {
    if let Some(returns) = output::hides(&function.signature) {
        given.check_predicates(returns, errors);
    }
    let arguments = given.check(place, errors);
    names::check(&arguments, &function, errors);
    Observe {
        arguments,
        function,
    }
}

fn observe_block(given: Given, block: block::Block, errors: &mut Errors) -> ObservedBlock {
    given.clone().check(Place::Block, errors);
    // The methods do not repeat a mistake of the block.
    let given = if errors.is_empty() {
        given
    } else {
        Given::default()
    };
    block.observe(&given, errors)
}
