//! Writes the observed function, block or span. It cannot fail.
//!
//! Every token that is written here has the hygiene and the edition of the macro: a local of ours is never one of the
//! user's, whatever it is called. The user's own tokens are repeated as they came.

mod before;
mod callsite;
mod details;
mod fields;
mod futures;
mod lent;
mod outcome;
mod parameters;

use proc_macro2::{Delimiter, Group, Span, TokenStream, TokenTree};
use quote::{ToTokens, TokenStreamExt, quote_spanned};
use syn::ext::IdentExt;
use syn::{Lifetime, LitStr, Type};

use self::outcome::Returned;
use super::arguments::Arguments;
use super::model::{Function, ManualSpan, Observe, Parameters, Piece, Shape};
use crate::groups::with_content;

/// ```text
/// #[attributes] fn name(arguments) -> T { observed body }
/// ```
pub(super) fn function(observe: &Observe) -> TokenStream {
    let Observe {
        arguments,
        function,
    } = observe;
    let Function {
        attributes,
        visibility,
        signature,
        shape,
        body,
    } = function;
    let name = &signature.ident;
    let expansion = CallExpansion {
        arguments,
        method: LitStr::new(&name.unraw().to_string(), site()),
        name: arguments.name.as_ref(),
        at: name.span(),
        private: private_at(arguments, site()),
        parameters: shape.parameters(),
    };
    let mut signature = signature.clone();
    let content = match shape {
        Shape::Guard => expansion.guard(body),
        Shape::InPlace { output } => expansion.in_place(body, output),
        Shape::Closure { parameters, output } => expansion.closure(body, parameters, output),
        Shape::Future { parameters, output } => {
            futures::return_future(&mut signature, output);
            expansion.future(body, parameters, output)
        }
        Shape::AsyncFn { parameters, output } => expansion.async_fn(body, parameters, output),
        Shape::AsyncBlock { output, tail } => {
            expansion.async_block(tail, output.as_ref(), &signature)
        }
        Shape::Returned { future, made } => expansion.returned(body, future, made),
    };
    let body = braces_at(whole(body), content);
    quote_spanned! {site()=>
        #(#attributes)* #visibility #signature #body
    }
}

/// ```text
/// impl Users { observed methods, and what is not observed as it was }
/// ```
pub(super) fn block(header: TokenStream, braces: &Group, pieces: &[Piece]) -> TokenStream {
    let content = pieces
        .iter()
        .map(|piece| match piece {
            Piece::Untouched(tokens) => tokens.clone(),
            Piece::Method(observe) => function(observe),
        })
        .collect();
    let mut tokens = header;
    tokens.append(with_content(braces, content));
    tokens
}

