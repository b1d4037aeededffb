//! The meaning that the attributes of a function, or of a parameter, have for the expansion.

use syn::parse::Parser;
use syn::punctuated::Punctuated;
use syn::{Attribute, Meta, Path, Token};

/// Built-in attributes that mean the same on an `async fn` and on a function that returns its future.
///
/// Anything else might be a macro that has to see `async` (`#[tokio::main]`), or mean something else on the other form:
/// `#[must_use]` on an `async fn` is about what it gives when it is awaited, and on a function about the future alone,
/// which is `must_use` anyway.
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

/// Returns true if no attribute cares whether it stands on an `async fn` or on a function that returns its future.
pub(super) fn are_inert(attributes: &[Attribute]) -> bool {
    let mut inert = true;
    for attribute in attributes {
        each_meta(&attribute.meta, &mut |meta| {
            let path = meta.path();
            let tool = path
                .segments
                .first()
                .is_some_and(|first| TOOLS.iter().any(|tool| first.ident == tool));
            inert &= tool || is_one_of(path, INERT);
        });
    }
    inert
}

/// Finds the attribute `name`, be it a conditional one.
pub(super) fn find<'a>(attributes: &'a [Attribute], name: &str) -> Option<&'a Attribute> {
    attributes.iter().find(|attribute| {
        let mut found = false;
        each_meta(&attribute.meta, &mut |meta| {
            found |= meta.path().is_ident(name);
        });
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

/// Returns true if the attribute is ours. `hyperion` is the path under which the one around it finds hyperion.
pub(super) fn is_observe(path: &Path, hyperion: Option<&Path>) -> bool {
    let mut segments = path.segments.iter().rev();
    if segments.next().is_none_or(|last| last.ident != "observe") {
        return false;
    }
    match segments.next() {
        None => true,
        Some(parent) if parent.ident == "hyperion" => true,
        Some(parent) => hyperion
            .and_then(|path| path.segments.last())
            .is_some_and(|last| last.ident == parent.ident),
    }
}

/// An attribute of ours that is there on a condition.
pub(super) fn conditional_observe(attribute: &Attribute, hyperion: Option<&Path>) -> Option<Meta> {
    let mut found = None;
    if attribute.path().is_ident("cfg_attr") {
        each_meta(&attribute.meta, &mut |meta| {
            if is_observe(meta.path(), hyperion) {
                found.get_or_insert_with(|| meta.clone());
            }
        });
    }
    found
}

/// Visits an attribute, or those that `cfg_attr(..)` or `unsafe(..)` wraps.
fn each_meta(meta: &Meta, visit: &mut dyn FnMut(&Meta)) {
    if let Meta::List(list) = meta {
        let skipped = usize::from(list.path.is_ident("cfg_attr"));
        if skipped == 1 || list.path.is_ident("unsafe") {
            let nested =
                Punctuated::<Meta, Token![,]>::parse_terminated.parse2(list.tokens.clone());
            if let Ok(nested) = nested {
                nested
                    .iter()
                    .skip(skipped)
                    .for_each(|meta| each_meta(meta, visit));
                return;
            }
        }
    }
    visit(meta);
}

#[cfg(test)]
mod tests {
    use quote::quote;
    use syn::{Attribute, parse_quote};

    use super::{are_inert, conditional_observe, find, is_observe};

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

    #[test]
    fn our_own_attribute_is_known_by_its_name() {
        let renamed = parse_quote!(my::telemetry);
        for (path, hyperion, expected) in [
            (parse_quote!(observe), None, true),
            (parse_quote!(hyperion::observe), None, true),
            (parse_quote!(::hyperion::observe), None, true),
            (parse_quote!(telemetry::observe), Some(&renamed), true),
            (parse_quote!(telemetry::observe), None, false),
            (parse_quote!(hyperion::observed), None, false),
        ] {
            let path: syn::Path = path;
            assert_eq!(is_observe(&path, hyperion), expected, "{}", quote!(#path));
        }
    }

    #[test]
    fn our_own_attribute_is_found_under_a_condition() {
        let conditional: Attribute = parse_quote!(#[cfg_attr(unix, inline, observe(skip))]);
        let found = conditional_observe(&conditional, None).map(|meta| quote!(#meta).to_string());
        assert_eq!(found, Some(quote!(observe(skip)).to_string()));
        assert!(conditional_observe(&parse_quote!(#[observe(skip)]), None).is_none());
        assert!(conditional_observe(&parse_quote!(#[cfg_attr(observe, inline)]), None).is_none());
    }
}
