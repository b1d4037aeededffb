use hyperion::Label;

#[derive(Label)]
struct Tier(u8);

fn main() {}
