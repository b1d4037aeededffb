//! What the attributes of a function, or of a parameter, mean for the expansion.

use syn::parse::Parser;
use syn::punctuated::Punctuated;
use syn::{Attribute, Meta, Path, Token};

/// Built-in attributes that mean the same on an `async fn` and on a function that returns its
/// future.
///
/// Anything else might be a macro that has to see `async` (`#[tokio::main]`), or mean something
/// else on the other form (`#[must_use]`, `#[track_caller]`).
const INERT: &[&str] = &[
    "allow",
    "cfg",
    "cold",
    "deny",
    "deprecated",
    "doc",
    "expect",
    "export_name",
    "forbid",
    "inline",
    "link_section",
    "no_mangle",
    "warn",
];

/// The first segments of attributes that only tools read.
const TOOLS: &[&str] = &["clippy", "diagnostic", "rustfmt"];

/// Attributes that decide whether the thing they stand on exists.
const CONDITIONS: &[&str] = &["cfg", "cfg_attr"];

/// Attributes that set the level of a lint.
const LINTS: &[&str] = &["allow", "deny", "expect", "forbid", "warn"];

/// Whether no attribute cares if it stands on an `async fn` or on a function that returns its
/// future.
pub(super) fn are_inert(attributes: &[Attribute]) -> bool {
    let mut inert = true;
    for attribute in attributes {
        each_path(&attribute.meta, &mut |path| {
            let tool = path
                .segments
                .first()
                .is_some_and(|first| TOOLS.iter().any(|tool| first.ident == tool));
            inert &= tool || is_one_of(path, INERT);
        });
    }
    inert
}

/// Whether `name` is among the attributes, be it conditionally.
pub(super) fn find<'a>(attributes: &'a [Attribute], name: &str) -> Option<&'a Attribute> {
    attributes.iter().find(|attribute| {
        let mut found = false;
        each_path(&attribute.meta, &mut |path| found |= path.is_ident(name));
        found
    })
}

pub(super) fn is_condition(attribute: &Attribute) -> bool {
    is_one_of(attribute.path(), CONDITIONS)
}

pub(super) fn is_lint(attribute: &Attribute) -> bool {
    is_one_of(attribute.path(), LINTS)
}

fn is_one_of(path: &Path, names: &[&str]) -> bool {
    names.iter().any(|name| path.is_ident(name))
}

/// Visits the path of an attribute, or of those that `cfg_attr(..)` or `unsafe(..)` wraps.
fn each_path(meta: &Meta, visit: &mut dyn FnMut(&Path)) {
    if let Meta::List(list) = meta {
        let skipped = usize::from(list.path.is_ident("cfg_attr"));
        if skipped == 1 || list.path.is_ident("unsafe") {
            let nested =
                Punctuated::<Meta, Token![,]>::parse_terminated.parse2(list.tokens.clone());
            if let Ok(nested) = nested {
                nested
                    .iter()
                    .skip(skipped)
                    .for_each(|meta| each_path(meta, visit));
                return;
            }
        }
    }
    visit(meta.path());
}

#[cfg(test)]
mod tests {
    use quote::quote;
    use syn::{Attribute, parse_quote};

    use super::{are_inert, find};

    #[test]
    fn built_in_attributes_are_inert() {
        let attributes: Vec<Attribute> = vec![
            parse_quote!(#[doc = "text"]),
            parse_quote!(#[inline(always)]),
            parse_quote!(#[clippy::cognitive_complexity = "9"]),
            parse_quote!(#[rustfmt::skip]),
            parse_quote!(#[unsafe(no_mangle)]),
            parse_quote!(#[cfg_attr(docsrs, doc(cfg(feature = "x")), inline)]),
            parse_quote!(#[cfg(feature = "x")]),
        ];
        for attribute in attributes {
            assert!(
                are_inert(std::slice::from_ref(&attribute)),
                "{}",
                quote!(#attribute)
            );
        }
    }

    #[test]
    fn macros_are_not_inert() {
        let attributes: Vec<Attribute> = vec![
            parse_quote!(#[tokio::main]),
            parse_quote!(#[test]),
            parse_quote!(#[must_use]),
            parse_quote!(#[track_caller]),
            parse_quote!(#[cfg_attr(feature = "x", tokio::test)]),
            parse_quote!(#[cfg_attr(feature = "x", inline, cfg_attr(unix, handler))]),
            parse_quote!(#[my::inline]),
        ];
        for attribute in attributes {
            assert!(
                !are_inert(std::slice::from_ref(&attribute)),
                "{}",
                quote!(#attribute)
            );
        }
    }

    #[test]
    fn a_conditional_attribute_is_found() {
        let attributes: Vec<Attribute> = vec![parse_quote!(#[cfg_attr(unix, track_caller)])];
        assert!(find(&attributes, "track_caller").is_some());
        assert!(find(&attributes, "unix").is_none());
    }
}
