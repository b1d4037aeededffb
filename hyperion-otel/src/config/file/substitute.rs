//! `${VAR}` in a value, as OpenTelemetry's [configuration files] have it.
//!
//! It happens in scalars that are already parsed, so that a variable can never add structure, and only once, so that a
//! variable can never refer to another one. Unlike there, a variable that is not set and has no default is a mistake.
//!
//! [configuration files]: https://opentelemetry.io/docs/specs/otel/configuration/data-model/#environment-variable-substitution

/// Replaces `${VAR}`, `${env:VAR}` and `${VAR:-default}` in `text`, and `$$` by a dollar.
pub(super) fn substitute(
    text: &str,
    env: &dyn Fn(&str) -> Option<String>,
) -> Result<String, String> {
    let mut result = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('$') {
        result.push_str(before);
        rest = after;
        if let Some(after) = rest.strip_prefix('$') {
            result.push('$');
            rest = after;
        } else if let Some(after) = rest.strip_prefix('{') {
            let Some((reference, after)) = after.split_once('}') else {
                return Err(
                    "the `}` that ends `${` is missing; write `$${` where no variable is meant"
                        .to_owned(),
                );
            };
            result.push_str(&resolve(reference, env)?);
            rest = after;
        } else {
            result.push('$');
        }
    }
    result.push_str(rest);
    Ok(result)
}

fn resolve(reference: &str, env: &dyn Fn(&str) -> Option<String>) -> Result<String, String> {
    let reference = reference.strip_prefix("env:").unwrap_or(reference);
    let (name, default) = match reference.split_once(":-") {
        Some((name, default)) => (name, Some(default)),
        None => (reference, None),
    };
    let in_name = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    if !name.bytes().all(in_name)
        || name.is_empty()
        || name.starts_with(|first: char| first.is_ascii_digit())
    {
        return Err(format!(
            "expected `${{NAME}}` or `${{NAME:-default}}`, found `${{{reference}}}`"
        ));
    }
    match (
        env(name).filter(|value| default.is_none() || !value.is_empty()),
        default,
    ) {
        (Some(value), _) => Ok(value),
        // It would read as an escape, and there is none in here.
        (None, Some(default)) if default.contains("$$") => Err(format!(
            "the default of `{name}` cannot hold `$$`; set the variable instead"
        )),
        (None, Some(default)) => Ok(default.to_owned()),
        (None, None) => Err(format!(
            "the environment variable `{name}` is not set; set it, or give a default: `${{{name}:-…}}`"
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::substitute;

    fn of(text: &str) -> Result<String, String> {
        substitute(text, &|name| match name {
            "STRING_VALUE" => Some("value".to_owned()),
            "FLOAT_VALUE" => Some("1.1".to_owned()),
            "REPLACE_ME" => Some("${DO_NOT_REPLACE_ME}".to_owned()),
            "VALUE_WITH_ESCAPE" => Some("value$$".to_owned()),
            "EMPTY" => Some(String::new()),
            _ => None,
        })
    }

    #[test]
    fn references_are_replaced_once() {
        // The specification's table.
        for (text, expected) in [
            ("${STRING_VALUE}", "value"),
            ("${env:STRING_VALUE}", "value"),
            ("foo ${STRING_VALUE} ${FLOAT_VALUE}", "foo value 1.1"),
            ("${UNDEFINED_KEY:-fallback}", "fallback"),
            ("${EMPTY:-fallback}", "fallback"),
            ("${EMPTY}", ""),
            ("${UNDEFINED_KEY:-}", ""),
            ("${REPLACE_ME}", "${DO_NOT_REPLACE_ME}"),
            ("${UNDEFINED_KEY:-${STRING_VALUE}}", "${STRING_VALUE}"),
            ("$${STRING_VALUE}", "${STRING_VALUE}"),
            ("$$${STRING_VALUE}", "$value"),
            ("$$$${STRING_VALUE}", "$${STRING_VALUE}"),
            ("$${STRING_VALUE:-fallback}", "${STRING_VALUE:-fallback}"),
            (
                "$${STRING_VALUE:-${STRING_VALUE}}",
                "${STRING_VALUE:-value}",
            ),
            ("${VALUE_WITH_ESCAPE}", "value$$"),
            ("a $$ b", "a $ b"),
            ("a $ b", "a $ b"),
            ("a$", "a$"),
        ] {
            assert_eq!(of(text), Ok(expected.to_owned()), "{text}");
        }
    }

    #[test]
    fn what_is_no_reference_says_what_one_is() {
        for (text, expected) in [
            (
                "${STRING_VALUE:?error}",
                "expected `${NAME}` or `${NAME:-default}`, found `${STRING_VALUE:?error}`",
            ),
            (
                "${1KEY}",
                "expected `${NAME}` or `${NAME:-default}`, found `${1KEY}`",
            ),
            (
                "${}",
                "expected `${NAME}` or `${NAME:-default}`, found `${}`",
            ),
            (
                "${STRING_VALUE",
                "the `}` that ends `${` is missing; write `$${` where no variable is meant",
            ),
            (
                "${A:-$$}",
                "the default of `A` cannot hold `$$`; set the variable instead",
            ),
            (
                "${A}",
                "the environment variable `A` is not set; set it, or give a default: `${A:-…}`",
            ),
        ] {
            assert_eq!(of(text), Err(expected.to_owned()), "{text}");
        }
    }
}
