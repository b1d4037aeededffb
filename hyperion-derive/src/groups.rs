//! Keeps together what `macro_rules!` grouped.
//!
//! In `$a * 2` the fragment is one operand, in a group that nobody sees. The compiler forgets the group when a macro
//! like ours writes it again, and `1 + 2 * 2` is something else. So what is taken apart gets parentheses that are seen,
//! and what need not be taken apart is repeated in its own group, which the compiler still knows.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use quote::ToTokens;
use syn::parse::Parser;
use syn::visit_mut::{VisitMut, visit_expr_mut, visit_type_mut};
use syn::{Block, Expr, ExprParen, Ident, ImplItem, Signature, Type, TypeParen, token};

/// Keeps the operands in an expression.
pub(crate) fn keep_in_expr(mut expr: Expr) -> Expr {
    Keep.visit_expr_mut(&mut expr);
    expr
}

/// Keeps the operands in types.
pub(crate) fn keep_in_signature(mut signature: Signature) -> Signature {
    Keep.visit_signature_mut(&mut signature);
    signature
}

/// Keeps the operands in an item of a block, if there are any and it parses.
pub(crate) fn keep_in_item(tokens: TokenStream) -> TokenStream {
    if !any(tokens.clone()) {
        return tokens;
    }
    match syn::parse2::<ImplItem>(tokens.clone()) {
        Ok(mut item) => {
            Keep.visit_impl_item_mut(&mut item);
            item.into_token_stream()
        }
        Err(_) => tokens,
    }
}

/// Keeps the operands in the statements of a body, if there are any and they parse.
pub(crate) fn keep_in_statements(tokens: TokenStream) -> TokenStream {
    if !any(tokens.clone()) {
        return tokens;
    }
    match Block::parse_within.parse2(tokens.clone()) {
        Ok(mut statements) => {
            for statement in &mut statements {
                Keep.visit_stmt_mut(statement);
            }
            statements.iter().map(ToTokens::to_token_stream).collect()
        }
        Err(_) => tokens,
    }
}

/// Returns true if there is such a group among the tokens, other than inside braces and the like.
pub(crate) fn any(tokens: impl IntoIterator<Item = TokenTree>) -> bool {
    tokens.into_iter().any(
        |token| matches!(&token, TokenTree::Group(group) if group.delimiter() == Delimiter::None),
    )
}

/// The same braces around something else.
pub(crate) fn with_content(group: &Group, content: TokenStream) -> Group {
    let mut other = Group::new(group.delimiter(), content);
    other.set_span(group.span());
    other
}

/// The token that there is nothing beside.
pub(crate) fn single(tokens: TokenStream) -> Option<TokenTree> {
    let mut tokens = tokens.into_iter();
    let first = tokens.next()?;
    tokens.next().is_none().then_some(first)
}

/// The type inside parentheses and the invisible groups of `macro_rules!` fragments.
pub(crate) fn bare(ty: &Type) -> &Type {
    match ty {
        Type::Paren(paren) => bare(&paren.elem),
        Type::Group(group) => bare(&group.elem),
        ty => ty,
    }
}

/// The name of the type, without its path and arguments.
pub(crate) fn type_name(ty: &Type) -> Option<&Ident> {
    match bare(ty) {
        Type::Path(path) => path.path.segments.last().map(|last| &last.ident),
        _ => None,
    }
}

struct Keep;

impl VisitMut for Keep {
    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        visit_expr_mut(self, expr);
        match expr {
            Expr::Binary(binary) => {
                keep(&mut binary.left);
                keep(&mut binary.right);
            }
            Expr::Range(range) => {
                range.start.as_deref_mut().map(keep);
                range.end.as_deref_mut().map(keep);
            }
            Expr::Await(expr) => keep(&mut expr.base),
            Expr::Call(expr) => keep(&mut expr.func),
            Expr::Cast(expr) => keep(&mut expr.expr),
            Expr::Field(expr) => keep(&mut expr.base),
            Expr::Index(expr) => keep(&mut expr.expr),
            Expr::MethodCall(expr) => keep(&mut expr.receiver),
            Expr::Reference(expr) => keep(&mut expr.expr),
            Expr::Try(expr) => keep(&mut expr.expr),
            Expr::Unary(expr) => keep(&mut expr.expr),
            _ => {}
        }
    }

    fn visit_type_mut(&mut self, ty: &mut Type) {
        visit_type_mut(self, ty);
        match ty {
            Type::Reference(reference) => keep_bounds(&mut reference.elem),
            Type::Ptr(pointer) => keep_bounds(&mut pointer.elem),
            _ => {}
        }
    }
}

