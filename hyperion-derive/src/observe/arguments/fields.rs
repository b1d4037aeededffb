//! Parses the list of span attributes.

use proc_macro2::Span;
use syn::parse::ParseStream;
use syn::{Error, Expr, ExprLit, Lit, LitStr, Path, Result, Token};

use super::values::{FieldValue, SpanField};
use crate::groups;
use crate::key::{Key, keyed, variable};
use crate::list::at_end;
use crate::table::Argument;

/// Parses every field it can, and notes what is wrong with the others.
pub(super) fn parse(argument: &mut Argument<'_>) -> Result<Vec<SpanField>> {
    keyed(argument, "field", field, |field| &field.key)
}

const EXPECTED: &str = "expected a field, such as `user.id = %id`";

/// The sign before a value, by which it is recorded.
enum Sigil {
    None,
    Display,
    Debug,
}

impl Sigil {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        if input.peek(Token![%]) {
            input.parse::<Token![%]>().map(|_| Self::Display)
        } else if input.peek(Token![?]) {
            input.parse::<Token![?]>().map(|_| Self::Debug)
        } else {
            Ok(Self::None)
        }
    }

    fn value(&self, expr: Expr) -> FieldValue {
        match self {
            Self::None => match literal(&expr) {
                Some(text) => FieldValue::Literal(text.clone()),
                None => FieldValue::Typed(expr),
            },
            Self::Display => FieldValue::Display(expr),
            Self::Debug => FieldValue::Debug(expr),
        }
    }
}

/// The string that `expr` is, also when it comes from a `macro_rules!` fragment.
fn literal(expr: &Expr) -> Option<&LitStr> {
    match expr {
        Expr::Lit(ExprLit {
            attrs,
            lit: Lit::Str(text),
        }) if attrs.is_empty() => Some(text),
        Expr::Group(group) => literal(&group.expr),
        _ => None,
    }
}

fn field(input: ParseStream<'_>) -> Result<SpanField> {
    if input.peek(Token![%]) || input.peek(Token![?]) {
        return bare(input);
    }
    let key = Key::parse(input, EXPECTED)?;
    if let Some(expr) = key.assigned("field", input)? {
        return Ok(SpanField {
            key: key.literal(),
            value: FieldValue::Typed(expr),
        });
    }
    let sigil = Sigil::parse(input)?;
    if at_end(input) {
        return Err(key.without_value("field"));
    }
    let expr = input.parse().map(groups::keep_in_expr)?;
    foreign(&key, &expr)?;
    let value = sigil.value(expr);
    Ok(SpanField {
        key: key.literal(),
        value,
    })
}

/// `%name` and `?name`: the name is the key and the value.
fn bare(input: ParseStream<'_>) -> Result<SpanField> {
    let span = input.span();
    let sigil = Sigil::parse(input)?;
    let sign = if matches!(sigil, Sigil::Display) {
        '%'
    } else {
        '?'
    };
    if at_end(input) {
        let message = format!("expected the name of an argument after `{sign}`");
        return Err(Error::new(span, message));
    }
    let value = Key::parse(input, EXPECTED)?;
    match &value.name {
        Some(name) if at_end(input) => Ok(SpanField {
            value: sigil.value(variable(name)),
            key: value.literal(),
        }),
        // What could be a key, too, is the best one to propose.
        _ if at_end(input) => Err(needs_key(span, &format!("{0} = {sign}{0}", value.text))),
        _ => Err(needs_key(span, &format!("key = {sign}…"))),
    }
}

/// Answers to the values that `tracing` has.
fn foreign(key: &Key, expr: &Expr) -> Result<()> {
    let text = &key.text;
    let message = match expr {
        Expr::Group(group) => return foreign(key, &group.expr),
        Expr::Call(call) if call.args.len() == 1 => match &*call.func {
            Expr::Path(function) if is_of_tracing(&function.path, "display") => {
                format!("what is recorded through `Display` is written `{text} = %…`")
            }
            Expr::Path(function) if is_of_tracing(&function.path, "debug") => {
                format!("what is recorded through `Debug` is written `{text} = ?…`")
            }
            _ => return Ok(()),
        },
        Expr::Path(path) if is_of_tracing(&path.path, "Empty") => format!(
            "a field needs no place kept: remove it, and write `hyperion::current().set(\"{text}\", …)` \
             where the value is known"
        ),
        _ => return Ok(()),
    };
    Err(Error::new_spanned(expr, message))
}

/// Returns true if the path is `name`, `field::name` or `tracing::field::name`.
fn is_of_tracing(path: &Path, name: &str) -> bool {
    let mut segments = path.segments.iter().rev();
    segments.next().is_some_and(|last| last.ident == name)
        && segments.next().is_none_or(|module| module.ident == "field")
}

fn needs_key(span: Span, example: &str) -> Error {
    Error::new(span, format!("this field needs a key, such as `{example}`"))
}
