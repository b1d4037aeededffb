//! The shapes, a file a topic.

// The shapes are what users write, not what they should write.
#![allow(unused, unreachable_code, dead_code, deprecated, clippy::all, clippy::pedantic)]

mod drops;
mod flow;
mod generics;
mod names;
mod panics;
mod patterns;
mod receivers;
mod trait_impls;

use crate::harness::Shape;

pub(crate) fn all() -> Vec<Shape> {
    [
        drops::SHAPES,
        flow::SHAPES,
        generics::SHAPES,
        names::SHAPES,
        panics::SHAPES,
        patterns::SHAPES,
        receivers::SHAPES,
        trait_impls::SHAPES,
    ]
    .concat()
}
