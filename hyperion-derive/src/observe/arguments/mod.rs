//! Parses what stands in the parentheses.
//!
//! What is written is kept with its keys until everything is known that has a say in it: the place, the block around a
//! method, and the other arguments. `check` then makes the model of it.

mod check;
mod err;
mod foreign;
mod merge;
mod parts;
mod value;

use proc_macro2::TokenStream;
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::{Error, Expr, Ident, LitStr, Path, Result};

use super::model::{Field, Kind, Label, Level, Part, Predicate, Record};
use super::{fields, labels};
use crate::buckets::{self, Buckets, Scale};
use crate::errors::Errors;
use crate::list::{self, comma_separated};
use crate::suggest;

/// Where arguments stand.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Place {
    /// On a function by itself.
    Function,
    /// On a method of an observed impl block.
    Method,
    /// On an impl block.
    Block,
    /// In `span!`, after the name.
    Span,
}

/// The arguments of `#[observe]`, in the order in which messages list them.
const KNOWN: &[&str] = &[
    "component",
    "name",
    "kind",
    "fields",
    "labels",
    "err",
    "only",
    "exclude",
    "level",
    "log",
    "in_flight",
    "buckets",
    "root",
    "parent",
    "links",
    "skip",
    "crate",
];

/// Those of `span!`.
const KNOWN_TO_SPANS: &[&str] = &[
    "component",
    "kind",
    "fields",
    "level",
    "root",
    "parent",
    "links",
    "crate",
];

/// An argument as it is written.
#[derive(Clone)]
struct Keyed<T> {
    key: Ident,
    value: T,
    /// Whether it is from the block around the method.
    inherited: bool,
}

type Slot<T> = Option<Keyed<T>>;

/// All arguments as they are written.
#[derive(Clone, Default)]
pub(super) struct Given {
    component: Slot<LitStr>,
    name: Slot<LitStr>,
    kind: Slot<Kind>,
    level: Slot<Level>,
    fields: Slot<Vec<Field>>,
    labels: Slot<Vec<Label>>,
    ok_if: Slot<Predicate>,
    error_if: Slot<Predicate>,
    record: Slot<Record>,
    only: Slot<Vec<Part>>,
    exclude: Slot<Vec<Part>>,
    log: Slot<Level>,
    in_flight: Slot<()>,
    buckets: Slot<Buckets>,
    root: Slot<()>,
    parent: Slot<Expr>,
    links: Slot<Expr>,
    skip: Slot<()>,
    hyperion: Slot<Path>,
    /// Every key, to find those that are given twice.
    keys: Vec<Ident>,
}

