//! Arguments that people bring from `#[tracing::instrument]`.
use hyperion::observe;

#[observe(skip(password))]
fn skip(password: &str) {
    drop(password.to_owned());
}

#[observe(skip_all)]
fn skip_all(password: &str) {
    drop(password.to_owned());
}

#[observe(err)]
fn err() -> Result<u32, String> {
    Ok(1)
}

#[observe(err(Debug))]
fn err_debug() -> Result<u32, String> {
    Ok(1)
}

#[observe(err(level = "warn"))]
fn err_level() -> Result<u32, String> {
    Ok(1)
}

#[observe(ret)]
fn ret() -> u32 {
    1
}

#[observe(ret(level = "debug"), err)]
fn ret_and_err() -> Result<u32, String> {
    Ok(1)
}

#[observe(target = "users", follows_from = causes)]
fn target() {}

#[observe(level = "debug", skip_all, fields(id = %id), err(Debug))]
async fn together(id: u32) -> Result<u32, String> {
    Ok(id)
}

#[observe(user.id = %id)]
fn field_outside(id: u32) -> u32 {
    id
}

#[observe(%id)]
fn field_without_key(id: u32) -> u32 {
    id
}

#[observe(fields(id = tracing::field::display(&id), n = debug(n), later = tracing::field::Empty))]
fn field_functions(id: u32, n: u32) -> u32 {
    id + n
}

#[observe("load", parent = None)]
fn name_and_parent() {}

fn main() {}