/// ```text
/// Span::start(&CALLSITE, |origin| { parent and links }, |fields| { fields })
/// ```
pub(super) fn span(ManualSpan { name, arguments }: &ManualSpan) -> TokenStream {
    let expansion = CallExpansion {
        arguments,
        method: LitStr::new(&name.value(), site()),
        name: Some(name),
        at: name.span(),
        private: private_at(arguments, site()),
        parameters: None,
    };
    let private = &expansion.private;
    let level = expansion.level();
    let callsite = expansion.callsite();
    let nothing = || quote_spanned!(site()=> |_| {});
    let origin = expansion.origin().unwrap_or_else(nothing);
    let record = expansion.record(None).unwrap_or_else(nothing);
    quote_spanned!(site()=> #private::Span::start::<#level>(#callsite, #origin, #record))
}

/// The span of what is written here.
fn site() -> Span {
    Span::mixed_site()
}

/// The path under which the expansion finds what it calls.
fn private_at(arguments: &Arguments, span: Span) -> TokenStream {
    if let Some(path) = arguments.hyperion.as_ref() {
        quote_spanned!(span=> #path::__private)
    } else {
        quote_spanned!(span=> ::hyperion::__private)
    }
}

/// The call that is written.
struct CallExpansion<'a> {
    arguments: &'a Arguments,
    /// The name of the call where nothing else is said.
    method: LitStr,
    name: Option<&'a LitStr>,
    /// The place where the user's code names what is observed.
    at: Span,
    private: TokenStream,
    /// Those that are bound again where the body is.
    parameters: Option<&'a Parameters>,
}

impl CallExpansion<'_> {
    /// ```text
    /// {
    ///     let __call = Callsite::enter(&CALLSITE);
    ///     { body }
    /// }
    /// ```
    ///
    /// These braces are not those of the function, whose edition is the user's: before edition 2024 the call would end
    /// there while the temporaries of the body still live.
    fn guard(&self, body: &TokenTree) -> TokenStream {
        let begin = self.begin(&quote_spanned!(site()=> &mut __call));
        let mutable = begin.is_some().then(|| quote_spanned!(site()=> mut));
        let enter = self.enter();
        let body = labelled(body);
        quote_spanned! {site()=>
            {
                let #mutable __call = #enter;
                #begin
                #body
            }
        }
    }

    /// ```text
    /// let mut __call = Callsite::enter(&CALLSITE);
    /// let __output: T = if true { { body } } else { returned() };
    /// Call::finish_with(&mut __call, || outcome(&__output));
    /// __output
    /// ```
    ///
    /// The condition keeps what follows reachable when the body ends with `return`, and ends the life of the body's
    /// temporaries where a function would.
    fn in_place(&self, body: &TokenTree, output: &Type) -> TokenStream {
        let private = &self.private;
        let enter = self.enter();
        let begin = self.begin(&quote_spanned!(site()=> &mut __call));
        let body = labelled(body);
        let outcome = self.outcome(Returned::Here, None);
        quote_spanned! {site()=>
            let mut __call = #enter;
            #begin
            let __output: #output = if true { #body } else { #private::returned() };
            #private::Call::finish_with(&mut __call, || #outcome);
            __output
        }
    }

    /// ```text
    /// let mut __call = Callsite::enter(&CALLSITE);
    /// let __output = call_once(move || -> T {{
    ///     let argument = argument;
    ///     { body }
    /// }});
    /// Call::finish_with(&mut __call, || outcome(&__output));
    /// __output
    /// ```
    fn closure(&self, body: &TokenTree, parameters: &Parameters, output: &Type) -> TokenStream {
        let private = &self.private;
        let enter = self.enter();
        let begin = self.begin(&quote_spanned!(site()=> __entered));
        let borrow = begin
            .is_some()
            .then(|| quote_spanned!(site()=> let __entered = &mut __call;));
        let prologue = self.prologue(parameters, begin.as_ref());
        let at = opening(body);
        let body = labelled(body);
        let body = braces_at(at, quote_spanned!(site()=> { #prologue #body }));
        let closure = quote_spanned!(at=> move || -> #output #body);
        let outcome = self.outcome(Returned::Here, None);
        quote_spanned! {site()=>
            let mut __call = #enter;
            #borrow
            let __output = #private::call_once(#closure);
            #private::Call::finish_with(&mut __call, || #outcome);
            __output
        }
    }
}

/// The user's block, untouched.
///
/// Its label keeps the compiler from asking the user to remove the braces of a short one. It stands where the brace is,
/// because the edition of a block, which says how long its temporaries live, is that of its first token.
///
/// So it has the hygiene of that place, too: a user who has a label of this name is warned that one shadows the other,
/// which changes nothing. No other hygiene has the user's edition.
fn labelled(body: &TokenTree) -> TokenStream {
    let label = Lifetime::new("'__hyperion", opening(body));
    quote_spanned!(site()=> #label: #body)
}

/// The place of a body, braces included.
fn whole(body: &TokenTree) -> Span {
    match body {
        TokenTree::Group(group) if group.delimiter() == Delimiter::None => opening(body),
        other => other.span(),
    }
}

/// Braces of ours at a place of the user's: an item that ends with the macro's own is code that lints leave alone, or
/// find at the attribute.
///
/// Messages of the compiler about a closure, or about what it captures, are worded for the user only where it stands in
/// the user's code. The edition of `content` stays the macro's when it is one block.
fn braces_at(span: Span, content: TokenStream) -> Group {
    let mut braces = Group::new(Delimiter::Brace, content);
    braces.set_span(span);
    braces
}

/// The opening brace of a block, also when it comes from a `macro_rules!` fragment.
fn opening(body: &TokenTree) -> Span {
    match body {
        TokenTree::Group(group) if group.delimiter() == Delimiter::None => group
            .stream()
            .into_iter()
            .next()
            .map_or_else(site, |inner| opening(&inner)),
        TokenTree::Group(group) => group.span_open(),
        other => other.span(),
    }
}

/// `&(expr)`, placed so that a mistake in its type is shown at the user's expression.
fn borrow(expr: &impl ToTokens) -> TokenStream {
    let expr = expr.to_token_stream();
    let span = site().located_at(syn::spanned::Spanned::span(&expr));
    quote_spanned!(span=> &(#expr))
}
