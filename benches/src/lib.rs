#![doc = include_str!("../README.md")]

pub mod allocator;
pub mod discard;
pub mod instruments;
pub mod loads;
pub mod peers;
pub mod rows;
pub mod timing;
pub mod work;
pub mod worker;
