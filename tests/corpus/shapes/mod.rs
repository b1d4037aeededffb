//! The shapes, a file a topic.

// The shapes are what users write, not what they should write.
#![allow(unused, unreachable_code, dead_code, deprecated, clippy::all, clippy::pedantic)]

mod receivers;
mod generics;

use crate::harness::Shape;

pub(crate) fn all() -> Vec<Shape> {
    [
        receivers::SHAPES,
        generics::SHAPES,
    ]
    .concat()
}
