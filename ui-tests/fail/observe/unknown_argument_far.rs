use hyperion::observe;

#[observe(skip_all)]
fn load() {}

fn main() {}
