//! Lends parts of arguments that the signature takes apart to what is evaluated before the body takes them.
//!
//! What `parent`, `links` and `labels` are about moves into the body, or into its future, whole. Before that it is borrowed by the
//! same pattern, and an expression that names a part by its value finds the place of that part: `tier` becomes `(*tier)`.

use std::borrow::Cow;

use proc_macro2::TokenStream;
use quote::quote_spanned;
use syn::visit_mut::{VisitMut, visit_expr_mut, visit_field_value_mut, visit_pat_mut};
use syn::{Expr, ExprParen, ExprPath, FieldPat, FieldValue, Ident, Pat, PatIdent, PatWild, Token};

use super::site;
use crate::observe::mentions::mentions;
use crate::observe::model::{Binding, Parameter, Parameters};

/// The parts that are lent to some expressions.
pub(super) struct LentParts {
    /// `let Json(ref parcel) = argument;`, for each argument that has such parts.
    pub(super) statements: TokenStream,
    /// The parts that are borrowed here, and were values.
    places: Vec<Ident>,
}

impl LentParts {
    /// The parts of `parameters` that one of the expressions is about.
    pub(super) fn of(parameters: &Parameters, expressions: &[&Expr]) -> Self {
        let mut places = Vec::new();
        let statements = parameters
            .rebound
            .iter()
            .filter_map(|parameter| borrow_parts(parameter, expressions, &mut places))
            .collect();
        Self { statements, places }
    }

    /// The expression with the places of parts in place of their names.
    fn seen_by(&self, expr: &Expr) -> Expr {
        let mut expr = expr.clone();
        let places = self.places.clone();
        Dereference { places }.visit_expr_mut(&mut expr);
        expr
    }
}

/// The expression as it is where the parts are lent, if there are some.
pub(super) fn seen_by<'a>(expr: &'a Expr, lent: Option<&LentParts>) -> Cow<'a, Expr> {
    match lent {
        Some(lent) if !lent.places.is_empty() => Cow::Owned(lent.seen_by(expr)),
        _ => Cow::Borrowed(expr),
    }
}

/// `let Json(ref parcel) = argument;`, if one of the expressions is about a part of it.
fn borrow_parts(
    parameter: &Parameter,
    expressions: &[&Expr],
    places: &mut Vec<Ident>,
) -> Option<TokenStream> {
    let Parameter {
        conditions,
        outer,
        binding,
        is_reference,
        ..
    } = parameter;
    let Binding::Pattern(_, pattern) = binding else {
        return None;
    };
    let mut pattern = (**pattern).clone();
    let mut borrow = Borrow {
        expressions,
        // The pattern of a reference borrows by itself, unless it takes the reference apart, too.
        by_itself: *is_reference && !matches!(pattern, Pat::Reference(_)),
        places,
        borrows: false,
    };
    borrow.visit_pat_mut(&mut pattern);
    borrow
        .borrows
        .then(|| quote_spanned!(site()=> #(#conditions)* let #pattern = #outer;))
}

/// Makes a pattern borrow the parts that some expressions are about, and leave the others alone.
struct Borrow<'a> {
    expressions: &'a [&'a Expr],
    by_itself: bool,
    places: &'a mut Vec<Ident>,
    borrows: bool,
}

impl VisitMut for Borrow<'_> {
    fn visit_pat_mut(&mut self, pattern: &mut Pat) {
        match pattern {
            Pat::Ident(part) => {
                if let Some(inner) = self.borrow_or_leave(part) {
                    *pattern = inner;
                }
            }
            _ => visit_pat_mut(self, pattern),
        }
    }

    fn visit_field_pat_mut(&mut self, field: &mut FieldPat) {
        // `Point { x }` is `Point { x: x }`, of which the second may become another pattern.
        field.colon_token.get_or_insert(Token![:](site()));
        self.visit_pat_mut(&mut field.pat);
    }
}

impl Borrow<'_> {
    /// Has the part borrowed; what else there is to match if no expression is about it.
    fn borrow_or_leave(&mut self, part: &mut PatIdent) -> Option<Pat> {
        if let Some((_, inner)) = &mut part.subpat {
            self.visit_pat_mut(inner);
        }
        let mut expressions = self.expressions.iter();
        if !expressions.any(|expr| mentions(expr, &part.ident)) {
            let nothing = || {
                Pat::Wild(PatWild {
                    attrs: Vec::new(),
                    underscore_token: Token![_](site()),
                })
            };
            return Some(part.subpat.take().map_or_else(nothing, |(_, inner)| *inner));
        }
        self.borrows = true;
        part.mutability = None;
        if part.by_ref.is_none() && !self.by_itself {
            part.by_ref = Some(Token![ref](site()));
            self.places.push(part.ident.clone());
        }
        None
    }
}

/// Returns true if it is an expression in which names can be bound, and are its own.
fn binds(expr: &Expr) -> bool {
    matches!(
        expr,
        Expr::Closure(_)
            | Expr::Match(_)
            | Expr::If(_)
            | Expr::Let(_)
            | Expr::Block(_)
            | Expr::Unsafe(_)
            | Expr::Const(_)
            | Expr::ForLoop(_)
            | Expr::While(_)
            | Expr::Loop(_)
    )
}

/// The names that an expression binds itself.
struct BoundNames(Vec<Ident>);

impl VisitMut for BoundNames {
    fn visit_pat_ident_mut(&mut self, pattern: &mut PatIdent) {
        self.0.push(pattern.ident.clone());
        syn::visit_mut::visit_pat_ident_mut(self, pattern);
    }
}

/// Writes `(*name)` for each of these variables. A macro gets the reference: its tokens are its own.
struct Dereference {
    places: Vec<Ident>,
}

impl Dereference {
    fn is_place(&self, expr: &Expr) -> bool {
        matches!(expr, Expr::Path(ExprPath { qself: None, path, .. })
            if path.get_ident().is_some_and(|name| self.places.contains(name)))
    }
}

impl VisitMut for Dereference {
    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        if !self.is_place(expr) {
            let all = self.places.clone();
            if binds(expr) {
                let mut bound = BoundNames(Vec::new());
                bound.visit_expr_mut(expr);
                self.places.retain(|name| !bound.0.contains(name));
            }
            visit_expr_mut(self, expr);
            self.places = all;
            return;
        }
        let span = site().located_at(syn::spanned::Spanned::span(expr));
        let place = Expr::Verbatim(quote_spanned!(span=> *#expr));
        *expr = Expr::Paren(ExprParen {
            attrs: Vec::new(),
            paren_token: syn::token::Paren(span),
            expr: Box::new(place),
        });
    }

    fn visit_field_value_mut(&mut self, field: &mut FieldValue) {
        if self.is_place(&field.expr) {
            field.colon_token.get_or_insert(Token![:](site()));
        }
        visit_field_value_mut(self, field);
    }
}
