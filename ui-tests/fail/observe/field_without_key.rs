use hyperion::observe;

struct User {
    id: u32,
}

#[observe(fields(%user.id))]
fn load(user: &User) -> u32 {
    user.id
}

fn main() {}
