use hyperion::observe;

#[observe(component = "Users" name = "load")]
fn load() {}

fn main() {}
