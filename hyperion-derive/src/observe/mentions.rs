//! Finds out what a user's expression might be about.

use std::ops::Range;

use proc_macro2::{Delimiter, Ident, TokenStream, TokenTree};
use quote::ToTokens;

/// Returns true if the expression might use the variable: it may also do so in the text of a format string.
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

/// Returns true if an `async move` block surely takes the whole variable with it, so that it holds no more when it is
/// asked about it a second time.
///
/// Of a variable that is no reference, such a block takes only the parts that it mentions. What might be another
/// variable of the same name, or might be taken apart, does not count.
pub(super) fn takes(block: TokenStream, name: &Ident, is_reference: bool) -> bool {
    takes_in(block, &name.to_string(), is_reference)
}

fn takes_in(tokens: TokenStream, name: &str, is_reference: bool) -> bool {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let (before, initializer) = until_bound(&tokens, name);
    before.chain(initializer).any(|index| match &tokens[index] {
        TokenTree::Group(group) => takes_in(group.stream(), name, is_reference),
        TokenTree::Ident(ident) if ident == name => {
            let (before, after) = (&tokens[..index], &tokens[index + 1..]);
            is_whole_after(before) && (is_reference || !is_field(after)) && !is_name(after)
        }
        _ => false,
    })
}

/// The tokens in which the name is not yet another variable's: before the first `let` that binds it, and in what that
/// is initialized with.
fn until_bound(tokens: &[TokenTree], name: &str) -> (Range<usize>, Range<usize>) {
    let punct = |index: usize, expected: char| matches!(&tokens[index], TokenTree::Punct(punct) if punct.as_char() == expected);
    let all = tokens.len();
    for start in 0..all {
        if !matches!(&tokens[start], TokenTree::Ident(word) if word == "let") {
            continue;
        }
        let equals = (start..all).find(|&index| punct(index, '=')).unwrap_or(all);
        if in_tokens(tokens[start..equals].iter().cloned().collect(), name) {
            let end = (equals..all).find(|&index| punct(index, ';') || is_braces(&tokens[index]));
            return (0..start, equals..end.unwrap_or(all));
        }
    }
    (0..all, all..all)
}

fn is_braces(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Group(group) if group.delimiter() == Delimiter::Brace)
}

/// Returns true if what follows `before` is a variable that is neither bound nor taken apart there.
fn is_whole_after(before: &[TokenTree]) -> bool {
    match before {
        [.., TokenTree::Punct(first), TokenTree::Punct(dot)] if dot.as_char() == '.' => {
            first.as_char() == '.'
        }
        [.., TokenTree::Punct(dot)] if dot.as_char() == '.' => false,
        [.., TokenTree::Group(_), TokenTree::Punct(equals)] if equals.as_char() == '=' => false,
        [.., TokenTree::Ident(word)] => !["let", "mut", "ref", "match", "for", "fn"]
            .iter()
            .any(|other| word == other),
        _ => true,
    }
}

/// `.field`, and not `.method()`.
fn is_field(after: &[TokenTree]) -> bool {
    match after {
        [TokenTree::Punct(dot), TokenTree::Ident(_), next, ..] if dot.as_char() == '.' => {
            match next {
                TokenTree::Group(group) => group.delimiter() != Delimiter::Parenthesis,
                TokenTree::Punct(punct) => punct.as_char() != ':',
                _ => true,
            }
        }
        [
            TokenTree::Punct(dot),
            TokenTree::Ident(_) | TokenTree::Literal(_),
            ..,
        ] => dot.as_char() == '.',
        _ => false,
    }
}

/// The name of a field, of a module, or of a macro.
fn is_name(after: &[TokenTree]) -> bool {
    match after {
        [TokenTree::Punct(punct), TokenTree::Punct(next), ..] if punct.as_char() == '!' => {
            next.as_char() != '='
        }
        [TokenTree::Punct(punct), ..] => matches!(punct.as_char(), ':' | '!'),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use proc_macro2::{Ident, Span};
    use quote::quote;

    use super::{mentions, takes};

    #[test]
    fn a_block_takes_what_it_uses_whole() {
        let name = Ident::new("name", Span::call_site());
        for (block, value, reference) in [
            (quote!(name), true, true),
            (quote!(let other = name; other.len()), true, true),
            (quote!(f(&name).await), true, true),
            (quote!(name != 1), true, true),
            (quote!(name.len()), true, true),
            (quote!(name.parse::<u8>()), true, true),
            (quote!(0..name), true, true),
            (quote!(name.0), false, true),
            (quote!(name.first.len()), false, true),
            (quote!(name.first), false, true),
            (quote!(name.first[0]), false, true),
            (quote!(name.first += 1), false, true),
            (quote!(let name = 1; 2), false, false),
            (quote!(let name = 1; f(name)), false, false),
            (
                quote!(let Some(mut name) = f() else { return name }; name),
                false,
                false,
            ),
            (
                quote!(if let Some(name) = f() {
                    g(name)
                }),
                false,
                false,
            ),
            (quote!(let mut name = name; 1), true, true),
            (quote!(let name: String = f(name); 1), true, true),
            (quote!(f(name); let name = 1;), true, true),
            (quote!(let (first, _) = name;), false, false),
            (
                quote!(match name {
                    _ => 1,
                }),
                false,
                false,
            ),
            (quote!(User { name: 1 }), false, false),
            (quote!(self.name), false, false),
            (quote!(name::f()), false, false),
            (quote!(name!(1)), false, false),
            (quote!("name"), false, false),
            (quote!(1), false, false),
        ] {
            assert_eq!(takes(block.clone(), &name, false), value, "{block}");
            assert_eq!(takes(block.clone(), &name, true), reference, "{block}");
        }
    }

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
