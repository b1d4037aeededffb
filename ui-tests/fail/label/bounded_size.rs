//! The number of texts that are kept is bounded itself.
use hyperion::{Bounded, Label};

#[derive(Label)]
struct None(Bounded<0>);

#[derive(Label)]
struct Most(Bounded<2000>);

#[derive(Label)]
struct TooMany(Bounded<2001>);

fn main() {}
