use hyperion::observe;

#[observe(fields(id, "id" = 1))]
fn load(id: u32) -> u32 {
    id
}

fn main() {}
