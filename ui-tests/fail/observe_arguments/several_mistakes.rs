use hyperion::observe;

#[observe(nmae = "load", kind = sever, fields(a.b, c: 1, %), skip_all, only(trace), in_flight)]
const fn load() {}

fn main() {}
