use hyperion::observe;

#[observe(fields(user.id))]
fn no_value() {}

#[observe(fields(user.id = %))]
fn unfinished() {}

#[observe(fields(id: 1))]
fn colon() {}

#[observe(fields(user.id = 1 2))]
fn no_comma() {}

fn main() {}
