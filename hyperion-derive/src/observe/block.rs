//! An observed impl block: each of its methods is observed by itself.
//!
//! The block is read item by item and token by token. What is not a method, and what does not parse, stays as it is:
//! the compiler says more about it, and an editor still has the whole block while its user is typing.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use quote::{ToTokens, TokenStreamExt};
use syn::ext::IdentExt;
use syn::parse::discouraged::Speculative;
use syn::parse::{ParseStream, Parser};
use syn::{Attribute, Error, Ident, Lit, Meta, Result, Signature, Token, Visibility};

use super::arguments::Arguments;
use super::model::{Function, ObservedBlock, Piece};
use super::{attributes, function};
use crate::errors::Errors;
use crate::groups;
use crate::table::Place;

/// An impl block whose methods are still tokens.
pub(super) struct Block {
    attributes: Vec<Attribute>,
    header: TokenStream,
    body: Group,
}

impl Block {
    /// Splits the block, whose attributes are parsed already, where its braces begin.
    pub(super) fn parse(attributes: Vec<Attribute>, tokens: TokenStream) -> Result<Self> {
        let mut header: Vec<TokenTree> = tokens.into_iter().collect();
        // A `macro_rules!` fragment.
        if let [TokenTree::Group(group)] = header.as_slice()
            && group.delimiter() == Delimiter::None
        {
            return Self::parse(attributes, group.stream());
        }
        match header.pop() {
            Some(TokenTree::Group(body)) if body.delimiter() == Delimiter::Brace => Ok(Self {
                attributes,
                header: header.into_iter().collect(),
                body,
            }),
            last => Err(Error::new(
                last.map_or_else(proc_macro2::Span::call_site, |last| last.span()),
                "expected the methods of the block in braces",
            )),
        }
    }

    /// Observes the methods. `block` is what is said about all of them.
    pub(super) fn observe(self, block: &Arguments, errors: &mut Errors) -> ObservedBlock {
        let mut items = BlockItems {
            block,
            stays_async: !attributes::are_inert(&self.attributes),
            pieces: Vec::new(),
            unchanged: TokenStream::new(),
        };
        items.read(self.body.stream(), errors);
        let mut header = TokenStream::new();
        header.append_all(&self.attributes);
        header.extend(self.header);
        let mut unchanged = header.clone();
        unchanged.append(groups::with_content(&self.body, items.unchanged));
        ObservedBlock {
            header,
            braces: self.body,
            pieces: items.pieces,
            unchanged,
        }
    }
}

/// The items that were read so far.
struct BlockItems<'a> {
    block: &'a Arguments,
    /// An attribute on the block still has to see `async`.
    stays_async: bool,
    pieces: Vec<Piece>,
    unchanged: TokenStream,
}

impl BlockItems<'_> {
    fn read(&mut self, tokens: TokenStream, errors: &mut Errors) {
        let parser = |input: ParseStream<'_>| {
            let ahead = input.fork();
            if let Ok(inner) = ahead.call(Attribute::parse_inner) {
                input.advance_to(&ahead);
                self.untouched(inner.iter().map(ToTokens::to_token_stream).collect());
            }
            while !input.is_empty() {
                self.item(input, errors)?;
            }
            Ok(())
        };
        let result = parser.parse2(tokens);
        errors.ok(result);
    }

    fn item(&mut self, input: ParseStream<'_>, errors: &mut Errors) -> Result<()> {
        if let Some(fragment) = fragment(input) {
            self.read(fragment, errors);
            return Ok(());
        }
        let ahead = input.fork();
        if let Ok(method) = method(&ahead) {
            input.advance_to(&ahead);
            self.method(method, errors);
        } else {
            let tokens = rest_of_item(input)?;
            self.untouched(groups::keep_in_item(tokens));
        }
        Ok(())
    }

    fn untouched(&mut self, tokens: TokenStream) {
        self.unchanged.extend(tokens.clone());
        self.pieces.push(Piece::Untouched(tokens));
    }

    fn method(&mut self, method: Method, errors: &mut Errors) {
        let Method {
            mut attributes,
            visibility,
            signature,
            body,
        } = method;
        let own = self.take_arguments(&mut attributes, errors);
        let mut plain = TokenStream::new();
        plain.append_all(&attributes);
        visibility.to_tokens(&mut plain);
        signature.to_tokens(&mut plain);
        body.to_tokens(&mut plain);
        // Nobody asked for these ones, and no block has to say that they cannot be observed.
        let cannot = signature.constness.is_some()
            || attributes::find(&attributes, "naked").is_some()
            || !function::is_block(&body);
        match own {
            None if cannot => self.untouched(plain),
            Some(own) if *own.skip => {
                own.check(Place::Method, errors);
                self.untouched(plain);
            }
            own => {
                self.unchanged.extend(plain);
                function::check(&attributes, &signature, errors);
                if !function::is_block(&body) {
                    errors.push(function::without_body(body.span()));
                    return;
                }
                let given = own.unwrap_or_default().over(self.block);
                let stays_async = self.stays_async;
                let function =
                    Function::new(attributes, visibility, signature, body, &given, stays_async);
                let observe = function::join(given, Place::Method, function, errors);
                self.pieces.push(Piece::Method(Box::new(observe)));
            }
        }
    }

    /// Takes the attribute of ours from those of a method.
    fn take_arguments(
        &self,
        attributes: &mut Vec<Attribute>,
        errors: &mut Errors,
    ) -> Option<Arguments> {
        let hyperion = self.block.hyperion.as_ref();
        let mut own: Option<Arguments> = None;
        attributes.retain(|attribute| {
            if let Some(conditional) = attributes::conditional_observe(attribute, hyperion) {
                let message = "the `#[observe]` of the impl block cannot see through `cfg_attr`; \
                               write `#[observe(..)]` on the method without a condition";
                errors.push(Error::new_spanned(conditional, message));
                return false;
            }
            if !attributes::is_observe(attribute.path(), hyperion) {
                return true;
            }
            if own.is_some() {
                let message = "`#[observe]` is given twice, remove one";
                errors.push(Error::new_spanned(attribute.path(), message));
            }
            own = Some(arguments(attribute, errors));
            false
        });
        own
    }
}

