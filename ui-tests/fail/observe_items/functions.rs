use hyperion::observe;

#[observe]
const fn constant() -> u32 {
    1
}

trait Load {
    #[observe]
    fn no_body(&self) -> u32;
}

#[observe]
#[observe(name = "again")]
fn twice() {}

fn main() {}