impl Given {
    /// Parses every argument it can, and notes what is wrong with the others.
    pub(super) fn parse(tokens: TokenStream, place: Place, errors: &mut Errors) -> Self {
        let mut given = Self::default();
        let parser = |input: ParseStream<'_>| {
            given.read(input, place, errors);
            Ok(())
        };
        let result = parser.parse2(tokens);
        errors.ok(result);
        given
    }

    /// Parses what is left of the list.
    pub(super) fn read(&mut self, input: ParseStream<'_>, place: Place, errors: &mut Errors) {
        comma_separated(input, errors, |input, errors| {
            self.argument(input, place, errors)
        });
    }

    /// Whether the method is left alone.
    pub(super) fn skips(&self) -> bool {
        self.skip.is_some()
    }

    /// Whether somebody asks what is returned.
    pub(super) fn has_predicates(&self) -> bool {
        self.ok_if.is_some() || self.error_if.is_some()
    }

    /// Where hyperion is, when it is not `::hyperion`.
    pub(super) fn hyperion(&self) -> Option<&Path> {
        self.hyperion.as_ref().map(|path| &path.value)
    }

    fn argument(
        &mut self,
        input: ParseStream<'_>,
        place: Place,
        errors: &mut Errors,
    ) -> Result<()> {
        if !input.peek(Ident::peek_any) {
            return Err(foreign::without_key(input, place));
        }
        let key = input.call(Ident::parse_any)?;
        if let Some(error) = foreign::answer(&key, input, place) {
            return Err(error);
        }
        if self.keys.contains(&key) {
            errors.push(twice(&key));
            // What stands there a second time is read all the same, to find the mistakes in it.
            return Self::default().known(key, input, place, errors);
        }
        self.keys.push(key.clone());
        self.known(key, input, place, errors)
    }

    fn known(
        &mut self,
        key: Ident,
        input: ParseStream<'_>,
        place: Place,
        errors: &mut Errors,
    ) -> Result<()> {
        match key.to_string().as_str() {
            "component" => {
                let text = value::text(&key, input, "component = \"UserService\"")?;
                self.component = Some(Keyed::new(key, text));
            }
            "name" => {
                let text = value::text(&key, input, "name = \"GET /users\"")?;
                self.name = Some(Keyed::new(key, text));
            }
            "kind" => {
                let kind = value::word(&key, input, value::KINDS, "kind = server")?;
                self.kind = Some(Keyed::new(key, kind));
            }
            "level" => {
                let level = value::word(&key, input, value::LEVELS, "level = debug")?;
                self.level = Some(Keyed::new(key, level));
            }
            "fields" => {
                let list = list::list(&key, input, "fields(user.id = %id)")?;
                self.fields = Some(Keyed::new(key, fields::parse(&list, errors)));
            }
            "labels" => {
                let list = list::list(&key, input, "labels(tier = tier)")?;
                self.labels = Some(Keyed::new(key, labels::parse(&list, errors)));
            }
            "err" => {
                let list = list::list(&key, input, err::EXAMPLE)?;
                self.err(&list, errors);
            }
            "only" => {
                let parts = parts::parse(&key, input, errors)?;
                self.only = parts.map(|parts| Keyed::new(key, parts));
            }
            "exclude" => {
                let parts = parts::parse(&key, input, errors)?;
                self.exclude = parts.map(|parts| Keyed::new(key, parts));
            }
            "log" => {
                let level = value::word(&key, input, value::LEVELS, "log = info")?;
                self.log = Some(Keyed::new(key, level));
            }
            "in_flight" => {
                list::flag(&key, input)?;
                self.in_flight = Some(Keyed::new(key, ()));
            }
            "buckets" => {
                let buckets = buckets::parse(&key, input, Scale::Seconds, errors)?;
                self.buckets = Some(Keyed::new(key, buckets));
            }
            "root" => {
                list::flag(&key, input)?;
                self.root = Some(Keyed::new(key, ()));
            }
            "parent" => {
                let parent = value::parent(&key, input)?;
                self.parent = Some(Keyed::new(key, parent));
            }
            "links" => {
                let links = value::expr(&key, input, "links = [context]")?;
                self.links = Some(Keyed::new(key, links));
            }
            "skip" => {
                list::flag(&key, input)?;
                self.skip = Some(Keyed::new(key, ()));
            }
            "crate" => {
                let path = list::path(&key, input)?;
                self.hyperion = Some(Keyed::new(key, path));
            }
            _ => return Err(unknown(&key, place)),
        }
        Ok(())
    }
}

impl<T> Keyed<T> {
    fn new(key: Ident, value: T) -> Self {
        Self {
            key,
            value,
            inherited: false,
        }
    }
}

fn twice(key: &Ident) -> Error {
    Error::new(key.span(), format!("`{key}` is given twice, remove one"))
}

fn unknown(key: &Ident, place: Place) -> Error {
    let word = key.to_string();
    let known = if place == Place::Span {
        KNOWN_TO_SPANS
    } else {
        KNOWN
    };
    let expected = suggest::expected(&word, known);
    let field = if suggest::nearest(&word, known).is_some() {
        String::new()
    } else {
        format!("; a span attribute is written `fields({word} = …)`")
    };
    Error::new(
        key.span(),
        format!("unknown argument `{word}`, {expected}{field}"),
    )
}
