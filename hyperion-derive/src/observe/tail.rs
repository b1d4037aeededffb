//! Finds the `async` block that a body ends with.
//!
//! Only tokens are looked at, and only at the end: what they say together stays as the user wrote it.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};

use super::model::Tail;
use crate::groups;

/// The `async` block, or `Box::pin` around one, that `body` gives; nothing if it also returns early, because what it
/// returns there is another future.
pub(super) fn find(body: &TokenTree) -> Option<Tail> {
    let TokenTree::Group(group) = body else {
        return None;
    };
    match group.delimiter() {
        Delimiter::Brace => in_block(group),
        Delimiter::None => find(&groups::single(group.stream())?),
        _ => None,
    }
}

fn in_block(body: &Group) -> Option<Tail> {
    let mut before: Vec<TokenTree> = body.stream().into_iter().collect();
    let mut end = before.pop()?;
    // The last expression of a `macro_rules!` fragment.
    while let TokenTree::Group(group) = &end
        && group.delimiter() == Delimiter::None
    {
        before.extend(group.stream());
        end = before.pop()?;
    }
    let TokenTree::Group(end) = end else {
        return None;
    };
    let (pin, block, keywords) = match end.delimiter() {
        Delimiter::Brace => (None, end, pop_keywords(&mut before)?),
        Delimiter::Parenthesis => {
            let path = pop_pin(&mut before)?;
            let (block, keywords) = boxed(&end)?;
            (Some((path, end)), block, keywords)
        }
        _ => return None,
    };
    // The statements are written again, and must not lose what holds them together.
    if !is_statement_end(before.last()) || returns(&before) || groups::any(before.clone()) {
        return None;
    }
    let moves = keywords.len() > 1;
    let (inner_attributes, block) = split_inner_attributes(block)?;
    Some(Tail {
        body: body.clone(),
        before: before.into_iter().collect(),
        pin,
        keywords: keywords.into_iter().collect(),
        moves,
        inner_attributes,
        block,
    })
}

/// Takes `async` or `async move` from the end.
fn pop_keywords(tokens: &mut Vec<TokenTree>) -> Option<Vec<TokenTree>> {
    let mut keywords = Vec::new();
    if is_word(tokens.last(), "move") {
        keywords.extend(tokens.pop());
    }
    if !is_word(tokens.last(), "async") {
        return None;
    }
    keywords.extend(tokens.pop());
    keywords.reverse();
    Some(keywords)
}

/// Takes a path that ends with `Box::pin` from the end.
fn pop_pin(tokens: &mut Vec<TokenTree>) -> Option<TokenStream> {
    let mut path = Vec::new();
    for word in ["pin", "Box"] {
        if !is_word(tokens.last(), word) {
            return None;
        }
        path.extend(tokens.pop());
        if !pop_colons(tokens, &mut path) && word == "pin" {
            return None;
        }
    }
    while matches!(path.last(), Some(TokenTree::Punct(_)))
        && matches!(tokens.last(), Some(TokenTree::Ident(_)))
    {
        path.extend(tokens.pop());
        pop_colons(tokens, &mut path);
    }
    path.reverse();
    Some(path.into_iter().collect())
}

/// Moves `::` from the end of `tokens` to the path, which is read from its end.
fn pop_colons(tokens: &mut Vec<TokenTree>, path: &mut Vec<TokenTree>) -> bool {
    let is_colon =
        |token: &TokenTree| matches!(token, TokenTree::Punct(punct) if punct.as_char() == ':');
    let colons = tokens
        .iter()
        .rev()
        .take_while(|token| is_colon(token))
        .count();
    if colons != 2 {
        return false;
    }
    path.extend(tokens.pop());
    path.extend(tokens.pop());
    true
}

/// The `async` block that is all there is between the parentheses.
fn boxed(parentheses: &Group) -> Option<(Group, Vec<TokenTree>)> {
    let mut inside: Vec<TokenTree> = parentheses.stream().into_iter().collect();
    if matches!(inside.last(), Some(TokenTree::Punct(comma)) if comma.as_char() == ',') {
        inside.pop();
    }
    let Some(TokenTree::Group(block)) = inside.pop() else {
        return None;
    };
    if block.delimiter() == Delimiter::None {
        return boxed(&block);
    }
    let keywords = pop_keywords(&mut inside)?;
    (block.delimiter() == Delimiter::Brace && inside.is_empty()).then_some((block, keywords))
}

/// Returns true if an expression can start after `token`, and does not continue one.
fn is_statement_end(token: Option<&TokenTree>) -> bool {
    match token {
        None => true,
        Some(TokenTree::Punct(punct)) => punct.as_char() == ';',
        Some(TokenTree::Group(group)) => {
            matches!(group.delimiter(), Delimiter::Brace | Delimiter::None)
        }
        Some(_) => false,
    }
}

