use hyperion::observe;

#[observe(kind = "server")]
fn load() {}

fn main() {}
