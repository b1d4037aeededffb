//! Observed futures: from their first poll to their completion, or to the moment they are dropped.

use proc_macro2::{TokenStream, TokenTree};
use quote::{TokenStreamExt, quote_spanned};
use syn::spanned::Spanned;
use syn::{ReturnType, Signature, Token, Type};

use super::outcome::Returned;
use super::{CallExpansion, braces_at, labelled, opening, private_at, site};
use crate::groups::with_content;
use crate::observe::model::{AsyncOutput, FutureForm, Made, Parameters, ReturnedFuture, Tail};
use crate::observe::output::holds_no_error;

/// Turns `async fn f() -> T` into `fn f() -> impl Future<Output = T>`.
pub(super) fn return_future(signature: &mut Signature, output: &Type) {
    signature.asyncness = None;
    let future = quote_spanned!(site()=> impl ::core::future::Future<Output = #output>);
    signature.output = ReturnType::Type(Token![->](site()), Box::new(Type::Verbatim(future)));
}

/// The place where the fields of a future are evaluated.
#[derive(Clone, Copy, PartialEq)]
enum FieldsIn {
    /// In the future, by the call that polls it.
    Future,
    /// Before it is made.
    Prepare,
}

/// The statements before a future, and the names of what is there.
struct Before {
    /// The statements, if there are any.
    statements: Option<TokenStream>,
    callsite: TokenStream,
    prepared: bool,
}

impl CallExpansion<'_> {
    /// ```text
    /// observe_future(&CALLSITE, async move {{
    ///     let argument = argument;
    ///     if false { return returned::<T>(); }
    ///     { body }
    /// }}, |output| outcome(output))
    /// ```
    pub(super) fn future(
        &self,
        body: &TokenTree,
        parameters: &Parameters,
        output: &Type,
    ) -> TokenStream {
        let before = self.before(FieldsIn::Future);
        let future = self.async_body(&before, body, parameters, Some(output));
        let observed = self.observe(&before, &future, &self.inspect(Some(output)));
        let statements = before.statements;
        quote_spanned!(site()=> #statements #observed)
    }

    /// The same, awaited. The type `!` cannot be named in the body, so that an empty one stands for it there.
    pub(super) fn async_fn(
        &self,
        body: &TokenTree,
        parameters: &Parameters,
        output: &AsyncOutput,
    ) -> TokenStream {
        let before = self.before(FieldsIn::Future);
        let observed = match output {
            AsyncOutput::Named(output) => {
                let future = self.async_body(&before, body, parameters, Some(output));
                let observed = self.observe(&before, &future, &self.inspect(Some(output)));
                quote_spanned!(site()=> #observed.await)
            }
            AsyncOutput::Opaque => {
                let future = self.async_body(&before, body, parameters, None);
                let observed = self.observe(&before, &future, &self.inspect(None));
                quote_spanned!(site()=> #observed.await)
            }
            AsyncOutput::Never => {
                let empty = Type::Verbatim(quote_spanned!(site()=> ::core::convert::Infallible));
                let inspect = quote_spanned!(site()=> |__output| match *__output {});
                let future = self.async_body(&before, body, parameters, Some(&empty));
                let observed = self.observe(&before, &future, &inspect);
                quote_spanned!(site()=> match #observed.await {})
            }
        };
        let statements = before.statements;
        quote_spanned!(site()=> #statements #observed)
    }

    /// ```text
    /// statements
    /// Box::pin(observe_future(&CALLSITE, async move {
    ///     if false { return returned::<T>(); }
    ///     { block }
    /// }, |output| outcome(output)))
    /// ```
    ///
    /// The braces around what the user wrote are the user's, because their edition says how long temporaries live.
    /// Fields are evaluated in the block where it owns what they mention and nothing has changed the arguments before
    /// it.
    pub(super) fn async_block(
        &self,
        tail: &Tail,
        output: Option<&Type>,
        signature: &Signature,
    ) -> TokenStream {
        let fields_in = if tail.moves
            && tail.before.is_empty()
            && self.fields_are_about(&tail.block, signature)
        {
            FieldsIn::Future
        } else {
            FieldsIn::Prepare
        };
        let before = self.before(fields_in);
        let fields = match fields_in {
            FieldsIn::Future => self.future_fields(&before.callsite),
            FieldsIn::Prepare => None,
        };
        let witness = self.witness(output);
        let Tail {
            keywords,
            inner_attributes,
            ..
        } = tail;
        let block = labelled(&TokenTree::Group(tail.block.clone()));
        let future = quote_spanned! {site()=>
            #keywords {
                #inner_attributes
                #fields
                #witness
                #block
            }
        };
        let observed = self.observe(&before, &future, &self.inspect(output));

        let mut body = tail.before.clone();
        match &tail.pin {
            Some((path, parentheses)) => {
                body.extend(path.clone());
                body.append(with_content(parentheses, observed));
            }
            None => body.extend(observed),
        }
        match before.statements {
            Some(statements) => {
                let body = labelled(&TokenTree::Group(with_content(&tail.body, body)));
                quote_spanned!(site()=> #statements #body)
            }
            None => body,
        }
    }

    /// ```text
    /// let __future = call_once(move || -> R {{
    ///     let argument = argument;
    ///     { body }
    /// }});
    /// Box::pin(observe_future(&CALLSITE, __future, |output| outcome(output)))
    /// ```
    pub(super) fn returned(
        &self,
        body: &TokenTree,
        future: &ReturnedFuture,
        made: &Made,
    ) -> TokenStream {
        let private = &self.private;
        let before = self.before(FieldsIn::Prepare);
        let at = opening(body);
        let body = labelled(body);
        // The type of a box says what the future gives, and that of an opaque one is known too late.
        let (ty, unknown) = match &future.form {
            FutureForm::Boxed(ty) => (Some(ty), None),
            FutureForm::Opaque => (None, future.output.as_ref()),
        };
        let made = match made {
            Made::InClosure(parameters) => {
                let prologue = self.prologue(parameters, None);
                let output = ty.map(|ty| quote_spanned!(site()=> -> #ty));
                let body = braces_at(at, quote_spanned!(site()=> { #prologue #body }));
                let closure = quote_spanned!(at=> move || #output #body);
                quote_spanned!(site()=> let __future = #private::call_once(#closure);)
            }
            Made::InPlace => {
                let ty = ty.map(|ty| quote_spanned!(site()=> : #ty));
                quote_spanned! {site()=>
                    let __future #ty = if true { #body } else { #private::returned() };
                }
            }
        };
        let inspect = self.inspect_as(future.output.as_ref(), unknown);
        let mut observed = self.observe(&before, &quote_spanned!(site()=> __future), &inspect);
        if ty.is_some() {
            observed = quote_spanned!(site()=> ::std::boxed::Box::pin(#observed));
        }
        let statements = before.statements;
        quote_spanned!(site()=> #statements #made #observed)
    }

    fn before(&self, fields_in: FieldsIn) -> Before {
        let has_fields = !self.arguments.fields.is_empty();
        let fields_before = has_fields && fields_in == FieldsIn::Prepare;
        let prepared = fields_before || self.has_origin_or_labels();
        if !prepared && !has_fields {
            return Before {
                statements: None,
                callsite: self.callsite(),
                prepared,
            };
        }
        // More than one place needs the call site.
        let callsite = quote_spanned!(site()=> __callsite());
        let closure = self.callsite_closure();
        let prepare = prepared.then(|| self.prepare(&callsite, fields_before));
        Before {
            statements: Some(quote_spanned!(site()=> let __callsite = #closure; #prepare)),
            callsite,
            prepared,
        }
    }

    /// `observe_future(&CALLSITE, future, inspect)`
    fn observe(
        &self,
        Before {
            callsite, prepared, ..
        }: &Before,
        future: &TokenStream,
        inspect: &TokenStream,
    ) -> TokenStream {
        let private = &self.private;
        let level = self.level();
        if *prepared {
            quote_spanned! {site()=>
                #private::observe_prepared::<#level, _, _>(#callsite, __prepared, #future, #inspect)
            }
        } else {
            quote_spanned! {site()=>
                #private::observe_future::<#level, _, _>(#callsite, #future, #inspect)
            }
        }
    }

    /// The body of an `async fn` as a future.
    fn async_body(
        &self,
        Before { callsite, .. }: &Before,
        body: &TokenTree,
        parameters: &Parameters,
        output: Option<&Type>,
    ) -> TokenStream {
        let fields = self.future_fields(callsite);
        let prologue = self.prologue(parameters, fields.as_ref());
        let witness = self.witness(output);
        let at = opening(body);
        let body = labelled(body);
        let body = braces_at(at, quote_spanned!(site()=> { #prologue #witness #body }));
        quote_spanned!(at=> async move #body)
    }

    /// `if false { return returned::<T>(); }`
    ///
    /// The value that is never returned tells an `async` block its type, for `?` and for coercions. It stands where the
    /// user wrote the type, which is where the compiler says that it is from.
    fn witness(&self, output: Option<&Type>) -> Option<TokenStream> {
        let output = output?;
        let span = site().located_at(output.span());
        let private = private_at(self.arguments, span);
        Some(quote_spanned!(span=> if false { return #private::returned::<#output>(); }))
    }

    /// `|output| outcome(output)`
    fn inspect(&self, output: Option<&Type>) -> TokenStream {
        self.inspect_as(output, None)
    }

    /// The same, with the type of the output where the compiler might not know it yet.
    fn inspect_as(&self, output: Option<&Type>, unknown: Option<&Type>) -> TokenStream {
        if output.is_some_and(holds_no_error) && !self.arguments.err.has_predicates() {
            let private = &self.private;
            return quote_spanned!(site()=> |_| #private::Outcome::Ok);
        }
        let outcome = self.outcome(Returned::Behind, unknown);
        quote_spanned!(site()=> |__output| #outcome)
    }
}
