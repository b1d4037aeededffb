use hyperion::observe;

#[observe(fields(1 = 2))]
fn load() {}

fn main() {}
