use hyperion::LabelSet;

#[derive(LabelSet)]
#[label(renameall = "snake_case")]
struct Lookup {
    #[label(name = "tier")]
    tier: bool,
    #[label(rename = hit)]
    hit: bool,
    #[label]
    bare: bool,
    #[label(rename_all = "snake_case")]
    all: bool,
}

fn main() {}
