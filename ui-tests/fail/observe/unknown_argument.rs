use hyperion::observe;

#[observe(nmae = "load")]
fn load() {}

fn main() {}
