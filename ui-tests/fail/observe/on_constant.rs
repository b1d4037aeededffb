use hyperion::observe;

#[observe]
const USERS: u32 = 1;

fn main() {}
