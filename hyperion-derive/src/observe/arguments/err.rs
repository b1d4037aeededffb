//! `err(ok_if = path, error_if = path, record = status)`.

use syn::ext::IdentExt;
use syn::parse::ParseStream;
use syn::{Error, Expr, Ident, Lit, Result};

use super::super::model::{Predicate, Record};
use super::{Given, Keyed, twice, value};
use crate::errors::Errors;
use crate::list::comma_separated;
use crate::suggest;

pub(super) const EXAMPLE: &str = "err(ok_if = Error::is_not_found)";

const KNOWN: &[&str] = &["ok_if", "error_if", "record"];

/// The words that `record` takes.
const RECORDS: &[(&str, Record)] = &[
    ("status", Record::Status),
    ("event", Record::Event),
    ("none", Record::None),
];

impl Given {
    pub(super) fn err(&mut self, list: ParseStream<'_>, errors: &mut Errors) {
        let mut seen: Vec<Ident> = Vec::new();
        comma_separated(list, errors, |input, errors| {
            if !input.peek(Ident::peek_any) {
                return Err(input.error(format!(
                    "expected an argument of `err`, such as `{EXAMPLE}`"
                )));
            }
            let key = input.call(Ident::parse_any)?;
            if seen.contains(&key) {
                errors.push(twice(&key));
                return Self::default().part_of_err(key, input);
            }
            seen.push(key.clone());
            self.part_of_err(key, input)
        });
    }

    fn part_of_err(&mut self, key: Ident, input: ParseStream<'_>) -> Result<()> {
        match key.to_string().as_str() {
            "ok_if" => {
                let predicate = predicate(&key, input, "ok_if = Error::is_not_found")?;
                self.ok_if = Some(Keyed::new(key, predicate));
            }
            "error_if" => {
                let predicate = predicate(&key, input, "error_if = Option::is_none")?;
                self.error_if = Some(Keyed::new(key, predicate));
            }
            "record" => {
                let record = value::word(&key, input, RECORDS, "record = status")?;
                self.record = Some(Keyed::new(key, record));
            }
            // What `#[tracing::instrument(err(..))]` takes.
            "Debug" | "Display" => {
                let message =
                    "errors are recorded already, with their type and message; remove `err`";
                return Err(Error::new(key.span(), message));
            }
            "level" => {
                let message =
                    "errors are recorded already; `log = info` writes a line for every outcome";
                return Err(Error::new(key.span(), message));
            }
            other => {
                let expected = suggest::expected(other, KNOWN);
                return Err(Error::new(
                    key.span(),
                    format!("unknown argument `{other}` of `err`, {expected}"),
                ));
            }
        }
        Ok(())
    }
}

fn predicate(key: &Ident, input: ParseStream<'_>, example: &str) -> Result<Predicate> {
    let expr = value::expr(key, input, example)?;
    as_predicate(&expr).ok_or_else(|| {
        let quoted = matches!(&expr, Expr::Lit(lit) if matches!(lit.lit, Lit::Str(_)));
        let what = if quoted {
            "the name of a function without quotes"
        } else {
            "the name of a function or a closure"
        };
        Error::new_spanned(&expr, format!("`{key}` takes {what}, such as `{example}`"))
    })
}

/// The function or closure that `expr` is, also when it comes from a `macro_rules!` fragment.
fn as_predicate(expr: &Expr) -> Option<Predicate> {
    match expr {
        Expr::Path(path) => Some(Predicate::Path(path.clone())),
        Expr::Closure(closure) => Some(Predicate::Closure(closure.clone())),
        Expr::Group(group) => as_predicate(&group.expr),
        Expr::Paren(paren) => as_predicate(&paren.expr),
        _ => None,
    }
}
