//! Parses the function under the attribute.

use proc_macro2::{Delimiter, Group, Span, TokenStream, TokenTree};
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::{AttrStyle, Attribute, Error, Ident, Lit, Result, Signature, Token, Visibility};

use super::model::{AsyncOutput, Function, Shape};
use super::output::{self, Output};
use super::{attributes, parameters};
use crate::errors::Errors;

/// Parses the function, or notes why it is not one that can be observed.
pub(super) fn parse(item: TokenStream, errors: &mut Errors) -> Option<Function> {
    let parser = |input: ParseStream<'_>| function(input, errors);
    let result = parser.parse2(item);
    errors.ok(result)
}

/// What is said about an item when nothing more precise is known.
pub(super) fn not_a_function() -> Error {
    Error::new(
        Span::call_site(),
        "`#[observe]` goes on a function or a method",
    )
}

fn function(input: ParseStream<'_>, errors: &mut Errors) -> Result<Function> {
    let mut attributes = input.call(Attribute::parse_outer)?;
    let visibility: Visibility = input.parse()?;
    reject_other_items(input)?;
    let signature: Signature = input.parse()?;
    check(&attributes, &signature, errors);
    let body = hoist(body(input)?, &mut attributes);
    Ok(Function::new(attributes, visibility, signature, body))
}

impl Function {
    fn new(
        attributes: Vec<Attribute>,
        visibility: Visibility,
        mut signature: Signature,
        body: TokenTree,
    ) -> Self {
        let shape = if signature.asyncness.is_some() {
            let inert = attributes::are_inert(&attributes);
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
            match Output::of(&signature.output) {
                // What is known as `impl Trait` only is no `Result` to anybody. Left where it is,
                // the body keeps the bounds as its expected type, which is what infers the
                // parameters of a closure it returns.
                Output::Unit | Output::Never | Output::Opaque => Shape::Guard,
                Output::Named(output) | Output::Partial(output) if in_place => {
                    Shape::InPlace { output }
                }
                Output::Named(output) | Output::Partial(output) => Shape::Closure {
                    parameters: parameters::rebind(&mut signature),
                    output,
                },
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

/// Checks what has to be said about a function that parses.
fn check(attributes: &[Attribute], signature: &Signature, errors: &mut Errors) {
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
fn body(input: ParseStream<'_>) -> Result<TokenTree> {
    if input.peek(Token![;]) {
        let message =
            "`#[observe]` needs a function body; put it where the function is implemented";
        return Err(input.error(message));
    }
    let body: TokenTree = input.parse()?;
    if is_block(&body) {
        return Ok(body);
    }
    Err(Error::new(body.span(), "expected the body of the function"))
}

/// Whether the token is a block, be it one that comes from a `macro_rules!` fragment.
fn is_block(token: &TokenTree) -> bool {
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
            let mut without = Group::new(group.delimiter(), rest);
            without.set_span(group.span());
            TokenTree::Group(without)
        }
        _ => body,
    }
}

/// Says where the attribute belongs when it stands on something that is not a function.
fn reject_other_items(input: ParseStream<'_>) -> Result<()> {
    let ahead = input.fork();
    let mut last = None;
    while ahead.peek(Ident::peek_any) {
        let word = ahead.call(Ident::parse_any)?;
        let what = match word.to_string().as_str() {
            "fn" => return Ok(()),
            "impl" => {
                let message =
                    "`#[observe]` is not supported on an impl block; put it on the methods";
                return Err(Error::new(word.span(), message));
            }
            "struct" => "a struct",
            "enum" => "an enum",
            "union" => "a union",
            "trait" => "a trait",
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
        _ => Err(input.error("`#[observe]` goes on a function or a method")),
    }
}

fn misplaced(span: Span, what: &str) -> Error {
    Error::new(
        span,
        format!("`#[observe]` goes on a function or a method, not on {what}"),
    )
}
