use hyperion::observe;

#[observe(fields)]
fn load() {}

fn main() {}
