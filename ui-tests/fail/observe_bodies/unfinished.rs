//! While somebody types.
use hyperion::observe;

struct Users {
    count: u32,
}

#[observe]
impl Users {
    fn first(&self) -> u32 {
        self.
    }

    async fn second(&self) -> u32 {
        let count = self.count;
        count.
    }

    #[observe(fields(id))]
    fn third(&self, id: u32) -> u32 {
        self.count + id
    }
}

#[observe(fields(users.count = users.count))]
fn load(users: &Users) -> u32 {
    users.
}

fn main() {
    Users { count: 1 }.third(1);
}
