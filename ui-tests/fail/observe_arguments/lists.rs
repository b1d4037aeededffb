use hyperion::observe;

#[observe(component = "Users" name = "load")]
fn no_comma() {}

#[observe(name = "a", kind = server, name = "b")]
fn twice() {}

#[observe(fields(id), fields(name))]
fn list_twice(id: u32, name: &str) {
    drop((id, name.to_owned()));
}

#[observe(exclude(log, log))]
fn part_twice() {}

#[observe(err(record = none, record = status))]
fn record_twice() -> Result<(), ()> {
    Ok(())
}

#[observe(fields)]
fn no_list() {}

#[observe(labels, log = info)]
fn no_labels() {}

#[observe(fields = id)]
fn value(id: u32) {
    drop(id.to_string());
}

#[observe(err = is_fine)]
fn err_as_value() -> Result<(), ()> {
    Ok(())
}

#[observe(only())]
fn nothing_only() {}

fn main() {}
