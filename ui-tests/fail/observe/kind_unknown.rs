use hyperion::observe;

#[observe(kind = sever)]
fn load() {}

fn main() {}
