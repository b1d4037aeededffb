use hyperion::Label;

#[derive(Label)]
#[label(renameall = "snake_case")]
enum Tier {
    #[label(name = "free")]
    Free,
    #[label(rename_all = "snake_case")]
    Paid,
}

fn main() {}
