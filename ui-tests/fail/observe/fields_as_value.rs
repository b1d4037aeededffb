use hyperion::observe;

#[observe(fields = id)]
fn load(id: u32) {
    drop(id.to_string());
}

fn main() {}
