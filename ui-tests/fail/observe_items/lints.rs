//! Lints about the item find it where the user wrote it.
#![deny(missing_docs, unreachable_pub, dead_code)]
use hyperion::observe;
#[observe]
pub fn undocumented() -> u8 {
    1
}
mod inner {
    #[hyperion::observe]
    pub fn unreachable() {}
}
#[observe]
fn dead() {}
/// U
pub struct Users;
#[observe]
impl Users {
    pub fn undocumented(&self) {}
    fn dead(&self) {}
    async fn dead_later(&self) {}
}
fn main() {}
