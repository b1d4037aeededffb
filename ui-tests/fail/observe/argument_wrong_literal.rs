use hyperion::observe;

#[observe(component = 5)]
fn load() {}

fn main() {}
