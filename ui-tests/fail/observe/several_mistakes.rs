use hyperion::observe;

#[observe(nmae = "load", kind = sever, fields(a.b, c: 1, %))]
const fn load() {}

fn main() {}
