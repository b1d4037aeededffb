//! Reads what follows a key.

use syn::ext::IdentExt;
use syn::parse::{ParseBuffer, ParseStream};
use syn::{Error, Expr, Ident, LitInt, LitStr, Path, Result, Token, parenthesized, token};

use crate::errors::Errors;
use crate::groups;
use crate::list::at_end;

/// An argument whose key is read.
pub(crate) struct Argument<'a> {
    pub(crate) key: &'a Ident,
    /// The whole argument, as it could be.
    pub(crate) example: &'static str,
    /// The tokens after the key.
    pub(crate) input: ParseStream<'a>,
    pub(crate) errors: &'a mut Errors,
}

impl<'a> Argument<'a> {
    /// Reads the `=`, and makes sure that something follows.
    pub(crate) fn equals(&self) -> Result<()> {
        let Self { key, example, .. } = self;
        if !at_end(self.input) {
            if !self.input.peek(Token![=]) {
                let message = format!("expected `=` after `{key}`, such as `{example}`");
                return Err(self.input.error(message));
            }
            self.input.parse::<Token![=]>()?;
        }
        if at_end(self.input) {
            return Err(self.missing("a value"));
        }
        Ok(())
    }

    fn missing(&self, what: &str) -> Error {
        let Self { key, example, .. } = self;
        let message = format!("`{key}` needs {what}, such as `{example}`");
        Error::new(key.span(), message)
    }

    /// The mistake of something else than the key takes.
    pub(crate) fn takes(&self, what: &str) -> Error {
        let Self { key, example, .. } = self;
        self.input
            .error(format!("`{key}` takes {what}, such as `{example}`"))
    }

    /// Reads `= "text"`.
    pub(crate) fn text(&mut self) -> Result<LitStr> {
        self.equals()?;
        if !self.input.peek(LitStr) {
            return Err(self.takes("a string literal"));
        }
        self.input.parse()
    }

    /// Reads `= path`.
    pub(crate) fn path(&mut self) -> Result<Path> {
        self.equals()?;
        if self.input.peek(LitStr) {
            return Err(self.takes("a path without quotes"));
        }
        if !(self.input.peek(Ident::peek_any) || self.input.peek(Token![::])) {
            return Err(self.takes("a path"));
        }
        self.input.call(Path::parse_mod_style)
    }

    /// Reads `= expr`.
    pub(crate) fn expr(&mut self) -> Result<Expr> {
        self.equals()?;
        self.input.parse().map(groups::keep_in_expr)
    }

    /// Makes sure that nothing follows.
    pub(crate) fn flag(&mut self) -> Result<bool> {
        if at_end(self.input) {
            return Ok(true);
        }
        let message = format!("`{0}` takes no value, write `{0}` alone", self.key);
        Err(self.input.error(message))
    }

    /// Reads `(..)`, and gives what stands in the parentheses.
    pub(crate) fn list(&self) -> Result<ParseBuffer<'a>> {
        if at_end(self.input) {
            return Err(self.missing("a list"));
        }
        if !self.input.peek(token::Paren) {
            return Err(self.takes("a list in parentheses"));
        }
        let content;
        parenthesized!(content in self.input);
        Ok(content)
    }

    /// Reads `= 5`.
    pub(crate) fn count(&mut self) -> Result<usize> {
        self.equals()?;
        let wrong = self.takes("a whole number from 1");
        if !self.input.peek(LitInt) {
            return Err(wrong);
        }
        let number: LitInt = self.input.parse()?;
        match number.base10_parse() {
            Ok(count) if count > 0 => Ok(count),
            _ => Err(Error::new(number.span(), wrong)),
        }
    }
}
