use hyperion::Label;

#[derive(Label)]
union Tier {
    a: u8,
}

fn main() {}
