use std::pin::Pin;

use hyperion::observe;

#[observe]
fn escapes(name: String) -> &'static str {
    &name
}

#[observe]
async fn escapes_later(name: String) -> &'static str {
    &name
}

#[observe]
fn escapes_in_a_box(name: &str) -> Pin<Box<dyn Future<Output = usize>>> {
    Box::pin(async move { name.len() })
}

#[observe]
fn shorter<'a>(a: &'a str, b: &str) -> &'a str {
    b
}

#[observe]
fn while_borrowed(names: &mut Vec<String>) -> usize {
    let first = &names[0];
    names.push(String::new());
    first.len()
}

#[observe]
fn not_moved(name: String) -> impl Future<Output = usize> {
    async { name.len() }
}

fn main() {}
