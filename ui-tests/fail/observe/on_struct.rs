use hyperion::observe;

#[observe]
struct Users {
    name: String,
}

fn main() {}
