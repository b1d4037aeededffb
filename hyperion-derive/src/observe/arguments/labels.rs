//! Parses the list of metric labels.

use syn::parse::ParseStream;
use syn::{Error, Result, Token};

use super::values::CallLabel;
use crate::groups;
use crate::key::{Key, keyed, mistake_of_label};
use crate::list::at_end;
use crate::table::Argument;

/// The labels that every call has.
const TAKEN: &[&str] = &["component", "method", "outcome", "error.type"];

/// Parses every label it can, and notes what is wrong with the others.
pub(super) fn parse(argument: &mut Argument<'_>) -> Result<Vec<CallLabel>> {
    keyed(argument, "label", label, |label| &label.key)
}

fn label(input: ParseStream<'_>) -> Result<CallLabel> {
    if input.peek(Token![%]) || input.peek(Token![?]) {
        return Err(text(input));
    }
    let key = Key::parse(input, "expected a label, such as `tier = tier`")?;
    check(&key)?;
    if let Some(value) = key.assigned("label", input)? {
        return Ok(CallLabel {
            key: key.literal(),
            value,
        });
    }
    if at_end(input) {
        return Err(key.without_value("label"));
    }
    if input.peek(Token![%]) || input.peek(Token![?]) {
        return Err(text(input));
    }
    Ok(CallLabel {
        key: key.literal(),
        value: input.parse().map(groups::keep_in_expr)?,
    })
}

/// A label takes no text, which could be any.
fn text(input: ParseStream<'_>) -> Error {
    input.error(
        "a label is one of few values, by its type: `derive(Label)`; any text goes into `fields(..)`",
    )
}

/// Checks that every backend can have the key as it is.
fn check(key: &Key) -> Result<()> {
    let text = &key.text;
    let message = if TAKEN.contains(&text.as_str()) {
        format!("label `{text}` is there already, give this one another key")
    } else if let Some(mistake) = mistake_of_label(text) {
        mistake
    } else {
        return Ok(());
    };
    Err(Error::new(key.span, message))
}
