//! Shapes that mean something else before edition 2024, and a crate that has the compiler's own limits.

#[path = "../harness/mod.rs"]
mod harness;
mod shapes;

harness::in_every_state!(shapes::SHAPES);
