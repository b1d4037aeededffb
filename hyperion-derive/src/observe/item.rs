//! Parses what is under the attribute.

use proc_macro2::{Delimiter, Group, Span, TokenStream, TokenTree};
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::{AttrStyle, Attribute, Error, Ident, Lit, Path, Result, Signature, Token, Visibility};

use super::arguments::Given;
use super::block::Block;
use super::model::{AsyncOutput, Function, Made, ReturnedFuture, Shape};
use super::output::{self, Output};
use super::{attributes, parameters, tail};
use crate::errors::Errors;
use crate::groups;

/// What the attribute stands on.
pub(super) enum Item {
    Function(Box<Function>),
    Block(Block),
}

/// Parses the item, or notes why it is not one that can be observed.
pub(super) fn parse(item: TokenStream, given: &Given, errors: &mut Errors) -> Option<Item> {
    let parser = |input: ParseStream<'_>| {
        let attributes = input.call(Attribute::parse_outer)?;
        let header = input.fork();
        let visibility: Visibility = input.parse()?;
        check_attributes(&attributes, given.hyperion(), errors);
        match kind(input)? {
            Kind::Block => {
                input.parse::<TokenStream>()?;
                Ok(Item::Block(Block::parse(attributes, header.parse()?)?))
            }
            Kind::Function => {
                let signature = input.parse().map(groups::keep_in_signature)?;
                check(&attributes, &signature, errors);
                let body = body(input)?;
                let function = Function::new(attributes, visibility, signature, body, given, false);
                Ok(Item::Function(Box::new(function)))
            }
        }
    };
    let result = parser.parse2(item);
    errors.ok(result)
}

/// What is said about an item when nothing more precise is known.
pub(super) fn not_a_function() -> Error {
    Error::new(Span::call_site(), PLACES)
}

const PLACES: &str = "`#[observe]` goes on a function, a method or an impl block";

impl Function {
    /// `stays_async` says that something around the function still has to see `async`.
    pub(super) fn new(
        mut attributes: Vec<Attribute>,
        visibility: Visibility,
        mut signature: Signature,
        body: TokenTree,
        given: &Given,
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
                // An opaque type of an `async fn` captures every lifetime, whatever the edition of
                // its own tokens.
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
                    // What is known as `impl Trait` only is no `Result` to anybody. Left where it is,
                    // the body keeps the bounds as its expected type, which is what infers the
                    // parameters of a closure it returns.
                    Output::Unit | Output::Never | Output::Opaque => Shape::Guard,
                    // What is no error is not looked at, unless a predicate asks. `Index::index` has its caller from the
                    // declaration of the trait, and keeps it that way.
                    Output::Named(ty) | Output::Partial(ty)
                        if output::holds_no_error(&ty) && !given.has_predicates() =>
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

/// Two attributes would be two observed calls.
fn check_attributes(attributes: &[Attribute], hyperion: Option<&Path>, errors: &mut Errors) {
    for attribute in attributes {
        if attributes::is_observe(attribute.path(), hyperion) {
            let message = "`#[observe]` is given twice, remove one";
            errors.push(Error::new_spanned(attribute.path(), message));
        }
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

/// Whether the token is a block, be it one that comes from a `macro_rules!` fragment.
pub(super) fn is_block(token: &TokenTree) -> bool {
    let TokenTree::Group(group) = token else {
        return false;
    };
    match group.delimiter() {
        Delimiter::Brace => true,
        Delimiter::None => only(group).is_some_and(|inner| is_block(&inner)),
        _ => false,
    }
}

fn only(group: &Group) -> Option<TokenTree> {
    let mut tokens = group.stream().into_iter();
    let first = tokens.next()?;
    tokens.next().is_none().then_some(first)
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
            let mut without = Group::new(group.delimiter(), groups::keep_in_statements(rest));
            without.set_span(group.span());
            TokenTree::Group(without)
        }
        _ => body,
    }
}

enum Kind {
    Function,
    Block,
}

/// Tells what comes, and says where the attribute belongs when that is something else.
fn kind(input: ParseStream<'_>) -> Result<Kind> {
    let ahead = input.fork();
    let mut last = None;
    while ahead.peek(Ident::peek_any) {
        let word = ahead.call(Ident::parse_any)?;
        let what = match word.to_string().as_str() {
            "fn" => return Ok(Kind::Function),
            "impl" => return Ok(Kind::Block),
            "struct" => "a struct",
            "enum" => "an enum",
            "union" => "a union",
            "trait" => {
                let message =
                    "`#[observe]` is not for a trait; put it on the methods that have a body";
                return Err(Error::new(word.span(), message));
            }
            "mod" => "a module",
            "type" => "a type",
            "use" | "crate" => "an import",
            "static" => "a static",
            "let" => "a variable",
            "macro_rules" => "a macro",
            "async" | "unsafe" | "default" | "auto" | "safe" | "const" | "extern" => {
                if word == "extern" {
                    ahead.parse::<Option<Lit>>()?;
                }
                last = Some(word);
                continue;
            }
            _ => match &last {
                Some(last) if last == "const" => return Err(misplaced(last.span(), "a constant")),
                _ => break,
            },
        };
        return Err(misplaced(word.span(), what));
    }
    match last {
        Some(last) if last == "extern" => Err(misplaced(last.span(), "a block of declarations")),
        _ => Err(input.error(PLACES)),
    }
}

fn misplaced(span: Span, what: &str) -> Error {
    Error::new(span, format!("{PLACES}, not on {what}"))
}
