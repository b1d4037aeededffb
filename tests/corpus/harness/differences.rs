//! Twins that differ are told apart.

use std::panic::panic_any;
use std::rc::Rc;
use std::sync::Arc;

use super::journal::with_panics_said;
use super::{Noisy, Shape, State, alone, call, future, noisy, pause, say};

/// A shape whose twins are written apart. Neither makes a span.
macro_rules! apart {
    ($name:literal $kind:ident { $($plain:tt)* } { $($observed:tt)* }) => {
        apart!($name $kind { $($plain)* } { $($observed)* } [])
    };
    ($name:literal $kind:ident { $($plain:tt)* } { $($observed:tt)* } [$($outcome:literal)*]) => {
        Shape {
            name: $name,
            plain: |until| $kind!(until, $($plain)*),
            observed: |until| $kind!(until, $($observed)*),
            outcomes: &[$($outcome),*],
            grows: 0,
        }
    };
}

/// Says nothing unless it is cancelled.
async fn dropped(second: Noisy, first: Noisy) {
    pause().await;
    std::mem::forget((first, second));
}

fn fail(payload: u32) {
    panic_any(payload)
}

fn different() -> Vec<Shape> {
    vec![
        apart!("value" call { 1 } { 2 }),
        apart!("what is said" call { say("a") } { say("b") }),
        apart!("order of drops" call
            { drop((noisy("a"), noisy("b"))) }
            { drop((noisy("b"), noisy("a"))) }),
        apart!("auto traits" call { Arc::new(1) } { Rc::new(1) }),
        apart!("payload" call { fail(1) } { fail(2) }),
        apart!("place of a panic" call
            { [0][usize::from(true)] }
            { [0][usize::from(true)] }),
        apart!("await points" future { pause() } { async {} }),
        apart!("order of drops when cancelled" future
            { dropped(noisy("a"), noisy("b")) }
            { dropped(noisy("b"), noisy("a")) }),
        apart!("size" future
            { async { pause().await } }
            { async { let large = [0_u8; 80]; pause().await; std::hint::black_box(large); } }),
    ]
}

#[test]
fn differences() {
    alone("harness::differences::differences", || {
        let missed = with_panics_said(|| {
            let mut shapes = different();
            shapes.retain(|shape| shape.compare(&State::NotInstalled).is_none());
            shapes
        });
        let missed: Vec<&str> = missed.iter().map(|shape| shape.name).collect();
        assert!(missed.is_empty(), "{missed:?}");
    });
}

#[test]
fn spans() {
    alone("harness::differences::spans", || {
        let state = State::recording();
        let none = apart!("no span" call { 1 } { 1 });
        assert_eq!(none.compare(&state), None);
        let missing = apart!("a span too little" call { 1 } { 1 } ["ok"]);
        assert!(missing.compare(&state).is_some());
        let missing = apart!("a span too little" future { pause() } { pause() } ["ok"]);
        assert!(missing.compare(&state).is_some());
    });
}
