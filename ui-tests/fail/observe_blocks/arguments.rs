use hyperion::observe;

struct Named;

#[observe(name = "load")]
impl Named {
    fn load(&self) {}
}

struct Skipped;

#[observe(skip)]
impl Skipped {
    fn load(&self) {}
}

struct Misspelt;

/// One message about the block, and none about its methods.
#[observe(componet = "Users", fields(id), only(trace), in_flight)]
impl Misspelt {
    fn load(&self) {}

    #[observe(fields(id))]
    fn find(&self, id: u32) -> u32 {
        id
    }
}

fn main() {
    Named.load();
    Skipped.load();
    Misspelt.load();
    Misspelt.find(1);
}
