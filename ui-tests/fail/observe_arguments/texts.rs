use hyperion::observe;

const NAME: &str = "load";

#[observe(name("load"))]
fn list() {}

#[observe(component = "", name = "")]
fn empty() {}

#[observe(name = NAME)]
fn constant() {}

#[observe(component = 5)]
fn number() {}

#[observe(component)]
fn no_value() {}

#[observe(name = )]
fn unfinished() {}

#[observe("load")]
fn no_key() {}

#[observe(crate = "telemetry")]
fn path_in_quotes() {}

fn main() {}
