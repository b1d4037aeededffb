//! The names that variants and types have in telemetry.

use proc_macro2::Span;
use syn::ext::IdentExt;
use syn::{Error, Ident, LitStr};

use crate::case::Case;
use crate::errors::Errors;

/// The longest name, in characters. Backends cut longer ones or refuse them.
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
        let name = Self::unchecked(ident, rename, case);
        if let Some((mistake, way_out)) = name.mistake() {
            let way_out = match rename {
                Some(_) => way_out,
                None => "give it another with `rename = \"…\"`",
            };
            errors.push(Error::new(name.span, format!("{mistake}; {way_out}")));
        }
        name
    }

    /// The same, whatever the name holds.
    pub(crate) fn unchecked(ident: &Ident, rename: Option<&LitStr>, case: Option<Case>) -> Self {
        if let Some(rename) = rename {
            return Self {
                text: rename.value(),
                span: rename.span(),
            };
        }
        let plain = ident.unraw().to_string();
        Self {
            text: case.map_or_else(|| plain.clone(), |case| case.apply(&plain)),
            span: ident.span(),
        }
    }

    /// The name as a literal of the expansion.
    pub(crate) fn literal(&self) -> LitStr {
        LitStr::new(&self.text, Span::mixed_site())
    }

    /// Says what is wrong with the name, and what to do about one that was chosen.
    fn mistake(&self) -> Option<(String, &'static str)> {
        if self.text.is_empty() {
            let mistake = "this name is empty".to_owned();
            return Some((mistake, "give it a text or remove `rename`"));
        }
        if let Some(control) = self.text.chars().find(|letter| letter.is_control()) {
            let control = control.escape_debug();
            let mistake = format!("a name cannot hold the control character `{control}`");
            return Some((mistake, "remove it"));
        }
        let length = self.text.chars().count();
        (length > LONGEST).then(|| {
            let mistake = format!("this name has {length} characters, and {LONGEST} are the most");
            (mistake, "shorten it")
        })
    }
}
