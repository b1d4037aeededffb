//! The help text of a metric: the first paragraph of its doc comment.

use syn::{Attribute, Expr, ExprLit, Lit, Meta};

/// The first paragraph on one line; empty where there is none.
pub(super) fn help(attributes: &[Attribute]) -> String {
    let text: Vec<String> = attributes.iter().filter_map(doc).collect();
    let lines = text.iter().flat_map(|text| text.split('\n')).map(str::trim);
    let first: Vec<&str> = lines
        .skip_while(|line| line.is_empty())
        .take_while(|line| !line.is_empty())
        .collect();
    first.join(" ")
}

/// The text of `#[doc = "…"]`, which a doc comment is.
fn doc(attribute: &Attribute) -> Option<String> {
    match &attribute.meta {
        Meta::NameValue(pair) if pair.path.is_ident("doc") => match &pair.value {
            Expr::Lit(ExprLit {
                lit: Lit::Str(text),
                ..
            }) => Some(text.value()),
            _ => None,
        },
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use syn::{Attribute, parse_quote};

    use super::help;

    #[test]
    fn the_first_paragraph_is_one_line() {
        let attributes: Vec<Attribute> = parse_quote! {
            ///
            /// Users looked up,
            ///   by the tier that answered.
            ///
            /// More of it.
            #[counter]
        };
        assert_eq!(
            help(&attributes),
            "Users looked up, by the tier that answered."
        );
        assert_eq!(help(&[]), "");
    }

    #[test]
    fn attributes_are_read_as_comments_are() {
        let attributes: Vec<Attribute> = parse_quote! {
            #[doc(hidden)]
            #[doc = "First\nline"]
            #[doc = concat!("not", "known")]
            #[doc = "\nnot this"]
        };
        assert_eq!(help(&attributes), "First line");
    }
}
