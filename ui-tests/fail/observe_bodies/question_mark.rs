use std::fmt::Error;
use std::pin::Pin;

use hyperion::observe;

#[observe]
fn load(text: &str) -> Result<u32, Error> {
    Ok(text.parse::<u32>()?)
}

#[observe]
async fn load_later(text: &str) -> Result<u32, Error> {
    Ok(text.parse::<u32>()?)
}

#[observe]
fn block(text: String) -> impl Future<Output = Result<u32, Error>> {
    async move { Ok(text.parse::<u32>()?) }
}

#[observe]
fn boxed(text: String) -> Pin<Box<dyn Future<Output = Result<u32, Error>> + Send>> {
    Box::pin(async move { Ok(text.parse::<u32>()?) })
}

#[observe]
fn option(text: &str) -> Option<u32> {
    Some(text.parse::<u32>()?)
}

#[observe]
fn nothing(text: &str) {
    text.parse::<u32>()?;
}

#[observe]
async fn nothing_later(text: &str) {
    text.parse::<u32>()?;
}

struct Users;

#[observe]
impl Users {
    fn load(&self, text: &str) -> Result<u32, Error> {
        Ok(text.parse::<u32>()?)
    }
}

fn main() {}
