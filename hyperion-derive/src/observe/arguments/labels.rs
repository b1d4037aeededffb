//! Parses the list of metric labels.

use syn::parse::ParseStream;
use syn::{Error, Result, Token};

use super::fields::variable;
use super::values::CallLabel;
use crate::groups;
use crate::key::{Key, mistake_of_label};
use crate::list::{at_end, comma_separated};
use crate::table::Argument;

/// The labels that every call has.
const TAKEN: &[&str] = &["component", "method", "outcome", "error.type"];

/// Parses every label it can, and notes what is wrong with the others.
pub(super) fn parse(argument: &mut Argument<'_>) -> Result<Vec<CallLabel>> {
    let list = argument.list()?;
    let mut labels: Vec<CallLabel> = Vec::new();
    comma_separated(&list, argument.errors, |input, _| {
        let label = label(input)?;
        let key = label.key.value();
        if labels.iter().any(|other| other.key.value() == key) {
            return Err(Error::new(
                label.key.span(),
                format!("label `{key}` is given twice, remove one"),
            ));
        }
        labels.push(label);
        Ok(())
    });
    Ok(labels)
}

fn label(input: ParseStream<'_>) -> Result<CallLabel> {
    if input.peek(Token![%]) || input.peek(Token![?]) {
        return Err(text(input));
    }
    let key = Key::parse(input, "expected a label, such as `tier = tier`")?;
    check(&key)?;
    if at_end(input) {
        return match &key.name {
            Some(name) => Ok(CallLabel {
                value: variable(name),
                key: key.literal(),
            }),
            None => Err(key.without_value("label")),
        };
    }
    if !input.peek(Token![=]) {
        return Err(input.error(format!("expected `=` or `,` after `{}`", key.text)));
    }
    input.parse::<Token![=]>()?;
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
