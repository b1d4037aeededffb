use hyperion::observe;

struct Users;

#[observe(component = "Users")]
impl Users {
    fn load(&self) {}
}

fn main() {}
