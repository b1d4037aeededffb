//! Parses the helper attributes of the derives: `#[label(rename = "…")]` and the like.

use std::marker::PhantomData;

use syn::parse::{ParseStream, Parser};
use syn::{Attribute, Error, Meta};

use crate::errors::Errors;
use crate::table::{Arguments, Place, example, read};

/// A helper attribute of one derive, whose arguments are `A`.
pub(crate) struct HelperAttribute<A> {
    pub(crate) name: &'static str,
    list: List,
    arguments: PhantomData<A>,
}

/// The need for a list of arguments.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum List {
    /// The attribute says nothing without one.
    Required,
    Optional,
}

impl<A: Arguments> HelperAttribute<A> {
    pub(crate) const fn new(name: &'static str, list: List) -> Self {
        Self {
            name,
            list,
            arguments: PhantomData,
        }
    }

    /// Parses every argument it can, and notes what is wrong with the others.
    pub(crate) fn parse(&self, attributes: &[Attribute], place: Place, errors: &mut Errors) -> A {
        let mut arguments = A::default();
        for attribute in attributes {
            if !attribute.path().is_ident(self.name) {
                continue;
            }
            let list = match &attribute.meta {
                Meta::List(list) => list,
                Meta::Path(_) if self.list == List::Optional => continue,
                other => {
                    let message = format!(
                        "`{name}` takes a list in parentheses, such as `#[{name}({example})]`",
                        name = self.name,
                        example = example::<A>(place)
                    );
                    errors.push(Error::new_spanned(other, message));
                    continue;
                }
            };
            let parser = |input: ParseStream<'_>| {
                read(&mut arguments, input, place, errors);
                Ok(())
            };
            let result = parser.parse2(list.tokens.clone());
            errors.ok(result);
        }
        arguments
    }
}
