//! Mistakes in bounds that the macro cannot see, and the compiler reports.
use hyperion::observe;

const MAX: f64 = 5.0;
const ALL: [f64; 2] = [0.1, 0.5];

#[observe(buckets = [0.1, MAX, 1.0])]
fn unsorted() {}

#[observe(buckets = [MAX, MAX])]
async fn twice() {}

#[observe(buckets = [0.1, f64::INFINITY])]
fn infinite() -> u8 {
    1
}

#[observe(buckets = [MAX as u32])]
fn integer() {}

#[observe(buckets = [ALL])]
fn list() {}

fn main() {}
