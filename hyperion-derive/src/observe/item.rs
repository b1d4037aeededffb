//! Parses what is under the attribute.

use proc_macro2::{Span, TokenStream};
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::{Attribute, Error, Ident, Lit, Path, Result, Visibility};

use super::arguments::Arguments;
use super::block::Block;
use super::model::Function;
use super::{attributes, function};
use crate::errors::Errors;
use crate::groups;

/// The item under the attribute.
pub(super) enum Item {
    Function(Box<Function>),
    Block(Block),
}

/// Parses the item, or notes why it is not one that can be observed.
pub(super) fn parse(item: TokenStream, arguments: &Arguments, errors: &mut Errors) -> Option<Item> {
    let parser = |input: ParseStream<'_>| {
        let attributes = input.call(Attribute::parse_outer)?;
        let header = input.fork();
        let visibility: Visibility = input.parse()?;
        check_attributes(&attributes, arguments.hyperion.as_ref(), errors);
        match kind(input)? {
            ItemKind::Block => {
                input.parse::<TokenStream>()?;
                Ok(Item::Block(Block::parse(attributes, header.parse()?)?))
            }
            ItemKind::Function => {
                let signature = input.parse().map(groups::keep_in_signature)?;
                function::check(&attributes, &signature, errors);
                let body = function::body(input)?;
                let function =
                    Function::new(attributes, visibility, signature, body, arguments, false);
                Ok(Item::Function(Box::new(function)))
            }
        }
    };
    let result = parser.parse2(item);
    errors.ok(result)
}

/// The mistake of an item of which nothing more precise is known.
pub(super) fn not_a_function() -> Error {
    Error::new(Span::call_site(), PLACES)
}

const PLACES: &str = "`#[observe]` goes on a function, a method or an impl block";

/// Two attributes would be two observed calls.
fn check_attributes(attributes: &[Attribute], hyperion: Option<&Path>, errors: &mut Errors) {
    for attribute in attributes {
        if attributes::is_observe(attribute.path(), hyperion) {
            let message = "`#[observe]` is given twice, remove one";
            errors.push(Error::new_spanned(attribute.path(), message));
        }
    }
}

enum ItemKind {
    Function,
    Block,
}

/// Returns the kind of the item ahead, or an error that says where the attribute belongs.
fn kind(input: ParseStream<'_>) -> Result<ItemKind> {
    let ahead = input.fork();
    let mut last = None;
    while ahead.peek(Ident::peek_any) {
        let word = ahead.call(Ident::parse_any)?;
        let what = match word.to_string().as_str() {
            "fn" => return Ok(ItemKind::Function),
            "impl" => return Ok(ItemKind::Block),
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
