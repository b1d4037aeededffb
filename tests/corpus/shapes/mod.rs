//! The shapes, a file a topic.

#![allow(
    unused,
    improper_ctypes_definitions,
    missing_abi,
    nonstandard_style,
    unreachable_code,
    unreachable_pub,
    deprecated,
    clippy::all,
    clippy::pedantic,
    clippy::undocumented_unsafe_blocks,
    reason = "the shapes are what users write, not what they should write"
)]

mod async_trait;
mod async_traits;
mod asynchronous;
mod blocks;
mod deep;
mod drops;
mod errors;
mod flow;
mod fragments;
mod generics;
mod names;
mod panics;
mod patterns;
mod qualifiers;
mod receivers;
mod returned_futures;
mod trait_impls;

use crate::harness::Shape;

pub(crate) fn all() -> Vec<Shape> {
    [
        async_trait::SHAPES,
        async_traits::SHAPES,
        asynchronous::SHAPES,
        blocks::SHAPES,
        deep::SHAPES,
        drops::SHAPES,
        errors::SHAPES,
        flow::SHAPES,
        fragments::SHAPES,
        generics::SHAPES,
        names::SHAPES,
        panics::SHAPES,
        patterns::SHAPES,
        qualifiers::SHAPES,
        receivers::SHAPES,
        returned_futures::SHAPES,
        trait_impls::SHAPES,
    ]
    .concat()
}
