//! Futures that are made elsewhere.
use std::future::ready;
use std::pin::Pin;

use hyperion::observe;

#[observe]
fn other_output() -> impl Future<Output = u32> {
    ready("one")
}

#[observe]
fn no_future(id: u32) -> impl Future<Output = u32> {
    id
}

#[observe]
fn boxed() -> Pin<Box<dyn Future<Output = u32> + Send>> {
    Box::pin(ready("one"))
}

#[observe]
fn no_box(id: u32) -> Pin<Box<dyn Future<Output = u32> + Send>> {
    id
}

fn main() {}
