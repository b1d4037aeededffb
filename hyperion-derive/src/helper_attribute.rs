//! Parses the helper attributes of the derives: `#[label(rename = "…")]` and the like.

use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::{Attribute, Data, Error, Ident, LitStr, Meta, Path, Result};

use crate::case::Case;
use crate::errors::Errors;
use crate::list::{at_end, comma_separated, path, text};
use crate::suggest;

const RENAME_ALL: &str = "rename_all = \"snake_case\"";
const CRATE: &str = "crate = my_crate::hyperion";

/// The helper attribute of one derive.
pub(crate) struct HelperAttribute {
    pub(crate) name: &'static str,
    /// A value for `rename` that suits the derive.
    pub(crate) example: &'static str,
    pub(crate) keys: &'static [Key],
}

/// What a helper attribute can say, and where.
pub(crate) struct Key {
    pub(crate) keyword: Keyword,
    pub(crate) places: &'static [Place],
    /// The places, in words.
    pub(crate) goes_on: &'static str,
}

/// The words that an argument begins with.
#[derive(Clone, Copy)]
pub(crate) enum Keyword {
    Rename,
    RenameAll,
    Inner,
    Crate,
}

impl Keyword {
    fn name(self) -> &'static str {
        match self {
            Self::Rename => "rename",
            Self::RenameAll => "rename_all",
            Self::Inner => "inner",
            Self::Crate => "crate",
        }
    }
}

/// What a helper attribute can stand on.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    Enum,
    Struct,
    Union,
    Variant,
    Field,
}

impl Place {
    /// Every place where a type is declared.
    pub(crate) const TYPES: &[Self] = &[Self::Enum, Self::Struct, Self::Union];

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
        }
    }
}

/// What the helper attributes of one place say.
#[derive(Default)]
pub(crate) struct Arguments {
    pub(crate) rename: Option<LitStr>,
    pub(crate) rename_all: Option<Case>,
    pub(crate) inner: Option<Ident>,
    /// Where hyperion is, when it is not `::hyperion`.
    pub(crate) hyperion: Option<Path>,
}

impl HelperAttribute {
    /// Parses every argument it can, and notes what is wrong with the others.
    pub(crate) fn parse(
        &self,
        attributes: &[Attribute],
        place: Place,
        errors: &mut Errors,
    ) -> Arguments {
        let mut arguments = Arguments::default();
        let mut seen = Vec::new();
        for attribute in attributes {
            if !attribute.path().is_ident(self.name) {
                continue;
            }
            let Meta::List(list) = &attribute.meta else {
                let message = format!(
                    "`{name}` takes a list in parentheses, such as `#[{name}({example})]`",
                    name = self.name,
                    example = self.example(place)
                );
                errors.push(Error::new_spanned(&attribute.meta, message));
                continue;
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
        arguments: &mut Arguments,
        seen: &mut Vec<Ident>,
        errors: &mut Errors,
    ) -> Result<()> {
        if !input.peek(Ident::peek_any) {
            let example = self.example(place);
            return Err(input.error(format!("expected an argument, such as `{example}`")));
        }
        let key = input.call(Ident::parse_any)?;
        let keyword = self.keyword(&key, place)?;
        let twice = seen.contains(&key);
        seen.push(key.clone());
        // What stands there a second time is read all the same, to find the mistakes in it.
        let mut dropped = Arguments::default();
        let arguments = if twice {
            errors.push(Error::new(
                key.span(),
                format!("`{key}` is given twice, remove one"),
            ));
            &mut dropped
        } else {
            arguments
        };
        match keyword {
            Keyword::Rename => arguments.rename = Some(text(&key, input, &self.rename())?),
            Keyword::RenameAll => {
                let case = text(&key, input, RENAME_ALL)?;
                arguments.rename_all = Some(Case::parse(&case)?);
            }
            Keyword::Inner if at_end(input) => arguments.inner = Some(key),
            Keyword::Inner => return Err(input.error(format!("`{key}` takes no value"))),
            Keyword::Crate => arguments.hyperion = Some(path(&key, input)?),
        }
        Ok(())
    }

    /// The keyword that `key` is, if it can stand at that place.
    fn keyword(&self, key: &Ident, place: Place) -> Result<Keyword> {
        let known = self.keys.iter().find(|known| key == known.keyword.name());
        let message = match known {
            Some(known) if known.places.contains(&place) => return Ok(known.keyword),
            Some(known) => {
                let (goes_on, place) = (known.goes_on, place.in_words());
                format!("`{key}` goes on {goes_on}, not on {place}")
            }
            None => {
                let known: Vec<&str> = self.keywords_of(place).map(Keyword::name).collect();
                let expected = match known[..] {
                    [only] => format!("expected `{only}`"),
                    _ => suggest::expected(&key.to_string(), &known),
                };
                format!("unknown argument `{key}`, {expected}")
            }
        };
        Err(Error::new(key.span(), message))
    }

    fn keywords_of(&self, place: Place) -> impl Iterator<Item = Keyword> {
        self.keys
            .iter()
            .filter(move |key| key.places.contains(&place))
            .map(|key| key.keyword)
    }

    /// What could stand in the parentheses there.
    fn example(&self, place: Place) -> String {
        match self.keywords_of(place).next() {
            Some(Keyword::Rename) | None => self.rename(),
            Some(Keyword::RenameAll) => RENAME_ALL.to_owned(),
            Some(Keyword::Inner) => "inner".to_owned(),
            Some(Keyword::Crate) => CRATE.to_owned(),
        }
    }

    fn rename(&self) -> String {
        format!("rename = \"{}\"", self.example)
    }
}
