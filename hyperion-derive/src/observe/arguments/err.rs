//! `err(ok_if = path, error_if = path, record = status)`.

use syn::{Error, Expr, Lit, Result};

use super::foreign;
use super::values::{ErrorRecord, Predicate};
use crate::suggest;
use crate::table::{
    self, Answers, Argument, Arguments as _, ForeignKey, Given, Place, arguments, foreign_keys,
};

arguments! {
    /// The things that count as errors, and the way they are written.
    #[derive(Clone)]
    pub(in crate::observe) struct ErrArguments answered by ANSWERS {
        ok_if: Option<Predicate> {
            "ok_if", "ok_if = Error::is_not_found", predicate;
        }
        error_if: Option<Predicate> {
            "error_if", "error_if = Option::is_none", predicate;
        }
        record: ErrorRecord {
            "record", "record = status", Argument::word::<ErrorRecord>;
        }
    }
}

pub(super) const EXAMPLE: &str = "err(ok_if = Error::is_not_found)";

/// The arguments of `#[tracing::instrument(err(..))]`.
const FOREIGN: &[ForeignKey] = foreign_keys! {
    "Debug" Any: "errors are recorded already, by their `Display`; write `record = debug` for their `Debug`";
    "Display" Any: foreign::ERRORS_ARE_RECORDED;
    "level" Any: "errors are recorded already; `log = info` writes a line for every outcome";
};

const ANSWERS: Answers = Answers {
    nameless: |input, _, _| {
        let message = format!("expected an argument of `err`, such as `{EXAMPLE}`");
        input.error(message)
    },
    foreign: |key, input, _| table::foreign(FOREIGN, key, input),
    unknown: |key, known| {
        let expected = suggest::expected(&key.to_string(), known);
        format!("unknown argument `{key}` of `err`, {expected}")
    },
};

pub(super) fn parse(argument: &mut Argument<'_>) -> Result<ErrArguments> {
    let list = argument.list()?;
    let mut arguments = ErrArguments::default();
    table::read(&mut arguments, &list, Place::Item, argument.errors);
    Ok(arguments)
}

/// Each of the arguments is inherited by itself.
pub(super) fn merge(own: &mut Given<ErrArguments>, block: Given<ErrArguments>) {
    own.value.inherit(block.value);
}

impl ErrArguments {
    /// Returns true if somebody asks what is returned.
    pub(in crate::observe) fn has_predicates(&self) -> bool {
        self.ok_if.is_some() || self.error_if.is_some()
    }
}

fn predicate(argument: &mut Argument<'_>) -> Result<Predicate> {
    let expr = argument.expr()?;
    as_predicate(&expr).ok_or_else(|| {
        let quoted = matches!(&expr, Expr::Lit(lit) if matches!(lit.lit, Lit::Str(_)));
        let what = if quoted {
            "the name of a function without quotes"
        } else {
            "the name of a function or a closure"
        };
        let Argument { key, example, .. } = argument;
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
