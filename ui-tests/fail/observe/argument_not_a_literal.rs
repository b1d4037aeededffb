use hyperion::observe;

const NAME: &str = "load";

#[observe(name = NAME)]
fn load() {}

fn main() {}
