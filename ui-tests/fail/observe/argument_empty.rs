use hyperion::observe;

#[observe(component = "", name = "")]
fn load() {}

fn main() {}
