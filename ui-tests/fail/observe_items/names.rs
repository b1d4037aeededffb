//! Expressions evaluated before the body see arguments by their names in the signature.
use hyperion::{SpanContext, observe};

#[observe(labels(fast = _fast))]
async fn underscore_later(_fast: bool) -> u8 {
    1
}

#[observe(links = [_cause])]
fn underscore(_cause: SpanContext) -> u8 {
    1
}

fn main() {}
