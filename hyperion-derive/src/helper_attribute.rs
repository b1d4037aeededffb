//! Parses the helper attributes of the derives: `#[label(rename = "…")]` and the like.

use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::{Attribute, Data, Error, Ident, Meta, Result};

use crate::errors::Errors;
use crate::list::comma_separated;
use crate::suggest;

/// A helper attribute of one derive, whose arguments are `A`.
pub(crate) struct HelperAttribute<A: Arguments> {
    pub(crate) name: &'static str,
    pub(crate) list: List,
    pub(crate) keys: &'static [Key<A::Keyword>],
}

/// Whether an attribute says something without its list of arguments.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum List {
    Required,
    Optional,
}

/// What a helper attribute can say, and where.
pub(crate) struct Key<K> {
    pub(crate) keyword: K,
    pub(crate) name: &'static str,
    /// The key with a value that suits the derive.
    pub(crate) example: &'static str,
    pub(crate) places: &'static [Place],
    /// The places, in words.
    pub(crate) goes_on: &'static str,
}

impl<K: Copy> Key<K> {
    pub(crate) const fn new(
        keyword: K,
        name: &'static str,
        example: &'static str,
        places: &'static [Place],
        goes_on: &'static str,
    ) -> Self {
        Self {
            keyword,
            name,
            example,
            places,
            goes_on,
        }
    }
}

/// What the helper attributes of one place say.
pub(crate) trait Arguments: Default {
    /// The words that an argument begins with.
    type Keyword: Copy + 'static;

    /// Reads what follows `argument`.
    fn read(
        &mut self,
        keyword: Self::Keyword,
        argument: &Argument<'_>,
        input: ParseStream<'_>,
        errors: &mut Errors,
    ) -> Result<()>;
}

/// The first word of an argument, and what the whole of it could be.
pub(crate) struct Argument<'a> {
    pub(crate) key: &'a Ident,
    pub(crate) example: &'static str,
}

/// What a helper attribute can stand on.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    Enum,
    Struct,
    Union,
    Variant,
    Field,
    Counter,
    UpDownCounter,
    Gauge,
    Histogram,
}

impl Place {
    /// Every place where a type is declared.
    pub(crate) const TYPES: &[Self] = &[Self::Enum, Self::Struct, Self::Union];
    /// Every field that is a metric.
    pub(crate) const METRICS: &[Self] = &[
        Self::Counter,
        Self::UpDownCounter,
        Self::Gauge,
        Self::Histogram,
    ];

    /// The place where the type itself is declared.
    pub(crate) fn of(data: &Data) -> Self {
        match data {
            Data::Enum(_) => Self::Enum,
            Data::Struct(_) => Self::Struct,
            Data::Union(_) => Self::Union,
        }
    }

    pub(crate) fn in_words(self) -> &'static str {
        match self {
            Self::Enum => "an enum",
            Self::Struct => "a struct",
            Self::Union => "a union",
            Self::Variant => "a variant",
            Self::Field => "a field",
            Self::Counter => "a counter",
            Self::UpDownCounter => "an up-down counter",
            Self::Gauge => "a gauge",
            Self::Histogram => "a histogram",
        }
    }
}

impl<A: Arguments> HelperAttribute<A> {
    /// Parses every argument it can, and notes what is wrong with the others.
    pub(crate) fn parse(&self, attributes: &[Attribute], place: Place, errors: &mut Errors) -> A {
        let mut arguments = A::default();
        let mut seen = Vec::new();
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
                        example = self.example(place)
                    );
                    errors.push(Error::new_spanned(other, message));
                    continue;
                }
            };
            let parser = |input: ParseStream<'_>| {
                comma_separated(input, errors, |input, errors| {
                    self.argument(input, place, &mut arguments, &mut seen, errors)
                });
                Ok(())
            };
            let result = parser.parse2(list.tokens.clone());
            errors.ok(result);
        }
        arguments
    }

    fn argument(
        &self,
        input: ParseStream<'_>,
        place: Place,
        arguments: &mut A,
        seen: &mut Vec<Ident>,
        errors: &mut Errors,
    ) -> Result<()> {
        if !input.peek(Ident::peek_any) {
            let example = self.example(place);
            return Err(input.error(format!("expected an argument, such as `{example}`")));
        }
        let key = input.call(Ident::parse_any)?;
        let known = self.known(&key, place)?;
        let twice = seen.contains(&key);
        seen.push(key.clone());
        // What stands there a second time is read all the same, to find the mistakes in it.
        let mut dropped = A::default();
        let arguments = if twice {
            errors.push(Error::new(
                key.span(),
                format!("`{key}` is given twice, remove one"),
            ));
            &mut dropped
        } else {
            arguments
        };
        let argument = Argument {
            key: &key,
            example: known.example,
        };
        arguments.read(known.keyword, &argument, input, errors)
    }

    /// The key that is called so, if it can stand at that place.
    fn known(&self, key: &Ident, place: Place) -> Result<&Key<A::Keyword>> {
        let known = self.keys.iter().find(|known| key == known.name);
        let message = match known {
            Some(known) if known.places.contains(&place) => return Ok(known),
            Some(known) => {
                let (goes_on, place) = (known.goes_on, place.in_words());
                format!("`{key}` goes on {goes_on}, not on {place}")
            }
            None => {
                let known: Vec<&str> = self.keys_of(place).map(|known| known.name).collect();
                let expected = match known[..] {
                    [only] => format!("expected `{only}`"),
                    _ => suggest::expected(&key.to_string(), &known),
                };
                format!("unknown argument `{key}`, {expected}")
            }
        };
        Err(Error::new(key.span(), message))
    }

    fn keys_of(&self, place: Place) -> impl Iterator<Item = &Key<A::Keyword>> {
        self.keys
            .iter()
            .filter(move |key| key.places.contains(&place))
    }

    /// What could stand in the parentheses there.
    fn example(&self, place: Place) -> &'static str {
        let first = self.keys_of(place).next().or(self.keys.first());
        first.map_or("", |key| key.example)
    }
}
