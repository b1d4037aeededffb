use hyperion::observe;

#[observe(fields(id: 1))]
fn load() {}

fn main() {}
