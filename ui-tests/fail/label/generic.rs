use hyperion::Label;

#[derive(Label)]
enum Tier<const N: usize> {
    Free,
}

fn main() {
    let _ = Tier::<1>::Free.index();
}
