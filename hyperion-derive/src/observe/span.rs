//! `span!`: a span that is opened by hand.

use proc_macro2::TokenStream;
use quote::quote;
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::{Error, Ident, LitStr, Path, Result, Token};

use super::arguments::{Arguments, Part, Parts};
use super::expand;
use super::model::ManualSpan;
use crate::errors::Errors;
use crate::list::skip_entry;
use crate::table::{self, Place, Signal};

/// Expands one span; mistakes take its place.
pub(crate) fn span(tokens: TokenStream) -> TokenStream {
    match parse(tokens) {
        Ok(span) => expand::span(&span),
        Err(error) => {
            let errors = error.into_compile_error();
            // A macro in the place of an expression is one expression.
            quote!({ #errors })
        }
    }
}

fn parse(tokens: TokenStream) -> Result<ManualSpan> {
    let mut errors = Errors::default();
    let mut arguments = Arguments::default();
    let parser = |input: ParseStream<'_>| {
        let result = name(input);
        let name = errors.ok(result);
        // What comes after it is read in any case, to find the mistakes in it.
        table::read(&mut arguments, input, Place::Span, &mut errors);
        Ok(name)
    };
    let name = parser.parse2(tokens);
    let name = errors.ok(name).flatten();
    let mut arguments = arguments.check(Place::Span, &mut errors);
    arguments.parts.value = Parts::Only(vec![Part::Signal(Signal::Trace)]);
    match name {
        Some(name) => errors.finish(ManualSpan { name, arguments }),
        None => Err(errors.finish(()).err().unwrap_or_else(without_name)),
    }
}

/// The name, and the comma after it.
fn name(input: ParseStream<'_>) -> Result<LitStr> {
    if input.is_empty() {
        return Err(without_name());
    }
    if !input.peek(LitStr) {
        return Err(instead_of_name(input));
    }
    let name: LitStr = input.parse()?;
    if name.value().is_empty() {
        return Err(Error::new(name.span(), "the name of a span is empty"));
    }
    if !input.is_empty() {
        if !input.peek(Token![,]) {
            return Err(input.error("expected `,`"));
        }
        input.parse::<Token![,]>()?;
    }
    Ok(name)
}

fn without_name() -> Error {
    Error::new(
        proc_macro2::Span::call_site(),
        "a span needs a name: `span!(\"load\")`",
    )
}

/// Says what is wrong with what stands in the place of the name.
fn instead_of_name(input: ParseStream<'_>) -> Error {
    let span = input.span();
    let ahead = input.fork();
    // `Level::INFO` of `tracing`.
    if let Ok(path) = ahead.call(Path::parse_mod_style)
        && path.segments.len() > 1
        && let Some(level) = path.segments.last()
        && path.segments.iter().any(|segment| segment.ident == "Level")
    {
        let level = level.ident.unraw().to_string().to_lowercase();
        let message = format!("the name comes first, and the level has a key: `level = {level}`");
        skip_entry(input);
        if input.peek(LitStr) {
            skip_entry(input);
        }
        return Error::new_spanned(path, message);
    }
    if input.peek2(Token![=])
        && let Ok(key) = input.fork().parse::<Ident>()
        && key == "name"
    {
        skip_entry(input);
        let message = "the name of a span comes first: `span!(\"…\")`";
        return Error::new(span, message);
    }
    // An argument is read as one, once it is said what is missing.
    let keyed = input.peek(Ident::peek_any) && input.peek2(Token![=]);
    if !keyed {
        skip_entry(input);
    }
    Error::new(
        span,
        "a span begins with its name, a string literal: `span!(\"load\")`",
    )
}
