use hyperion::observe;

#[observe(name("load"))]
fn load() {}

fn main() {}
