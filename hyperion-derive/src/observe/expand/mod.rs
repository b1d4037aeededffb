//! Writes the observed function. It cannot fail.
//!
//! Every token that is written here has the hygiene and the edition of the macro: a local of ours
//! is never one of the user's, whatever it is called. The user's own tokens are repeated as they
//! came.

mod callsite;
mod fields;
mod parameters;

use proc_macro2::{Delimiter, Span, TokenStream, TokenTree};
use quote::quote_spanned;
use syn::spanned::Spanned;
use syn::{Lifetime, ReturnType, Signature, Token, Type};

use super::model::{AsyncOutput, Function, Observe, Parameters, Shape};

pub(super) fn expand(observe: &Observe) -> TokenStream {
    let Function {
        attributes,
        visibility,
        signature,
        shape,
        ..
    } = &observe.function;
    let expansion = Expansion {
        observe,
        private: private_at(observe, site()),
    };
    let mut signature = signature.clone();
    let body = match shape {
        Shape::Guard => expansion.guard(),
        Shape::InPlace { output } => expansion.in_place(output),
        Shape::Closure { parameters, output } => expansion.closure(parameters, output),
        Shape::Future { parameters, output } => {
            return_future(&mut signature, output);
            expansion.future(parameters, output)
        }
        Shape::AsyncFn { parameters, output } => expansion.async_fn(parameters, output),
    };
    quote_spanned! {site()=>
        #(#attributes)* #visibility #signature { #body }
    }
}

/// The span of what is written here.
fn site() -> Span {
    Span::mixed_site()
}