/// Returns true if the statements might return; a `return` in a closure of theirs is one too many.
fn returns(tokens: &[TokenTree]) -> bool {
    tokens.iter().any(|token| match token {
        TokenTree::Ident(ident) => ident == "return",
        TokenTree::Group(group) => returns(&group.stream().into_iter().collect::<Vec<_>>()),
        _ => false,
    })
}

fn is_word(token: Option<&TokenTree>, word: &str) -> bool {
    matches!(token, Some(TokenTree::Ident(ident)) if ident == word)
}

/// Takes `#![..]` from the beginning of a block, which stays as it is without them.
fn split_inner_attributes(block: Group) -> Option<(TokenStream, Group)> {
    let tokens: Vec<TokenTree> = block.stream().into_iter().collect();
    let is_attribute = |three: &[TokenTree]| {
        matches!(
            three,
            [TokenTree::Punct(hash), TokenTree::Punct(bang), TokenTree::Group(_)]
                if hash.as_char() == '#' && bang.as_char() == '!'
        )
    };
    let attributes = tokens
        .chunks(3)
        .take_while(|three| is_attribute(three))
        .count();
    if attributes == 0 {
        return Some((TokenStream::new(), block));
    }
    if groups::any(tokens.clone()) {
        return None;
    }
    let mut tokens = tokens.into_iter();
    let inner = tokens.by_ref().take(attributes * 3).collect();
    Some((inner, groups::with_content(&block, tokens.collect())))
}

#[cfg(test)]
mod tests {
    use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
    use quote::quote;

    use super::find;

    fn describe(body: TokenStream) -> Option<String> {
        let body = TokenTree::Group(Group::new(Delimiter::Brace, body));
        let tail = find(&body)?;
        let pin = tail.pin.map(|(path, _)| path).unwrap_or_default();
        let text = format!(
            "{} | {pin} | {} | {}",
            tail.before,
            tail.keywords,
            tail.block.stream()
        );
        Some(text.replace(' ', ""))
    }

    fn found(body: TokenStream, expected: &str) {
        assert_eq!(describe(body).as_deref(), Some(expected));
    }

    #[test]
    fn an_async_block_is_found_at_the_end() {
        found(quote!(async { 1 }), "||async|1");
        found(quote!(async move { 1 }), "||asyncmove|1");
        found(
            quote!(let a = b; if c { d } async move { a }),
            "leta=b;ifc{d}||asyncmove|a",
        );
        found(quote!(Box::pin(async move { 1 })), "|Box::pin|asyncmove|1");
        found(
            quote!(x(); ::std::boxed::Box::pin(async { 1 },)),
            "x();|::std::boxed::Box::pin|async|1",
        );
    }

    #[test]
    fn an_invisible_group_is_looked_into() {
        let block = Group::new(Delimiter::None, quote!(async move { 1 }));
        found(quote!(x(); #block), "x();||asyncmove|1");
        found(quote!(Box::pin(#block)), "|Box::pin|asyncmove|1");
        let body = Group::new(Delimiter::Brace, quote!(async { 1 }));
        let body = TokenTree::Group(Group::new(Delimiter::None, quote!(#body)));
        assert!(find(&body).is_some());
    }

    #[test]
    fn statements_that_would_fall_apart_are_not_written_again() {
        let operand = Group::new(Delimiter::None, quote!(1 + 2));
        assert_eq!(describe(quote!(let n = #operand * 2; async { n })), None);
        assert_eq!(
            describe(quote!(async { #![allow(unused)] #operand * 2 })),
            None
        );
        assert!(describe(quote!(let n = f(#operand * 2); async { n })).is_some());
    }

    #[test]
    fn inner_attributes_stay_first() {
        let body = Group::new(
            Delimiter::Brace,
            quote!(
                async {
                    #![allow(unused)]
                    #![deny(x)]
                    #[y]
                    1
                }
            ),
        );
        let tail = find(&TokenTree::Group(body)).expect("there is an async block");
        assert_eq!(
            tail.inner_attributes.to_string(),
            quote!(#![allow(unused)] #![deny(x)]).to_string()
        );
        assert_eq!(
            tail.block.stream().to_string(),
            quote!(
                #[y]
                1
            )
            .to_string()
        );
    }

    #[test]
    fn other_ends_are_left_alone() {
        for body in [
            quote!(),
            quote!(ready(1)),
            quote!(async move { 1 }.boxed()),
            quote!(a + async { 1 }),
            quote!(|x| async move { x }),
            quote!(return async { 1 }),
            quote!(Box::pin(ready(1))),
            quote!(Box::pin(f(async { 1 }))),
            quote!(Box::pin(x, async { 1 })),
            quote!(Rc::pin(async { 1 })),
            quote!(pin(async { 1 })),
            quote!(x.Box::pin(async { 1 })),
            quote!(Arc::new(Box::pin(async { 1 }))),
            quote!(let x = async { 1 };),
            quote!(if early { return Box::pin(ready(2)); } Box::pin(async { 1 })),
        ] {
            assert_eq!(describe(body.clone()), None, "{body}");
        }
    }
}
