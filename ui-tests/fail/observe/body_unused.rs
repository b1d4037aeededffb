#![deny(unused)]
use hyperion::observe;

#[observe]
pub fn load(id: u32, mut name: String, (a, b): (u8, u8)) -> u8 {
    a
}

#[observe]
pub async fn load_later(id: u32, mut name: String, (a, b): (u8, u8)) -> u8 {
    a
}

fn main() {}
