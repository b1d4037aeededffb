use hyperion::observe;

#[observe]
fn load() -> User {
    todo!()
}

#[observe]
async fn load_later() -> User {
    todo!()
}

fn main() {}
