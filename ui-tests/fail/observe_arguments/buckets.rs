use hyperion::observe;

#[observe(buckets)]
fn no_value() {}

#[observe(buckets = 0.1)]
fn no_list() {}

#[observe(buckets = [])]
fn empty() {}

#[observe(buckets = [0.1, 1, 0.5, 0.5])]
fn unsorted() {}

#[observe(buckets = [0.1, MAX, 0.1])]
fn twice() {}

#[observe(buckets = [-1.0, "1"])]
fn no_durations() {}

#[observe(buckets = [1, 1e999])]
fn infinite() {}

const MAX: f64 = 1.0;

fn main() {}
