//! What the helper attributes say about the names of types, variants and fields.

use syn::parse::ParseStream;
use syn::{Ident, LitStr, Path, Result};

use crate::case::Case;
use crate::errors::Errors;
use crate::helper_attribute::{Argument, Arguments, Key, Place};
use crate::list::{at_end, path, text};

/// The words that an argument begins with.
#[derive(Clone, Copy)]
pub(crate) enum Keyword {
    Rename,
    RenameAll,
    Inner,
    Crate,
}

impl Keyword {
    pub(crate) const fn rename(
        example: &'static str,
        places: &'static [Place],
        goes_on: &'static str,
    ) -> Key<Self> {
        Key::new(Self::Rename, "rename", example, places, goes_on)
    }

    pub(crate) const fn rename_all(places: &'static [Place], goes_on: &'static str) -> Key<Self> {
        let example = "rename_all = \"snake_case\"";
        Key::new(Self::RenameAll, "rename_all", example, places, goes_on)
    }

    pub(crate) const fn inner(places: &'static [Place], goes_on: &'static str) -> Key<Self> {
        Key::new(Self::Inner, "inner", "inner", places, goes_on)
    }

    pub(crate) const CRATE: Key<Self> = Key::new(
        Self::Crate,
        "crate",
        "crate = my_crate::hyperion",
        Place::TYPES,
        "the whole type",
    );
}

/// The names that an attribute gives.
#[derive(Default)]
pub(crate) struct Naming {
    pub(crate) rename: Option<LitStr>,
    pub(crate) rename_all: Option<Case>,
    pub(crate) inner: Option<Ident>,
    /// Where hyperion is, when it is not `::hyperion`.
    pub(crate) hyperion: Option<Path>,
}

impl Arguments for Naming {
    type Keyword = Keyword;

    fn read(
        &mut self,
        keyword: Keyword,
        Argument { key, example }: &Argument<'_>,
        input: ParseStream<'_>,
        _errors: &mut Errors,
    ) -> Result<()> {
        match keyword {
            Keyword::Rename => self.rename = Some(text(key, input, example)?),
            Keyword::RenameAll => {
                let case = text(key, input, example)?;
                self.rename_all = Some(Case::parse(&case)?);
            }
            Keyword::Inner if at_end(input) => self.inner = Some((*key).clone()),
            Keyword::Inner => return Err(input.error(format!("`{key}` takes no value"))),
            Keyword::Crate => self.hyperion = Some(path(key, input)?),
        }
        Ok(())
    }
}
