use hyperion::observe;

struct User;

#[observe(fields(user))]
fn typed(user: User) {
    drop(user);
}

#[observe(fields(user = Some(user)))]
async fn optional(user: User) {
    drop(user);
}

#[observe(fields(user = %user))]
fn displayed(user: &User) -> u8 {
    drop(user);
    1
}

#[observe(fields(user.id = %idd))]
fn unknown(id: u32) -> u32 {
    id
}

fn main() {}