/// Parses the arguments in an attribute on a method.
fn arguments(attribute: &Attribute, errors: &mut Errors) -> Arguments {
    match &attribute.meta {
        Meta::Path(_) => Arguments::default(),
        Meta::List(list) => Arguments::parse(list.tokens.clone(), Place::Method, errors),
        Meta::NameValue(pair) => {
            let message = "the arguments of `#[observe]` stand in parentheses";
            errors.push(Error::new_spanned(pair, message));
            Arguments::default()
        }
    }
}

/// A function of the block, with its body as one token.
struct Method {
    attributes: Vec<Attribute>,
    visibility: Visibility,
    signature: Signature,
    /// The body, or what stands there instead.
    body: TokenTree,
}

fn method(input: ParseStream<'_>) -> Result<Method> {
    Ok(Method {
        attributes: input.call(Attribute::parse_outer)?,
        visibility: input.parse()?,
        signature: input.parse().map(groups::keep_in_signature)?,
        body: input.parse()?,
    })
}

/// The items that one fragment of a `macro_rules!` macro stands for. A visibility may be one, too, but is no item.
fn fragment(input: ParseStream<'_>) -> Option<TokenStream> {
    let (content, _, _) = input.cursor().group(Delimiter::None)?;
    let content = content.token_stream();
    if syn::parse2::<Visibility>(content.clone()).is_ok() {
        return None;
    }
    input.parse::<TokenTree>().ok()?;
    Some(content)
}

/// Takes an item that is no method: up to its semicolon, or to the braces that it ends with.
fn rest_of_item(input: ParseStream<'_>) -> Result<TokenStream> {
    let braces_end_it = !has_value(&input.fork());
    let mut tokens = TokenStream::new();
    while !input.is_empty() {
        let token: TokenTree = input.parse()?;
        let end = match &token {
            TokenTree::Punct(punct) => punct.as_char() == ';',
            TokenTree::Group(group) => braces_end_it && group.delimiter() == Delimiter::Brace,
            _ => false,
        };
        tokens.append(token);
        if end {
            break;
        }
    }
    Ok(tokens)
}

/// Returns true if a constant or a type comes, which may have braces before its semicolon.
fn has_value(input: ParseStream<'_>) -> bool {
    let is_value = || -> Result<bool> {
        input.call(Attribute::parse_outer)?;
        input.parse::<Visibility>()?;
        while input.peek(Ident::peek_any) {
            match input.call(Ident::parse_any)?.to_string().as_str() {
                "default" | "unsafe" | "async" => {}
                "extern" => drop(input.parse::<Option<Lit>>()?),
                "type" => return Ok(true),
                "const" => return Ok(!input.peek(Token![fn]) && !input.peek(Token![unsafe])),
                _ => return Ok(false),
            }
        }
        Ok(false)
    };
    is_value().unwrap_or(false)
}
