use hyperion::{Field, current, observe};

struct Unknown;

#[derive(Field)]
struct Wrapper(Unknown);

#[derive(Field)]
#[field(display)]
struct Undisplayed(u8);

fn set(unknown: Unknown) {
    current().set("unknown", &unknown);
    current().event("seen").set("unknown", unknown);
}

#[observe(fields(all, parts = all.iter().map(|_| Some(1)).collect::<Vec<_>>()))]
fn list(all: Vec<Unknown>) {
    drop(all);
}

fn main() {}
