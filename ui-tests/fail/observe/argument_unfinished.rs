use hyperion::observe;

#[observe(name = )]
fn load() {}

fn main() {}
