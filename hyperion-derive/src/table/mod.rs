//! The arguments of every macro, one row each.
//!
//! [`arguments!`] makes a type of a table. A field of it is a slot, which one of the keys in its braces fills. A row
//! has the key, an example that messages show, the function that reads what follows the key, and columns for what is
//! special about the argument: the methods of [`Row`]. A new argument is a new slot with a new row.
//!
//! ```text
//! arguments! {
//!     /// The arguments of `#[label(..)]`.
//!     struct LabelArguments {
//!         rename: Option<LitStr> {
//!             "rename", "rename = \"free\"", Argument::text, on(&[Place::Variant], "a variant");
//!         }
//!     }
//! }
//! ```

mod argument;
mod given;
mod place;
mod word;

use syn::ext::IdentExt;
use syn::parse::ParseStream;
use syn::{Error, Ident, Result};

pub(crate) use self::argument::Argument;
pub(crate) use self::given::{Given, Slot};
pub(crate) use self::place::{Place, Signal};
pub(crate) use self::word::Word;
use crate::errors::Errors;
use crate::list::{at_end, comma_separated};
use crate::suggest;

/// Declares the type of a table, see the module.
///
/// `answered by` names the [`Answers`] of a macro that has its own. `merged by` names what makes one of a block's
/// argument and a method's, where it is not the method's that counts.
macro_rules! arguments {
    (
        $(#[$attribute:meta])*
        $visibility:vis struct $Arguments:ident $(answered by $answers:path)? {
            $($(#[$doc:meta])* $slot:ident: $ty:ty $(, merged by $merge:path)? {
                $($key:literal, $example:expr, $read:expr $(, $column:ident($($value:expr),+))*;)+
            })+
        }
    ) => {
        $(#[$attribute])*
        #[derive(Default)]
        $visibility struct $Arguments {
            $($(#[$doc])* pub(crate) $slot: $crate::table::Given<$ty>,)+
            /// Every key, to find those that are given twice.
            seen: Vec<syn::Ident>,
        }

        impl $crate::table::Arguments for $Arguments {
            const ROWS: &'static [$crate::table::Row<Self>] = &[$($(
                $crate::table::Row::<Self>::new(
                    $key,
                    $example,
                    |arguments| &mut arguments.$slot,
                    |arguments, argument| {
                        let value = $read(argument)?;
                        arguments.$slot.give(argument.key, value);
                        Ok(())
                    },
                )$(.$column($($value),+))*,
            )+)+];
            $(const ANSWERS: $crate::table::Answers = $answers;)?

            fn seen(&mut self) -> &mut Vec<syn::Ident> {
                &mut self.seen
            }

            fn inherit(&mut self, block: Self) {
                $(arguments!(@merge self, block, $slot $(, $merge)?);)+
            }
        }
    };
    (@merge $own:ident, $block:ident, $slot:ident) => {
        $own.$slot.inherit($block.$slot)
    };
    (@merge $own:ident, $block:ident, $slot:ident, $merge:path) => {
        $merge(&mut $own.$slot, $block.$slot)
    };
}

/// Declares keys from elsewhere, a row each.
macro_rules! foreign_keys {
    ($($key:literal $form:ident: $answer:expr;)+) => {
        &[$(($key, $crate::table::Form::$form, $answer)),+]
    };
}

pub(crate) use {arguments, foreign_keys};

/// The arguments that one table describes.
pub(crate) trait Arguments: Default + 'static {
    /// The table, in the order in which messages list the keys.
    const ROWS: &'static [Row<Self>];
    const ANSWERS: Answers = Answers::USUAL;

    /// The keys that were given, whatever followed them.
    fn seen(&mut self) -> &mut Vec<Ident>;

    /// Adds what the block around a method says about all its methods.
    fn inherit(&mut self, block: Self);
}

