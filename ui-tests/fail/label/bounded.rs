//! Structs that are labels, with mistakes.
use hyperion::{Bounded, Label};

#[derive(Label)]
struct Text(String);

#[derive(Label)]
struct Number {
    status: u16,
}

#[derive(Label)]
struct Two(Bounded<10>, Bounded<20>);

#[derive(Label)]
struct Unit;

#[derive(Label)]
struct Generic<const N: usize>(Bounded<N>);

#[derive(Label)]
#[label(rename_all = "snake_case")]
struct Renamed(#[label(rename = "tenant")] Bounded<10>);

fn main() {
    let _ = Text(String::new()).index();
}
