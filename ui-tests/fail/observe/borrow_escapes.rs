use hyperion::observe;

#[observe]
fn load(name: String) -> &'static str {
    &name
}

#[observe]
async fn load_later(name: String) -> &'static str {
    &name
}

fn main() {}
