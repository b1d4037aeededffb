use hyperion::observe;

#[observe]
fn load(a: &str, b: &str) -> &str {
    a
}

#[observe]
async fn load_later(a: &str, b: &str) -> &str {
    a
}

fn main() {}