/// Puts an operand into parentheses, if without them it could fall apart.
fn keep(operand: &mut Expr) {
    let Expr::Group(group) = operand else { return };
    let inner = &group.expr;
    if !is_whole(inner) {
        *operand = Expr::Paren(ExprParen {
            attrs: Vec::new(),
            paren_token: token::Paren(group.group_token.span),
            expr: inner.clone(),
        });
    }
}

/// Returns true if nothing around the expression can reach into it.
fn is_whole(expr: &Expr) -> bool {
    match expr {
        Expr::Group(group) => is_whole(&group.expr),
        Expr::Array(_)
        | Expr::Call(_)
        | Expr::Field(_)
        | Expr::Index(_)
        | Expr::Lit(_)
        | Expr::Macro(_)
        | Expr::MethodCall(_)
        | Expr::Paren(_)
        | Expr::Path(_)
        | Expr::Tuple(_) => true,
        _ => false,
    }
}

/// `&(dyn A + B)`
fn keep_bounds(ty: &mut Type) {
    let Type::Group(group) = ty else { return };
    if matches!(*group.elem, Type::TraitObject(_) | Type::ImplTrait(_)) {
        *ty = Type::Paren(TypeParen {
            attrs: Vec::new(),
            paren_token: token::Paren(group.group_token.span),
            elem: group.elem.clone(),
        });
    }
}

#[cfg(test)]
mod tests {
    use proc_macro2::{Delimiter, Group, TokenStream};
    use quote::{ToTokens, quote};

    use super::{keep_in_expr, keep_in_item, keep_in_statements};

    fn grouped(tokens: TokenStream) -> Group {
        Group::new(Delimiter::None, tokens)
    }

    #[test]
    fn operands_get_parentheses() {
        let a = grouped(quote!(1 + 2));
        let whole = grouped(quote!(f(1)));
        for (expr, expected) in [
            (quote!(#a * 2), quote!((1 + 2) * 2)),
            (quote!(2 * #a), quote!(2 * (1 + 2))),
            (quote!(#a.max(#a)), quote!((1 + 2).max(1 + 2))),
            (quote!(f(-#a, [#a])), quote!(f(-(1 + 2), [1 + 2]))),
            (quote!(#a as u8..#a), quote!((1 + 2) as u8..(1 + 2))),
            (quote!(#whole * 2), quote!(f(1) * 2)),
            (quote!(#a), quote!(1 + 2)),
        ] {
            let expr = syn::parse2(expr).expect("an expression");
            let kept = keep_in_expr(expr).into_token_stream().to_string();
            assert_eq!(
                kept.replace([' ', '\u{a0}'], ""),
                expected.to_string().replace(' ', "")
            );
        }
    }

    #[test]
    fn statements_keep_their_operands() {
        let a = grouped(quote!(1 + 2));
        let kept = keep_in_statements(quote!(let n = #a * 2; #a * n)).to_string();
        let expected = quote!(let n = (1 + 2) * 2; (1 + 2) * n).to_string();
        assert_eq!(kept.replace(' ', ""), expected.replace(' ', ""));
    }

    #[test]
    fn items_of_a_block_keep_their_operands() {
        let a = grouped(quote!(1 + 2));
        let ty = grouped(quote!(dyn A + B));
        for (item, expected) in [
            (
                quote!(const N: u8 = #a * 2;),
                quote!(
                    const N: u8 = (1 + 2) * 2;
                ),
            ),
            (
                quote!(type T = &#ty;),
                quote!(
                    type T = &(dyn A + B);
                ),
            ),
            (quote!(unfinished #a), quote!(unfinished 1 + 2)),
        ] {
            let kept = keep_in_item(item).to_string();
            assert_eq!(kept.replace(' ', ""), expected.to_string().replace(' ', ""));
        }
    }
}
