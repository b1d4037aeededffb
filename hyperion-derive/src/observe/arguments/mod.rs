//! The arguments of `#[observe]` and `span!`, in [`table`].
//!
//! They are kept with their keys until everything is known that has a say in them: the place, the block around a
//! method, and the other arguments. Then it is checked.

mod check;
mod err;
mod fields;
mod foreign;
mod labels;
mod parts;
mod table;
mod value;
mod values;

pub(super) use self::table::Arguments;
pub(super) use self::values::{
    ErrorRecord, FieldValue, Level, Origin, Part, Parts, Predicate, SpanField, SpanKind,
};
