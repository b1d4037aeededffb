#![allow(unused)]
use hyperion::observe;

#[observe]
const USERS: u32 = 1;

#[observe]
static GROUPS: u32 = 1;

#[observe]
struct User {
    name: String,
}

#[observe]
enum Tier {
    Free,
}

#[observe]
union Number {
    float: f32,
}

#[observe]
type Name = String;

#[observe]
use std::fmt;

#[observe]
mod users {}

#[observe]
unsafe extern "C" {
    fn load();
}

#[observe]
macro_rules! nothing {
    () => {};
}

#[observe]
trait Users {
    fn load(&self);

    fn provided(&self) {}
}

fn main() {}
