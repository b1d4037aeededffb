use std::pin::Pin;

use hyperion::observe;

fn is_fine<T>(_: &T) -> bool {
    true
}

#[observe(err(ok_if = is_fine))]
fn nothing() {}

#[observe(err(error_if = is_fine))]
async fn nothing_later() {}

#[observe(err(error_if = |output| output.is_none()))]
fn never() -> ! {
    panic!("always")
}

#[observe(err(error_if = is_fine))]
fn hidden() -> impl Iterator<Item = u8> {
    [1].into_iter()
}

#[observe(err(ok_if = is_fine))]
fn boxed() -> Pin<Box<dyn Future<Output = ()>>> {
    Box::pin(async {})
}

#[observe(err(ok_if = "is_fine", error_if = 5))]
fn no_predicates() -> Option<u8> {
    None
}

#[observe(err(ok_if))]
fn no_value() -> Option<u8> {
    None
}

fn main() {}
