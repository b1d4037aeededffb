struct User;

#[hyperion::observe(fields(user = user))]
fn load(user: User) {}

fn main() {
    load(User);
}
