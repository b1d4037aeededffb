//! Messages of the library to the person who runs the program.

use crate::lock::lock;
use std::collections::HashSet;
use std::fmt::Arguments;
use std::sync::Mutex;

/// Says `message`, and nothing more about `topic` for the rest of the program.
///
/// It goes to standard error, not through `tracing`: what it tells of may be the very pipeline that carries the logs.
pub fn warn_once(topic: &'static str, message: Arguments<'_>) {
    static SAID: Mutex<Option<HashSet<&'static str>>> = Mutex::new(None);
    let mut said = lock(&SAID);
    if said.get_or_insert_default().insert(topic) {
        warn(message);
    }
}

/// Says `message`.
pub fn warn(message: Arguments<'_>) {
    use std::io::Write;
    // A closed standard error leaves nobody to tell.
    let _ = writeln!(std::io::stderr().lock(), "hyperion: {message}");
}
