use hyperion::observe;

#[observe]
trait Users {
    fn load(&self);
}

fn main() {}
