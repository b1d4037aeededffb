use hyperion::observe;

#[observe]
fn unknown() -> User {
    todo!()
}

#[observe]
async fn unknown_later() -> User {
    todo!()
}

#[observe]
fn no_lifetime(a: &str, b: &str) -> &str {
    a
}

#[observe]
async fn no_lifetime_later(a: &str, b: &str) -> &str {
    a
}

fn main() {}
