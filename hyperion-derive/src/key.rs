//! The keys of span attributes and metric labels.

use proc_macro2::Span;
use syn::ext::IdentExt;
use syn::parse::ParseStream;
use syn::{Error, Expr, Ident, LitStr, Result, Token};

use crate::list::{at_end, comma_separated};
use crate::table::Argument;

/// The left side of a field, or of a label.
pub(crate) struct Key {
    pub(crate) text: String,
    pub(crate) span: Span,
    /// The name, if the key is nothing but a name that can also be a value.
    pub(crate) name: Option<Ident>,
}

impl Key {
    /// Parses `user.id` or `"user.id"`; `expected` is what is said about anything else.
    pub(crate) fn parse(input: ParseStream<'_>, expected: &str) -> Result<Self> {
        if input.peek(LitStr) {
            let text: LitStr = input.parse()?;
            if text.value().is_empty() {
                return Err(Error::new(text.span(), "the key is empty, give it a name"));
            }
            return Ok(Self {
                text: text.value(),
                span: text.span(),
                name: None,
            });
        }
        if !input.peek(Ident::peek_any) {
            return Err(input.error(expected));
        }
        let name = input.fork().parse().ok();
        let first = input.call(Ident::parse_any)?;
        let mut key = Self {
            text: first.unraw().to_string(),
            span: first.span(),
            name,
        };
        while input.peek(Token![.]) {
            input.parse::<Token![.]>()?;
            if !input.peek(Ident::peek_any) {
                return Err(input.error(format!("expected a name after `{}.`", key.text)));
            }
            let next = input.call(Ident::parse_any)?;
            key.text = format!("{}.{}", key.text, next.unraw());
            key.span = key.span.join(next.span()).unwrap_or(key.span);
            key.name = None;
        }
        Ok(key)
    }

    /// Reads the `=` after the key. A name that stands alone is a value, too, and is given back.
    pub(crate) fn assigned(&self, what: &str, input: ParseStream<'_>) -> Result<Option<Expr>> {
        if at_end(input) {
            let name = self.name.as_ref();
            let name = name.ok_or_else(|| self.without_value(what))?;
            return Ok(Some(variable(name)));
        }
        if !input.peek(Token![=]) {
            return Err(input.error(format!("expected `=` or `,` after `{}`", self.text)));
        }
        input.parse::<Token![=]>().map(|_| None)
    }

    /// The mistake of a key without a value.
    pub(crate) fn without_value(&self, what: &str) -> Error {
        Error::new(
            self.span,
            format!("{what} `{0}` needs a value, such as `{0} = …`", self.text),
        )
    }

    pub(crate) fn literal(&self) -> LitStr {
        LitStr::new(&self.text, self.span)
    }
}

/// Parses a list of entries that have keys, and notes those that are wrong or given twice.
pub(crate) fn keyed<T>(
    argument: &mut Argument<'_>,
    what: &str,
    entry: fn(ParseStream<'_>) -> Result<T>,
    key: fn(&T) -> &LitStr,
) -> Result<Vec<T>> {
    let list = argument.list()?;
    let mut entries: Vec<T> = Vec::new();
    comma_separated(&list, argument.errors, |input, _| {
        let entry = entry(input)?;
        let (text, span) = (key(&entry).value(), key(&entry).span());
        if entries.iter().any(|other| key(other).value() == text) {
            let message = format!("{what} `{text}` is given twice, remove one");
            return Err(Error::new(span, message));
        }
        entries.push(entry);
        Ok(())
    });
    Ok(entries)
}

/// The variable of that name.
pub(crate) fn variable(name: &Ident) -> Expr {
    Expr::Path(syn::ExprPath {
        attrs: Vec::new(),
        qself: None,
        path: name.clone().into(),
    })
}

/// Says what is wrong with the key of a label, which every backend has to have as it is.
pub(crate) fn mistake_of_label(text: &str) -> Option<String> {
    if !text.starts_with(|first: char| first.is_ascii_alphabetic()) {
        return Some(format!(
            "the key of a label starts with a letter, unlike `{text}`"
        ));
    }
    let other = text
        .chars()
        .find(|letter| !(letter.is_ascii_alphanumeric() || matches!(letter, '_' | '.')))?;
    Some(format!(
        "the key of a label holds letters, digits, `_` and `.`, not `{other}`"
    ))
}

/// Says what is wrong with the key of a label that a metric of the user's has.
pub(crate) fn mistake_of_metric_label(text: &str) -> Option<String> {
    let length = text.chars().count();
    if text.is_empty() {
        Some("the key of a label is empty".to_owned())
    } else if RESERVED.contains(&text) || SCOPE.iter().any(|scope| text.starts_with(scope)) {
        Some(format!("`{text}` is a label that Prometheus has itself"))
    } else if length > LONGEST {
        Some(format!(
            "this key has {length} characters, and {LONGEST} are the most"
        ))
    } else {
        mistake_of_label(text)
    }
}

/// The name of a key in Prometheus.
pub(crate) fn in_prometheus(key: &str) -> String {
    key.replace('.', "_")
}

/// The longest key, in characters. Backends cut longer ones or refuse them.
const LONGEST: usize = 64;

/// The bounds of histograms and summaries.
const RESERVED: &[&str] = &["le", "quantile"];

/// The beginnings of labels that hold the scope of an instrument.
const SCOPE: &[&str] = &["otel_scope_", "otel.scope."];
