//! Compares observed functions with the same functions without the attribute.
//!
//! [`shapes!`](macro@crate::harness::shapes) compiles each shape twice and lists the twins, [`compare`] runs them side by
//! side. What the two may differ in is nothing but the spans that the observed one makes:
//!
//! - [`journal`]: what is said and dropped, in which order, and where panics are reported from;
//! - [`value`]: the text, the auto traits and the size of what is returned;
//! - [`run`]: futures that run to their end, and futures that are dropped at every await point before it.
//!
//! That differences are found is tested in [`differences`].

mod compare;
mod differences;
mod journal;
mod run;
mod shape;
mod telemetry;
pub(crate) mod value;

pub(crate) use compare::compare;
pub(crate) use journal::{Noisy, noisy, pause, say};
pub(crate) use run::{Report, Seen, Until, drive};
pub(crate) use shape::{Shape, call, future, shapes, twin};
pub(crate) use telemetry::{State, alone, in_every_state};
pub(crate) use value::{Value, value};
