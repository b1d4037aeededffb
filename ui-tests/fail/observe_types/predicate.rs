use std::io;

use hyperion::observe;

fn of_output(_: &io::Result<u8>) -> bool {
    true
}

fn of_error(_: &io::Error) -> bool {
    true
}

fn by_value(_: io::Error) -> bool {
    true
}

fn number(_: &io::Error) -> u8 {
    1
}

#[observe(err(ok_if = of_output))]
fn output_for_error() -> io::Result<u8> {
    Ok(1)
}

#[observe(err(error_if = of_error))]
fn error_for_output() -> io::Result<u8> {
    Ok(1)
}

#[observe(err(ok_if = by_value))]
fn value() -> io::Result<u8> {
    Ok(1)
}

#[observe(err(ok_if = number))]
async fn no_boolean() -> io::Result<u8> {
    Ok(1)
}

#[observe(err(ok_if = of_error))]
fn no_result() -> Option<u8> {
    None
}

#[observe(err(ok_if = |error| error.is_fine()))]
fn no_method() -> io::Result<u8> {
    Ok(1)
}

#[observe(err(error_if = |output| output))]
async fn no_boolean_in_a_closure() -> io::Result<u8> {
    Ok(1)
}

#[observe(err(error_if = |output, more| true))]
fn two_arguments() -> io::Result<u8> {
    Ok(1)
}

#[observe(err(error_if = |output| Some(format!("{output:?}"))))]
fn kind_that_is_made() -> io::Result<u8> {
    Ok(1)
}

struct Undescribed;

#[observe(err(record = debug))]
fn without_debug() -> Result<u8, Undescribed> {
    Ok(1)
}

fn main() {}
