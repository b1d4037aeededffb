use hyperion::observe;

#[observe(labels(user = name))]
fn text(name: &str) -> usize {
    name.len()
}

#[observe(labels(fast = true, user = name.clone()))]
fn string(name: String) -> usize {
    name.len()
}

#[observe(labels(id))]
async fn number(id: u64) -> u64 {
    id
}

struct Users {
    count: usize,
}

#[observe(labels(count = self.count))]
impl Users {
    fn load(&self) -> usize {
        self.count
    }
}

fn main() {}
