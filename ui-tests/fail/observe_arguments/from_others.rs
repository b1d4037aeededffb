//! Arguments that people bring from `#[fastrace::trace]` and `#[autometrics]`.
use hyperion::observe;

#[observe(short_name = true)]
fn short_name() {}

#[observe(properties = { "user": "{id}" })]
fn properties(id: u32) {
    drop(id.to_string());
}

#[observe(enter_on_poll = true)]
async fn enter_on_poll() {}

#[observe(track_concurrency)]
fn track_concurrency() {}

#[observe(ok_if = Result::is_ok)]
fn ok_if() -> Result<u32, String> {
    Ok(1)
}

#[observe(error_if = Result::is_err)]
fn error_if() -> Result<u32, String> {
    Ok(1)
}

#[observe(objective = API)]
fn objective() {}

fn main() {}
