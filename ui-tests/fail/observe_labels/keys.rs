use hyperion::observe;

#[observe(labels(_tier = true))]
fn underscore() {}

#[observe(labels("user-tier" = true))]
fn dash() {}

#[observe(labels(outcome = true, error.type = false))]
fn taken() {}

#[observe(labels(fast = true, fast = false))]
fn twice() {}

#[observe(labels(user.fast))]
fn no_value() {}

#[observe(labels(5))]
fn number() {}

#[observe(labels(fast: true))]
fn colon() {}

#[observe(labels(user = %name, ?name))]
fn text(name: &str) -> usize {
    name.len()
}

fn main() {}
