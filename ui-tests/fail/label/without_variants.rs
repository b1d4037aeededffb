use hyperion::Label;

#[derive(Label)]
enum Tier {}

fn main() {}
