//! Parses what follows a key, where that is special.

use syn::{Error, Expr, LitBool, LitStr, Result};

use super::values::Origin;
use crate::table::Argument;

/// Parses `= "text"`, where the text is one.
pub(super) fn text(argument: &mut Argument<'_>) -> Result<LitStr> {
    let text = argument.text()?;
    if text.value().is_empty() {
        let message = format!("`{}` is empty, give it a text or remove it", argument.key);
        return Err(Error::new(text.span(), message));
    }
    Ok(text)
}

/// Parses `location = false`, which is the opposite of `location = true`.
pub(super) fn without_location(argument: &mut Argument<'_>) -> Result<bool> {
    argument.equals()?;
    if !argument.input.peek(LitBool) {
        return Err(argument.takes("`true` or `false`"));
    }
    let location: LitBool = argument.input.parse()?;
    Ok(!location.value)
}

/// Parses `root`.
pub(super) fn root(argument: &mut Argument<'_>) -> Result<Origin> {
    argument.flag().map(|_| Origin::Root)
}

/// Parses `parent = expr`, which others write as `parent = None` for a span without one.
pub(super) fn parent(argument: &mut Argument<'_>) -> Result<Origin> {
    let parent = argument.expr()?;
    match &parent {
        Expr::Path(path) if path.path.is_ident("None") => Err(Error::new_spanned(
            path,
            "a span without a parent is a root: write `root`",
        )),
        _ => Ok(Origin::Parent(parent)),
    }
}
