//! `buckets = [0.01, 0.1, 1.0]`.

use proc_macro2::{Literal, Span};
use syn::spanned::Spanned;
use syn::{Error, Expr, ExprLit, Lit, LitFloat, Result, UnOp, bracketed, token};

use crate::groups;
use crate::list::{at_end, comma_separated};
use crate::table::Argument;

/// The bounds of a histogram.
#[derive(Clone)]
pub(crate) struct Buckets {
    /// The place of the list.
    pub(crate) span: Span,
    pub(crate) bounds: Vec<Expr>,
}

/// Parses bounds that are durations, as those of calls are.
pub(crate) fn in_seconds(argument: &mut Argument<'_>) -> Result<Buckets> {
    parse(argument, SECONDS)
}

/// Parses bounds in the unit of a metric.
pub(crate) fn in_unit(argument: &mut Argument<'_>) -> Result<Buckets> {
    parse(argument, UNIT)
}

/// The measure of bounds, in words.
#[derive(Clone, Copy)]
struct Scale {
    value: &'static str,
    /// The words that follow where a bound is asked for.
    after: &'static str,
}

const SECONDS: Scale = Scale {
    value: "a duration in seconds",
    after: ", in seconds",
};

const UNIT: Scale = Scale {
    value: "a number",
    after: "",
};

/// Parses the bounds, and checks those that are written as numbers. What else is in the list is checked by the
/// compiler, with all of them.
fn parse(argument: &mut Argument<'_>, scale: Scale) -> Result<Buckets> {
    argument.equals()?;
    if !argument.input.peek(token::Bracket) {
        return Err(argument.takes("a list in brackets"));
    }
    let list;
    let brackets = bracketed!(list in argument.input);
    let span = brackets.span.join();
    if list.is_empty() {
        let message = format!("`{}` is empty, give it a bound or remove it", argument.key);
        return Err(Error::new(span, message));
    }
    let mut bounds = Vec::new();
    let mut previous: Option<(f64, String)> = None;
    comma_separated(&list, argument.errors, |input, _| {
        if at_end(input) {
            return Err(input.error(format!("expected a bound{}", scale.after)));
        }
        let expr = input.parse().map(groups::keep_in_expr)?;
        let Some(number) = number(&expr, scale)? else {
            bounds.push(expr);
            return Ok(());
        };
        let Bound { value, text } = number;
        if let Some((below, below_text)) = &previous
            && *below >= value
        {
            let message = format!("bounds ascend, but `{text}` comes after `{below_text}`");
            return Err(Error::new(expr.span(), message));
        }
        bounds.push(float(value, &expr));
        previous = Some((value, text));
        Ok(())
    });
    Ok(Buckets { span, bounds })
}

/// A bound that is written as a number.
struct Bound {
    value: f64,
    text: String,
}

/// The number that `expr` is, also when it comes from a `macro_rules!` fragment.
fn number(expr: &Expr, scale: Scale) -> Result<Option<Bound>> {
    let (digits, text) = match expr {
        Expr::Group(group) => return number(&group.expr, scale),
        Expr::Lit(ExprLit { lit, .. }) => match lit {
            Lit::Int(int) => (int.base10_digits().to_owned(), int.to_string()),
            Lit::Float(float) => (float.base10_digits().to_owned(), float.to_string()),
            other => return Err(not_a_number(other.span(), scale)),
        },
        Expr::Unary(unary)
            if matches!(unary.op, UnOp::Neg(_)) && number(&unary.expr, scale)?.is_some() =>
        {
            let message = format!("a bound is {}, which is not negative", scale.value);
            return Err(Error::new_spanned(expr, message));
        }
        _ => return Ok(None),
    };
    match digits.parse::<f64>() {
        Ok(value) if value.is_finite() => Ok(Some(Bound { value, text })),
        _ => Err(Error::new(
            expr.span(),
            format!("`{text}` is not finite; what is above the last bound is counted without it"),
        )),
    }
}

fn not_a_number(span: Span, scale: Scale) -> Error {
    Error::new(span, format!("a bound is a number{}", scale.after))
}

/// The number as a literal of the type that bounds have: `1` is one, too.
fn float(value: f64, expr: &Expr) -> Expr {
    if let Expr::Lit(ExprLit {
        lit: Lit::Float(float),
        ..
    }) = expr
        && float.suffix().is_empty()
    {
        return expr.clone();
    }
    let digits = Literal::f64_unsuffixed(value).to_string();
    Expr::Lit(ExprLit {
        attrs: Vec::new(),
        lit: Lit::Float(LitFloat::new(&digits, expr.span())),
    })
}
