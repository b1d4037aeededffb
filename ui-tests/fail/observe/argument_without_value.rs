use hyperion::observe;

#[observe(component)]
fn load() {}

fn main() {}
