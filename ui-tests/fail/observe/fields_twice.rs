use hyperion::observe;

#[observe(fields(id), fields(name))]
fn load(id: u32, name: &str) {
    drop((id, name.to_owned()));
}

fn main() {}
