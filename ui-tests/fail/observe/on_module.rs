use hyperion::observe;

#[observe]
mod users {}

fn main() {}
