use hyperion::observe;

trait Load {
    #[observe]
    fn load(&self) -> u32;
}

fn main() {}
