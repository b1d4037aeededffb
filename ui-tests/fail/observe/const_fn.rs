use hyperion::observe;

#[observe]
const fn load() -> u32 {
    1
}

fn main() {}