/// Where the expansion finds what it calls.
fn private_at(observe: &Observe, span: Span) -> TokenStream {
    if let Some(path) = &observe.arguments.hyperion {
        quote_spanned!(span=> #path::__private)
    } else {
        quote_spanned!(span=> ::hyperion::__private)
    }
}

/// Turns `async fn f() -> T` into `fn f() -> impl Future<Output = T>`.
fn return_future(signature: &mut Signature, output: &Type) {
    signature.asyncness = None;
    let future = quote_spanned!(site()=> impl ::core::future::Future<Output = #output>);
    signature.output = ReturnType::Type(Token![->](site()), Box::new(Type::Verbatim(future)));
}

struct Expansion<'a> {
    observe: &'a Observe,
    private: TokenStream,
}

impl Expansion<'_> {
    /// ```text
    /// let __call = Callsite::enter(&CALLSITE);
    /// { body }
    /// ```
    fn guard(&self) -> TokenStream {
        let enter = self.enter();
        let fields = self.call_fields(&quote_spanned!(site()=> &mut __call));
        let body = self.body();
        quote_spanned! {site()=>
            #enter
            #fields
            #body
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
    fn in_place(&self, output: &Type) -> TokenStream {
        let private = &self.private;
        let enter = self.enter();
        let fields = self.call_fields(&quote_spanned!(site()=> &mut __call));
        let body = self.body();
        let outcome = self.outcome(&quote_spanned!(site()=> &__output));
        quote_spanned! {site()=>
            #enter
            #fields
            let __output: #output = if true { #body } else { #private::returned() };
            #private::Call::finish_with(&mut __call, || #outcome);
            __output
        }
    }

    /// ```text
    /// let mut __call = Callsite::enter(&CALLSITE);
    /// let __output = call_once(move || -> T {
    ///     let argument = argument;
    ///     { body }
    /// });
    /// Call::finish_with(&mut __call, || outcome(&__output));
    /// __output
    /// ```
    fn closure(&self, parameters: &Parameters, output: &Type) -> TokenStream {
        let private = &self.private;
        let enter = self.enter();
        let borrow = self
            .has_fields()
            .then(|| quote_spanned!(site()=> let __entered = &mut __call;));
        let fields = self.call_fields(&quote_spanned!(site()=> __entered));
        let prologue = self.prologue(parameters, fields.as_ref());
        let body = self.body();
        let outcome = self.outcome(&quote_spanned!(site()=> &__output));
        quote_spanned! {site()=>
            #enter
            #borrow
            let __output = #private::call_once(move || -> #output {
                #prologue
                #body
            });
            #private::Call::finish_with(&mut __call, || #outcome);
            __output
        }
    }

    /// ```text
    /// observe_future(&CALLSITE, async move {
    ///     let argument = argument;
    ///     if false { return returned::<T>(); }
    ///     { body }
    /// }, |output| outcome(output))
    /// ```
    ///
    /// What is never returned tells the body its type, for `?` and for coercions. It stands where the
    /// user wrote the type, which is where the compiler says that it is from.
    fn future(&self, parameters: &Parameters, output: &Type) -> TokenStream {
        let (callsite, future) = self.observed(parameters, Some(output), &self.inspect());
        quote_spanned!(site()=> #callsite #future)
    }

    /// The same, awaited. The type `!` cannot be named in the body, so that an empty one stands for it there.
    fn async_fn(&self, parameters: &Parameters, output: &AsyncOutput) -> TokenStream {
        match output {
            AsyncOutput::Named(output) => {
                let (callsite, future) = self.observed(parameters, Some(output), &self.inspect());
                quote_spanned!(site()=> #callsite #future.await)
            }
            AsyncOutput::Opaque => {
                let (callsite, future) = self.observed(parameters, None, &self.inspect());
                quote_spanned!(site()=> #callsite #future.await)
            }
            AsyncOutput::Never => {
                let empty = Type::Verbatim(quote_spanned!(site()=> ::core::convert::Infallible));
                let inspect = quote_spanned!(site()=> |__output| match *__output {});
                let (callsite, future) = self.observed(parameters, Some(&empty), &inspect);
                quote_spanned!(site()=> #callsite match #future.await {})
            }
        }
    }

    /// The statement that has to come first, and the observed future of the body.
    fn observed(
        &self,
        parameters: &Parameters,
        output: Option<&Type>,
        inspect: &TokenStream,
    ) -> (Option<TokenStream>, TokenStream) {
        let private = &self.private;
        // The fields need the call site, too. A closure gives it to both and takes no room in the future.
        let (first, callsite) = if self.has_fields() {
            let closure = self.callsite_closure();
            let first = quote_spanned!(site()=> let __callsite = #closure;);
            (Some(first), quote_spanned!(site()=> __callsite()))
        } else {
            (None, self.callsite())
        };
        let fields = self.future_fields(&callsite);
        let prologue = self.prologue(parameters, fields.as_ref());
        let witness = output.map(|output| {
            let span = site().located_at(output.span());
            let private = private_at(self.observe, span);
            quote_spanned!(span=> if false { return #private::returned::<#output>(); })
        });
        let body = self.body();
        let future = quote_spanned! {site()=>
            #private::observe_future(
                #callsite,
                async move {
                    #prologue
                    #witness
                    #body
                },
                #inspect,
            )
        };
        (first, future)
    }

    /// The user's block, untouched.
    ///
    /// Its label keeps the compiler from asking the user to remove the braces of a short one. It stands where the
    /// brace is, because the edition of a block, which says how long its temporaries live, is that of its first token.
    fn body(&self) -> TokenStream {
        let body = &self.observe.function.body;
        let label = Lifetime::new("'__hyperion", opening(body));
        quote_spanned!(site()=> #label: #body)
    }

    fn inspect(&self) -> TokenStream {
        let outcome = self.outcome(&quote_spanned!(site()=> __output));
        quote_spanned!(site()=> |__output| #outcome)
    }

    /// Finds the outcome by the type of `value`: the traits are tried from the most to the least telling.
    fn outcome(&self, value: &TokenStream) -> TokenStream {
        let private = &self.private;
        quote_spanned! {site()=>
            {
                use #private::Probed as _;
                (&&&&&&&&&&&&#private::Probe(#value)).__hyperion_outcome()
            }
        }
    }

    fn has_fields(&self) -> bool {
        !self.observe.arguments.fields.is_empty()
    }
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
