use hyperion::observe;

#[observe(fields(user.id))]
fn load() {}

fn main() {}
