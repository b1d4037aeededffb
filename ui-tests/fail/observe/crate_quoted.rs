use hyperion::observe;

#[observe(crate = "telemetry")]
fn load() {}

fn main() {}
