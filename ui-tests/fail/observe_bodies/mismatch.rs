use std::pin::Pin;

use hyperion::observe;

#[observe]
fn load(id: u32) -> Result<u32, String> {
    if id == 0 {
        return Ok("zero");
    }
    id
}

#[observe]
async fn load_later(id: u32) -> Result<u32, String> {
    if id == 0 {
        return Ok("zero");
    }
    id
}

#[observe]
fn nothing(id: u32) {
    id
}

#[observe]
async fn nothing_later(id: u32) {
    id
}

#[observe]
fn no_tail() -> u8 {
    1;
}

struct Users(Vec<String>);

#[observe]
impl Users {
    fn count(&self) -> usize {
        self.0
    }

    async fn count_later(&self) -> usize {
        self.0.lenn()
    }
}

#[observe]
fn block() -> impl Future<Output = u32> {
    async move { "one" }
}

#[observe]
fn boxed() -> Pin<Box<dyn Future<Output = u32> + Send>> {
    Box::pin(async move { "one" })
}

fn main() {}