/// One argument.
pub(crate) struct Row<A> {
    pub(crate) key: &'static str,
    example: &'static str,
    pub(crate) slot: fn(&mut A) -> &mut dyn Slot,
    read: fn(&mut A, &mut Argument<'_>) -> Result<()>,
    places: Places,
    excludes: Option<&'static str>,
    pub(crate) signal: Option<Signal>,
}

impl<A> Row<A> {
    pub(crate) const fn new(
        key: &'static str,
        example: &'static str,
        slot: fn(&mut A) -> &mut dyn Slot,
        read: fn(&mut A, &mut Argument<'_>) -> Result<()>,
    ) -> Self {
        Self {
            key,
            example,
            slot,
            read,
            places: Places::All,
            excludes: None,
            signal: None,
        }
    }

    /// It stands at these places only, which are called so together.
    pub(crate) const fn on(mut self, places: &'static [Place], goes_on: &'static str) -> Self {
        self.places = Places::Only(places, goes_on);
        self
    }

    /// It stands everywhere but at these places, for the reasons beside them.
    pub(crate) const fn not_on(mut self, places: &'static [(Place, &'static str)]) -> Self {
        self.places = Places::Except(places);
        self
    }

    /// It does not stand in `span!`, for a reason that goes on after the name of the macro.
    pub(crate) const fn not_in_span(mut self, why: &'static str) -> Self {
        self.places = Places::NotInSpan(why);
        self
    }

    /// It does not stand beside another key of its slot, for this reason.
    pub(crate) const fn excludes(mut self, why: &'static str) -> Self {
        self.excludes = Some(why);
        self
    }

    /// It means nothing where this signal is switched off.
    pub(crate) const fn about(mut self, signal: Signal) -> Self {
        self.signal = Some(signal);
        self
    }

    /// The reason why the key cannot stand at that place.
    fn refusal(&self, place: Place) -> Option<String> {
        let key = self.key;
        match self.places {
            Places::Only(places, goes_on) if !places.contains(&place) => {
                let place = place.in_words();
                Some(format!("`{key}` goes on {goes_on}, not on {place}"))
            }
            Places::NotInSpan(why) if place == Place::Span => Some(format!(
                "`span!` {why}; `{key}` is an argument of `#[observe]`"
            )),
            Places::Except(places) => {
                let why = places.iter().find(|(refused, _)| *refused == place);
                why.map(|(_, why)| (*why).to_owned())
            }
            Places::All | Places::Only(..) | Places::NotInSpan(_) => None,
        }
    }
}

/// The places of an argument.
enum Places {
    All,
    Only(&'static [Place], &'static str),
    Except(&'static [(Place, &'static str)]),
    NotInSpan(&'static str),
}

