use hyperion::Label;

fn count<L: Label>(label: L) -> usize {
    label.index()
}

fn main() {
    count(String::new());
}
