use hyperion::Label;

enum Tier {
    Free,
}

fn count<L: Label>(label: L) -> usize {
    label.index()
}

fn main() {
    count(Tier::Free);
}
