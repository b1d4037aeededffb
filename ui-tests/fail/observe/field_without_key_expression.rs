use hyperion::observe;

#[observe(fields(?text.len()))]
fn load(text: &str) -> usize {
    text.len()
}

fn main() {}
