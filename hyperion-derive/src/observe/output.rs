//! What a return type says about how its function can be observed.

use proc_macro2::Span;
use syn::visit_mut::{VisitMut, visit_type_mut};
use syn::{ReturnType, Token, Type, TypeInfer, parse_quote};

/// A return type, by what the expansion can do with it.
pub(super) enum Output {
    /// `()`, or nothing.
    Unit,
    /// `!`.
    Never,
    /// `impl Trait`, and nothing around it.
    Opaque,
    /// A type that holds `impl Trait` somewhere: the type as it can be written in a body, with `_`
    /// in those places.
    Partial(Type),
    /// A type that can be written anywhere.
    Named(Type),
}

impl Output {
    pub(super) fn of(output: &ReturnType) -> Self {
        let ReturnType::Type(_, ty) = output else {
            return Self::Unit;
        };
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

/// The type of a function that returns nothing, for the places where one has to be written.
pub(super) fn unit() -> Type {
    parse_quote!(())
}

/// The type inside parentheses and the invisible groups of `macro_rules!` fragments.
fn bare(ty: &Type) -> &Type {
    match ty {
        Type::Paren(paren) => bare(&paren.elem),
        Type::Group(group) => bare(&group.elem),
        ty => ty,
    }
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

    use super::Output;

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
    fn opaque_types_inside_others_are_inferred() {
        let expected = quote!(Result<Box<dyn Iterator<Item = _>>, (_, u8)>).to_string();
        let output =
            parse_quote!(-> Result<Box<dyn Iterator<Item = impl Fn() -> u8>>, (impl Send, u8)>);
        assert_eq!(
            describe(&output).replace(' ', ""),
            format!("partial {expected}").replace(' ', "")
        );
    }
}
