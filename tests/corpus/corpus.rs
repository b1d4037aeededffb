//! Observed functions of every shape do what they do without the attribute.
//!
//! The shapes are in `shapes/`, a file a topic; how they are compared is in `harness/`.

// The plain twin of the deepest shape needs as much, too: whether it is `Send` is a question at every level.
#![recursion_limit = "512"]

mod harness;
mod shapes;

harness::in_every_state!(shapes::all());

#[test]
fn there_are_many_shapes() {
    let shapes = shapes::all();
    assert!(shapes.len() >= 350, "only {} shapes", shapes.len());
}
