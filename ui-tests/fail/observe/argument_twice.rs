use hyperion::observe;

#[observe(name = "a", kind = server, name = "b")]
fn load() {}

fn main() {}
