use hyperion::observe;

#[observe(fields(user.id = %idd))]
fn load(id: u32) -> u32 {
    id
}

fn main() {}
