use hyperion::observe;

#[observe(kind = "server")]
fn kind_in_quotes() {}

#[observe(kind = sever)]
fn kind_misspelt() {}

#[observe(kind = http)]
fn kind_unknown() {}

#[observe(server)]
fn kind_without_key() {}

#[observe(level = "debug")]
fn level_in_quotes() {}

#[observe(level = DEBUG)]
fn level_in_capitals() {}

#[observe(level = tracing::Level::DEBUG)]
fn level_of_tracing() {}

#[observe(level = 3)]
fn level_as_number() {}

#[observe(debug)]
fn level_without_key() {}

#[observe(log = "INFO")]
fn log_in_quotes() {}

#[observe(log)]
fn log_without_value() {}

#[observe(err(record = events))]
fn record_misspelt() -> Result<(), ()> {
    Ok(())
}

#[observe(only(metric), in_flight)]
fn part_misspelt() {}

#[observe(only("trace"))]
fn part_in_quotes() {}

#[observe(exclude("", 5))]
fn part_of_no_kind() {}

#[observe(root = true, in_flight = 5)]
fn flags() {}

#[observe(root(user))]
fn flag_with_list() {}

fn main() {}
