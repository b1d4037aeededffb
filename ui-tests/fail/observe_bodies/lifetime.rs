//! Lifetimes of futures.
#![allow(unused)]
use hyperion::observe;

#[observe]
async fn shorter<'a>(a: &'a str, b: &str) -> &'a str {
    b
}

#[observe]
fn hidden(name: &str) -> impl Future<Output = usize> + use<> {
    async move { name.len() }
}

fn main() {}
