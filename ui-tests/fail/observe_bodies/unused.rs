#![deny(unused)]
use std::pin::Pin;

use hyperion::observe;

#[must_use]
pub fn important() -> u8 {
    1
}

#[observe]
pub fn load(id: u32, mut name: String, (a, b): (u8, u8)) -> u8 {
    important();
    a
}

#[observe]
pub async fn load_later(id: u32, mut name: String, (a, b): (u8, u8)) -> u8 {
    important();
    a
}

#[observe]
pub fn boxed(id: u32) -> Pin<Box<dyn Future<Output = u8>>> {
    let unused = 1;
    Box::pin(async move {
        important();
        1
    })
}

pub struct Users;

#[observe]
impl Users {
    pub fn early(&self, id: u32) -> u8 {
        return (1);
        2
    }

    pub fn nothing(&self) {
        return;
        let _ = important();
    }
}

fn main() {}
