use hyperion::observe;

#[observe(kind = http)]
fn load() {}

fn main() {}
