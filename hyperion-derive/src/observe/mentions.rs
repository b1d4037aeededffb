//! Finds out what a user's expression might be about.

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::ToTokens;

/// Whether the expression might use the variable: it may also do so in the text of a format string.
///
/// The name of a field or a method is not a variable, but in `..name` it is one.
pub(super) fn mentions(expr: &impl ToTokens, name: &Ident) -> bool {
    in_tokens(expr.to_token_stream(), &name.to_string())
}

fn in_tokens(tokens: TokenStream, name: &str) -> bool {
    let mut dots = 0;
    tokens.into_iter().any(|token| {
        let member = dots == 1;
        dots = match &token {
            TokenTree::Punct(punct) if punct.as_char() == '.' => dots + 1,
            _ => 0,
        };
        match token {
            TokenTree::Ident(ident) => !member && ident == name,
            TokenTree::Group(group) => in_tokens(group.stream(), name),
            TokenTree::Literal(literal) => in_text(&literal.to_string(), name),
            TokenTree::Punct(_) => false,
        }
    })
}

fn in_text(literal: &str, name: &str) -> bool {
    literal.contains('"')
        && literal
            .split(|letter: char| !(letter.is_alphanumeric() || matches!(letter, '_' | '#')))
            .any(|word| word == name)
}

#[cfg(test)]
mod tests {
    use proc_macro2::{Ident, Span};
    use quote::quote;

    use super::mentions;

    #[test]
    fn a_variable_is_found_wherever_it_stands() {
        let name = Ident::new("name", Span::call_site());
        for (expr, expected) in [
            (quote!(name), true),
            (quote!(f(1, [name.len()])), true),
            (quote!(..name), true),
            (quote!(0..=name), true),
            (quote!(format!("{name}")), true),
            (quote!(format!("{name:?} {}", 1)), true),
            (quote!(format!("names")), false),
            (quote!(names), false),
            (quote!(self.name), false),
            (quote!(self.name()), false),
            (quote!(self.name(name)), true),
        ] {
            assert_eq!(mentions(&expr, &name), expected, "{expr}");
        }
    }
}
