use hyperion::observe;

#[observe("load")]
fn load() {}

fn main() {}
