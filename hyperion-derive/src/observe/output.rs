//! The forms of return types, by which functions are observed.

use proc_macro2::Span;
use quote::quote_spanned;
use syn::visit_mut::{VisitMut, visit_type_mut};
use syn::{
    GenericArgument, PathArguments, PathSegment, ReturnType, Signature, Token, Type, TypeInfer,
    TypeParamBound, parse_quote,
};

use super::model::{FutureForm, ReturnedFuture};
use crate::groups::bare;

/// A return type, by what the expansion can do with it.
pub(super) enum Output {
    /// `()`, or nothing.
    Unit,
    /// `!`.
    Never,
    /// `impl Trait`, and nothing around it.
    Opaque,
    /// A type that holds `impl Trait` somewhere: the type as it can be written in a body, with `_` in those places.
    Partial(Type),
    /// A type that can be written anywhere.
    Named(Type),
}

/// The reason why a predicate would have nothing to look at.
pub(super) fn hides(signature: &Signature) -> Option<&'static str> {
    let returned = if signature.asyncness.is_some() {
        None
    } else {
        ReturnedFuture::of(&signature.output)
    };
    match returned {
        Some(future) => match Output::of_type(&future.output?) {
            Output::Unit => Some("returns nothing"),
            _ => None,
        },
        None => match Output::of(&signature.output) {
            Output::Unit => Some("returns nothing"),
            Output::Never => Some("never returns"),
            Output::Opaque => Some("returns `impl Trait`, which hides what there is"),
            Output::Partial(_) | Output::Named(_) => None,
        },
    }
}

/// Returns true if the type says by its form that a value of it is no error, whatever the names in it are.
pub(super) fn holds_no_error(ty: &Type) -> bool {
    matches!(
        bare(ty),
        Type::Array(_) | Type::FnPtr(_) | Type::Ptr(_) | Type::Reference(_) | Type::Tuple(_)
    )
}

impl Output {
    pub(super) fn of(output: &ReturnType) -> Self {
        match output {
            ReturnType::Type(_, ty) => Self::of_type(ty),
            ReturnType::Default => Self::Unit,
        }
    }

    fn of_type(ty: &Type) -> Self {
        match bare(ty) {
            Type::Tuple(tuple) if tuple.elems.is_empty() => Self::Unit,
            Type::Never(_) => Self::Never,
            Type::ImplTrait(_) => Self::Opaque,
            _ => {
                let mut ty = Type::clone(ty);
                let mut infer = InferOpaque { found: false };
                infer.visit_type_mut(&mut ty);
                if infer.found {
                    Self::Partial(ty)
                } else {
                    Self::Named(ty)
                }
            }
        }
    }
}

impl ReturnedFuture {
    /// The future that a function without `async` returns: `impl Future`, `Pin<Box<dyn Future>>` or an alias of it that
    /// is known by its name.
    pub(super) fn of(output: &ReturnType) -> Option<Self> {
        let ReturnType::Type(_, ty) = output else {
            return None;
        };
        match bare(ty) {
            Type::ImplTrait(opaque) => Some(Self {
                form: FutureForm::Opaque,
                output: output_of(future_among(&opaque.bounds)?),
            }),
            Type::Path(path) => {
                let last = path.path.segments.last()?;
                // An alias may have its own idea of what its parameters are.
                let output = if last.ident == "BoxFuture" || last.ident == "LocalBoxFuture" {
                    let projected = quote_spanned! {Span::mixed_site()=>
                        <#ty as ::core::future::Future>::Output
                    };
                    Some(Type::Verbatim(projected))
                } else {
                    output_of(boxed(last)?)
                };
                let ty = match Output::of_type(ty) {
                    Output::Partial(ty) => ty,
                    _ => Type::clone(ty),
                };
                Some(Self {
                    form: FutureForm::Boxed(Box::new(ty)),
                    output,
                })
            }
            _ => None,
        }
    }
}

/// `Future<..>` of `Pin<Box<dyn Future<..>>>`.
fn boxed(last: &PathSegment) -> Option<&PathSegment> {
    let Type::Path(inner) = argument(last, "Pin")? else {
        return None;
    };
    let Type::TraitObject(object) = argument(inner.path.segments.last()?, "Box")? else {
        return None;
    };
    future_among(&object.bounds)
}

/// The one type in `name<..>`.
fn argument<'a>(segment: &'a PathSegment, name: &str) -> Option<&'a Type> {
    let PathArguments::AngleBracketed(arguments) = &segment.arguments else {
        return None;
    };
    match arguments.args.first()? {
        GenericArgument::Type(ty) if segment.ident == name && arguments.args.len() == 1 => {
            Some(bare(ty))
        }
        _ => None,
    }
}

fn future_among<'a>(
    bounds: impl IntoIterator<Item = &'a TypeParamBound>,
) -> Option<&'a PathSegment> {
    bounds.into_iter().find_map(|bound| match bound {
        TypeParamBound::Trait(bound) if bound.maybe.is_none() => bound
            .path
            .segments
            .last()
            .filter(|last| last.ident == "Future"),
        _ => None,
    })
}

/// `T` of `Future<Output = T>`, as far as it can be written in a body.
fn output_of(future: &PathSegment) -> Option<Type> {
    let PathArguments::AngleBracketed(arguments) = &future.arguments else {
        return None;
    };
    let ty = arguments.args.iter().find_map(|argument| match argument {
        GenericArgument::AssocType(assoc) if assoc.ident == "Output" => Some(&assoc.ty),
        _ => None,
    })?;
    match Output::of_type(ty) {
        Output::Unit => Some(unit()),
        Output::Never | Output::Opaque => None,
        Output::Partial(ty) | Output::Named(ty) => Some(ty),
    }
}

