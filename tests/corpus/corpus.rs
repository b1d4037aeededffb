//! Observed functions of every shape do what they do without the attribute.
//!
//! The shapes are in `shapes/`, a file a topic; how they are compared is in `harness/`.

// The plain twin of the deepest shape needs as much, too: whether it is `Send` is a question at every level.
#![recursion_limit = "512"]

mod harness;
mod shapes;

use harness::{Shape, State, alone, compare};
use hyperion::config::{Config, Sampler};

fn all() -> Vec<Shape> {
    let shapes = shapes::all();
    assert!(shapes.len() >= 40, "only {} shapes", shapes.len());
    shapes
}

#[test]
fn not_installed() {
    alone("not_installed", || compare(&all(), &State::NotInstalled));
}

#[test]
fn recording() {
    alone("recording", || compare(&all(), &State::recording()));
}

#[test]
fn sampled_out() {
    alone("sampled_out", || {
        let mut config = Config::default();
        config.tracing.sampler = Sampler::AlwaysOff;
        compare(&all(), &State::without_spans(config));
    });
}

#[test]
fn metrics_only() {
    alone("metrics_only", || {
        let mut config = Config::default();
        config.tracing.enabled = false;
        compare(&all(), &State::without_spans(config));
    });
}
