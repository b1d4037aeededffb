use hyperion::observe;

#[observe(fields(1 = 2))]
fn number() {}

#[observe(fields("" = 2))]
fn empty() {}

#[observe(fields(user. = 2))]
fn unfinished() {}

#[observe(fields(id, "id" = 1))]
fn twice(id: u32) -> u32 {
    id
}

struct User {
    id: u32,
}

#[observe(fields(%user.id))]
fn no_key(user: &User) -> u32 {
    user.id
}

#[observe(fields(?text.len()))]
fn no_key_of_an_expression(text: &str) -> usize {
    text.len()
}

fn main() {}