/// The type of a function that returns nothing, for the places where one has to be written.
pub(super) fn unit() -> Type {
    parse_quote!(())
}

/// Replaces every `impl Trait` by `_`.
struct InferOpaque {
    found: bool,
}

impl VisitMut for InferOpaque {
    fn visit_type_mut(&mut self, ty: &mut Type) {
        if let Type::ImplTrait(_) = ty {
            self.found = true;
            *ty = Type::Infer(TypeInfer {
                attrs: Vec::new(),
                underscore_token: Token![_](Span::mixed_site()),
            });
        } else {
            visit_type_mut(self, ty);
        }
    }
}

#[cfg(test)]
mod tests {
    use quote::{ToTokens, quote};
    use syn::parse_quote;

    use super::{FutureForm, Output, ReturnedFuture, holds_no_error};

    fn describe(output: &syn::ReturnType) -> String {
        match Output::of(output) {
            Output::Unit => "unit".to_owned(),
            Output::Never => "never".to_owned(),
            Output::Opaque => "opaque".to_owned(),
            Output::Partial(ty) => format!("partial {}", ty.to_token_stream()),
            Output::Named(ty) => format!("named {}", ty.to_token_stream()),
        }
    }

    #[test]
    fn return_types_are_told_apart() {
        assert_eq!(describe(&parse_quote!()), "unit");
        assert_eq!(describe(&parse_quote!(-> ())), "unit");
        assert_eq!(describe(&parse_quote!(-> (()))), "unit");
        assert_eq!(describe(&parse_quote!(-> !)), "never");
        assert_eq!(describe(&parse_quote!(-> impl Send + 'a)), "opaque");
        assert_eq!(describe(&parse_quote!(-> u8)), "named u8");
    }

    #[test]
    fn a_form_that_holds_no_error_is_known() {
        let forms: [syn::Type; 6] = [
            parse_quote!(()),
            parse_quote!(&Result<u8, Error>),
            parse_quote!((Result<u8, Error>, u8)),
            parse_quote!([u8; 2]),
            parse_quote!(*const u8),
            parse_quote!((fn() -> u8)),
        ];
        for form in forms {
            assert!(holds_no_error(&form), "{}", quote!(#form));
        }
        let names: [syn::Type; 3] = [
            parse_quote!(u8),
            parse_quote!((Alias)),
            parse_quote!(<T as Trait>::Output),
        ];
        for name in names {
            assert!(!holds_no_error(&name), "{}", quote!(#name));
        }
    }

    #[test]
    fn opaque_types_inside_others_are_inferred() {
        let expected = quote!(Result<Box<dyn Iterator<Item = _>>, (_, u8)>).to_string();
        let output =
            parse_quote!(-> Result<Box<dyn Iterator<Item = impl Fn() -> u8>>, (impl Send, u8)>);
        assert_eq!(
            describe(&output).replace(' ', ""),
            format!("partial {expected}").replace(' ', "")
        );
    }

    fn describe_future(output: &syn::ReturnType) -> Option<String> {
        let future = ReturnedFuture::of(output)?;
        let form = match future.form {
            FutureForm::Opaque => "opaque",
            FutureForm::Boxed(_) => "boxed",
        };
        let output = future
            .output
            .map(|ty| ty.to_token_stream().to_string().replace(' ', ""));
        Some(format!("{form} {}", output.as_deref().unwrap_or("?")))
    }

    #[test]
    fn returned_futures_are_found() {
        for (output, expected) in [
            (parse_quote!(-> impl Future<Output = u8>), "opaque u8"),
            (
                parse_quote!(-> impl Send + 'a + ::core::future::Future<Output = Result<u8, E>>),
                "opaque Result<u8,E>",
            ),
            (
                parse_quote!(-> ((impl Future<Output = (())> + Send))),
                "opaque ()",
            ),
            (parse_quote!(-> impl Future), "opaque ?"),
            (parse_quote!(-> impl Future<Output = !>), "opaque ?"),
            (parse_quote!(-> impl Future<Output = impl Send>), "opaque ?"),
            (
                parse_quote!(-> impl Future<Output = Option<impl Send>>),
                "opaque Option<_>",
            ),
            (
                parse_quote!(-> Pin<Box<dyn Future<Output = u8> + Send + 'a>>),
                "boxed u8",
            ),
            (
                parse_quote!(-> ::std::pin::Pin<::std::boxed::Box<(dyn Send + Future<Output = u8>)>>),
                "boxed u8",
            ),
            (
                parse_quote!(-> futures::future::BoxFuture<'_, u8>),
                "boxed <futures::future::BoxFuture<'_,u8>as::core::future::Future>::Output",
            ),
            (
                parse_quote!(-> LocalBoxFuture<u8>),
                "boxed <LocalBoxFuture<u8>as::core::future::Future>::Output",
            ),
        ] {
            let found = describe_future(&output);
            assert_eq!(found.as_deref(), Some(expected), "{}", quote!(#output));
        }
    }

    #[test]
    fn other_types_are_no_returned_futures() {
        let outputs: Vec<syn::ReturnType> = vec![
            parse_quote!(),
            parse_quote!(-> u8),
            parse_quote!(-> impl Iterator<Item = u8>),
            parse_quote!(-> Box<dyn Future<Output = u8>>),
            parse_quote!(-> Pin<Box<u8>>),
            parse_quote!(-> Pin<Box<dyn Stream<Item = u8>>>),
            parse_quote!(-> Result<impl Future<Output = u8>, E>),
            parse_quote!(-> Future),
        ];
        for output in outputs {
            assert_eq!(describe_future(&output), None, "{}", quote!(#output));
        }
    }
}
