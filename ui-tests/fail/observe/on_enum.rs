use hyperion::observe;

#[observe]
enum Users {
    One,
}

fn main() {}