/// The answers of one macro to entries that its table does not have.
pub(crate) struct Answers {
    /// Answers an entry that does not begin with a key.
    pub(crate) nameless: fn(ParseStream<'_>, Place, example: &str) -> Error,
    /// Answers a key that is known from elsewhere, of which the table may have its own to say that it is misplaced.
    pub(crate) foreign: fn(&Ident, ParseStream<'_>, misplaced: bool) -> Option<Error>,
    /// Answers any other key, beside those that could stand there.
    pub(crate) unknown: fn(&Ident, &[&str]) -> String,
}

impl Answers {
    pub(crate) const USUAL: Self = Self {
        nameless: |input, _, example| {
            input.error(format!("expected an argument, such as `{example}`"))
        },
        foreign: |_, _, _| None,
        unknown: |key, known| {
            let expected = suggest::expected(&key.to_string(), known);
            format!("unknown argument `{key}`, {expected}")
        },
    };
}

/// A key that people bring from other crates, the form in which they do, and the answer to it.
pub(crate) type ForeignKey = (&'static str, Form, &'static str);

/// A form of an entry.
#[derive(Clone, Copy)]
pub(crate) enum Form {
    Any,
    /// The key alone.
    Alone,
    /// The key and a list in parentheses.
    List,
}

/// Looks for the answer to a key.
pub(crate) fn foreign(table: &[ForeignKey], key: &Ident, input: ParseStream<'_>) -> Option<Error> {
    let has_form = |form| match form {
        Form::Any => true,
        Form::Alone => at_end(input),
        Form::List => input.peek(syn::token::Paren),
    };
    let found = table
        .iter()
        .find(|(foreign, form, _)| key == foreign && has_form(*form));
    found.map(|(_, _, answer)| Error::new(key.span(), answer))
}

/// Parses every argument it can, and notes what is wrong with the others.
pub(crate) fn read<A: Arguments>(
    arguments: &mut A,
    input: ParseStream<'_>,
    place: Place,
    errors: &mut Errors,
) {
    comma_separated(input, errors, |input, errors| {
        entry(arguments, input, place, errors)
    });
}

/// Notes the arguments that were read before their place was known, and cannot stand there.
pub(crate) fn check_place<A: Arguments>(arguments: &mut A, place: Place, errors: &mut Errors) {
    for row in A::ROWS {
        if let Some(key) = (row.slot)(arguments).key().filter(|key| *key == row.key)
            && let Some(refusal) = row.refusal(place)
        {
            errors.push(Error::new(key.span(), refusal));
        }
    }
}

/// The argument that is shown to somebody who has none there.
pub(crate) fn example<A: Arguments>(place: Place) -> &'static str {
    let first = rows_of::<A>(place).next().or(A::ROWS.first());
    first.map_or("", |row| row.example)
}

fn rows_of<A: Arguments>(place: Place) -> impl Iterator<Item = &'static Row<A>> {
    A::ROWS
        .iter()
        .filter(move |row| row.refusal(place).is_none())
}

fn row_of<A: Arguments>(key: &Ident) -> Option<&'static Row<A>> {
    A::ROWS.iter().find(|row| key == row.key)
}

fn entry<A: Arguments>(
    arguments: &mut A,
    input: ParseStream<'_>,
    place: Place,
    errors: &mut Errors,
) -> Result<()> {
    if !input.peek(Ident::peek_any) {
        return Err((A::ANSWERS.nameless)(input, place, example::<A>(place)));
    }
    let key = input.call(Ident::parse_any)?;
    let row = row_of::<A>(&key);
    let refusal = row.and_then(|row| row.refusal(place));
    if let Some(answer) = (A::ANSWERS.foreign)(&key, input, refusal.is_some()) {
        return Err(answer);
    }
    if let Some(refusal) = refusal {
        return Err(Error::new(key.span(), refusal));
    }
    let twice = arguments.seen().contains(&key);
    arguments.seen().push(key.clone());
    let Some(row) = row else {
        let known: Vec<&str> = rows_of::<A>(place).map(|row| row.key).collect();
        let unknown = (A::ANSWERS.unknown)(&key, &known);
        return Err(Error::new(key.span(), unknown));
    };
    let other = (row.slot)(arguments).key();
    let too_many = if twice {
        let message = format!("`{key}` is given twice, remove one");
        Some(Error::new(key.span(), message))
    } else {
        other.and_then(|other| excluded::<A>([&key, other]))
    };
    // What is one too many is read all the same, to find the mistakes in it.
    let mut dropped = A::default();
    let arguments = match too_many {
        Some(error) => {
            errors.push(error);
            &mut dropped
        }
        None => arguments,
    };
    let mut argument = Argument {
        key: &key,
        example: row.example,
        input,
        errors,
    };
    (row.read)(arguments, &mut argument)
}

/// The mistake of two keys of one slot. It stands at the one whose row says so.
fn excluded<A: Arguments>(keys: [&Ident; 2]) -> Option<Error> {
    keys.into_iter().find_map(|key| {
        let why = row_of::<A>(key)?.excludes?;
        Some(Error::new(key.span(), why))
    })
}
