use hyperion::Label;

#[derive(Label)]
#[label(rename_all = "UPPER_CASE")]
enum Tier {
    Free,
}

fn main() {}
