//! Expressions evaluated before the body see arguments by their names in the signature.
use hyperion::{SpanContext, observe};

#[observe(parent = parent)]
fn taken_apart((parent, _): (SpanContext, u8)) -> u8 {
    drop(parent);
    1
}

#[observe(labels(fast))]
async fn taken_apart_later((fast, _): (bool, u8)) -> bool {
    fast
}

#[observe(fields(id))]
fn taken_apart_outside((id, _): (u8, u8)) -> impl Future<Output = u8> {
    std::future::ready(id)
}

#[observe(links = [_cause])]
fn underscore(_cause: SpanContext) -> u8 {
    1
}

fn main() {}
