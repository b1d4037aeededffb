use hyperion::Label;

#[derive(Label)]
enum Tier {
    #[label(rename = "")]
    Empty,
    #[label(rename = "tab\t")]
    Control,
    #[label(rename = free)]
    Unquoted,
    #[label]
    Bare,
    __,
}

fn main() {}
