//! Makes the model of a function.

use proc_macro2::{Delimiter, Span, TokenStream, TokenTree};
use syn::parse::{ParseStream, Parser};
use syn::{AttrStyle, Attribute, Error, Result, Signature, Token, Visibility};

use super::arguments::Arguments;
use super::model::{AsyncOutput, Function, Made, Observe, ReturnedFuture, Shape};
use super::output::{self, Output};
use super::{attributes, names, parameters, tail};
use crate::errors::Errors;
use crate::groups;
use crate::table::Place;

/// Joins a function and what is said about it, and checks one against the other.
pub(super) fn join(
    mut arguments: Arguments,
    place: Place,
    function: Function,
    errors: &mut Errors,
) -> Observe {
    if let Some(returns) = output::hides(&function.signature) {
        arguments.check_predicates(returns, errors);
    }
    let arguments = arguments.check(place, errors);
    names::check(&arguments, &function, errors);
    Observe {
        arguments,
        function,
    }
}

impl Function {
    /// `stays_async` says that something around the function still has to see `async`.
    pub(super) fn new(
        mut attributes: Vec<Attribute>,
        visibility: Visibility,
        mut signature: Signature,
        body: TokenTree,
        arguments: &Arguments,
        stays_async: bool,
    ) -> Self {
        let body = hoist(body, &mut attributes);
        let shape = if signature.asyncness.is_some() {
            let inert = !stays_async && attributes::are_inert(&attributes);
            let parameters = parameters::rebind(&mut signature);
            match Output::of(&signature.output) {
                Output::Unit if inert => Shape::Future {
                    parameters,
                    output: output::unit(),
                },
                Output::Named(output) if inert => Shape::Future { parameters, output },
                Output::Unit => Shape::AsyncFn {
                    parameters,
                    output: AsyncOutput::Named(Box::new(output::unit())),
                },
                // An opaque type of an `async fn` captures every lifetime, whatever the edition of its own tokens.
                Output::Named(output) | Output::Partial(output) => Shape::AsyncFn {
                    parameters,
                    output: AsyncOutput::Named(Box::new(output)),
                },
                Output::Opaque => Shape::AsyncFn {
                    parameters,
                    output: AsyncOutput::Opaque,
                },
                Output::Never => Shape::AsyncFn {
                    parameters,
                    output: AsyncOutput::Never,
                },
            }
        } else {
            // A closure would be its own caller, and cannot take what is passed for `...`.
            let in_place = signature.variadic.is_some()
                || attributes::find(&attributes, "track_caller").is_some();
            if let Some(future) = ReturnedFuture::of(&signature.output) {
                returned(future, &mut signature, &body, in_place)
            } else {
                match Output::of(&signature.output) {
                    // What is known as `impl Trait` only is no `Result` to anybody. Left where it is, the body keeps
                    // the bounds as its expected type, which is what infers the parameters of a closure it returns.
                    Output::Unit | Output::Never | Output::Opaque => Shape::Guard,
                    // What is no error is not looked at, unless a predicate asks. `Index::index` has its caller from
                    // the declaration of the trait, and keeps it that way.
                    Output::Named(ty) | Output::Partial(ty)
                        if output::holds_no_error(&ty) && !arguments.err.has_predicates() =>
                    {
                        Shape::Guard
                    }
                    Output::Named(output) | Output::Partial(output) if in_place => {
                        Shape::InPlace { output }
                    }
                    Output::Named(output) | Output::Partial(output) => Shape::Closure {
                        parameters: parameters::rebind(&mut signature),
                        output,
                    },
                }
            }
        };
        Self {
            attributes,
            visibility,
            signature,
            body,
            shape,
        }
    }
}

/// The shape of a function that returns a future: the life of the future is observed, not the call that makes it.
fn returned(
    future: ReturnedFuture,
    signature: &mut Signature,
    body: &TokenTree,
    in_place: bool,
) -> Shape {
    match tail::find(body) {
        Some(tail) => Shape::AsyncBlock {
            output: future.output,
            tail: Box::new(tail),
        },
        None if in_place => Shape::Returned {
            future: Box::new(future),
            made: Made::InPlace,
        },
        None => Shape::Returned {
            future: Box::new(future),
            made: Made::InClosure(parameters::rebind(signature)),
        },
    }
}

/// Checks what has to be said about a function that parses.
pub(super) fn check(attributes: &[Attribute], signature: &Signature, errors: &mut Errors) {
    if let Some(constness) = &signature.constness {
        let message = "`#[observe]` cannot run in a `const fn`; remove `const` or the attribute";
        errors.push(Error::new(constness.span, message));
    }
    if let Some(naked) = attributes::find(attributes, "naked") {
        let message =
            "`#[observe]` cannot run in a naked function; remove `naked` or the attribute";
        errors.push(Error::new_spanned(&naked.meta, message));
    }
}

/// Takes the block of the function as one token.
pub(super) fn body(input: ParseStream<'_>) -> Result<TokenTree> {
    if input.peek(Token![;]) {
        return Err(without_body(input.span()));
    }
    let body: TokenTree = input.parse()?;
    if is_block(&body) {
        return Ok(body);
    }
    Err(Error::new(body.span(), "expected the body of the function"))
}

pub(super) fn without_body(span: Span) -> Error {
    let message = "`#[observe]` needs a function body; put it where the function is implemented";
    Error::new(span, message)
}

/// Returns true if the token is a block, be it one that comes from a `macro_rules!` fragment.
pub(super) fn is_block(token: &TokenTree) -> bool {
    let TokenTree::Group(group) = token else {
        return false;
    };
    match group.delimiter() {
        Delimiter::Brace => true,
        Delimiter::None => groups::single(group.stream()).is_some_and(|inner| is_block(&inner)),
        _ => false,
    }
}

/// Moves the inner attributes of the body to the function.
///
/// They are about the function, parameters included, and the body is about to be a block inside it.
fn hoist(body: TokenTree, attributes: &mut Vec<Attribute>) -> TokenTree {
    let TokenTree::Group(group) = &body else {
        return body;
    };
    let parser = |input: ParseStream<'_>| {
        let inner = input.call(Attribute::parse_inner)?;
        Ok((inner, input.parse::<TokenStream>()?))
    };
    match parser.parse2(group.stream()) {
        Ok((inner, rest)) if !inner.is_empty() => {
            let outer = inner.into_iter().map(|attribute| Attribute {
                style: AttrStyle::Outer,
                ..attribute
            });
            attributes.extend(outer);
            let rest = groups::keep_in_statements(rest);
            TokenTree::Group(groups::with_content(group, rest))
        }
        _ => body,
    }
}
