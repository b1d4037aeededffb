//! The names that variants and types have in telemetry.

use proc_macro2::Span;
use syn::ext::IdentExt;
use syn::{Error, Ident, LitStr};

use crate::case::Case;
use crate::errors::Errors;

/// How long a name may be, in characters. Backends cut longer ones or refuse them.
const LONGEST: usize = 64;

/// A name, and where the user wrote it or what it comes from.
pub(crate) struct Name {
    pub(crate) text: String,
    pub(crate) span: Span,
}

impl Name {
    /// The name that stands in `rename`, else that of `ident` in its case.
    pub(crate) fn of(
        ident: &Ident,
        rename: Option<&LitStr>,
        case: Option<Case>,
        errors: &mut Errors,
    ) -> Self {
        let name = if let Some(rename) = rename {
            Self {
                text: rename.value(),
                span: rename.span(),
            }
        } else {
            let plain = ident.unraw().to_string();
            Self {
                text: case.map_or_else(|| plain.clone(), |case| case.apply(&plain)),
                span: ident.span(),
            }
        };
        if let Some(mistake) = name.mistake() {
            let way_out = if rename.is_some() {
                ""
            } else {
                ", give it one with `rename = \"…\"`"
            };
            errors.push(Error::new(name.span, format!("{mistake}{way_out}")));
        }
        name
    }

    /// The name as a literal of the expansion.
    pub(crate) fn literal(&self) -> LitStr {
        LitStr::new(&self.text, Span::mixed_site())
    }

    fn mistake(&self) -> Option<String> {
        if self.text.is_empty() {
            return Some("this name is empty".to_owned());
        }
        if let Some(control) = self.text.chars().find(|letter| letter.is_control()) {
            let control = control.escape_debug();
            return Some(format!(
                "a name cannot hold the control character `{control}`"
            ));
        }
        let length = self.text.chars().count();
        (length > LONGEST)
            .then(|| format!("this name has {length} characters, and {LONGEST} are the most"))
    }
}
