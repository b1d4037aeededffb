use hyperion::observe;

#[observe]
fn twice(name: String) -> usize {
    drop(name);
    name.len()
}

#[observe]
async fn twice_later(name: String) -> usize {
    drop(name);
    name.len()
}

#[observe]
fn not_mutable(id: u32) -> u32 {
    id += 1;
    id
}

#[observe]
async fn not_mutable_later(id: u32) -> u32 {
    id += 1;
    id
}

struct Users {
    names: Vec<String>,
}

#[observe]
impl Users {
    fn names(&self) -> Vec<String> {
        self.names
    }

    async fn names_later(&self) -> Vec<String> {
        self.names
    }

    fn push(&self) -> usize {
        self.names.push(String::new());
        self.names.len()
    }

    fn clear(&self) {
        self.names.clear();
    }

    fn partly(self) -> usize {
        drop(self.names);
        self.count()
    }

    fn count(&self) -> usize {
        1
    }
}

fn main() {}
