//! What the library has to say to the person who runs the program.

use crate::lock::lock;
use std::collections::HashSet;
use std::fmt::Arguments;
use std::sync::{Mutex, OnceLock};

/// Says `message`, and nothing more about `topic` for the rest of the program.
///
/// It goes to standard error, not through `tracing`: what it tells of may be the very pipeline that carries the logs.
pub(crate) fn warn_once(topic: &'static str, message: Arguments<'_>) {
    static SAID: Mutex<Option<HashSet<&'static str>>> = Mutex::new(None);
    let mut said = lock(&SAID);
    if said.get_or_insert_default().insert(topic) {
        warn(message);
    }
}

/// Says `message`.
pub(crate) fn warn(message: Arguments<'_>) {
    use std::io::Write;
    // A closed standard error leaves nobody to tell.
    let _ = writeln!(std::io::stderr().lock(), "hyperion: {message}");
}

/// Tells how many log lines could not be written.
type Count = Box<dyn Fn() -> u64 + Send + Sync>;

static LOST_LINES: OnceLock<Count> = OnceLock::new();

/// Has lost log lines counted; they are installed once in a process.
#[cfg(feature = "logs")]
pub(crate) fn count_lost_lines(count: impl Fn() -> u64 + Send + Sync + 'static) {
    let _ = LOST_LINES.set(Box::new(count));
}

/// How many log lines could not be written, if log lines are written.
pub(crate) fn lost_lines() -> Option<u64> {
    LOST_LINES.get().map(|count| count())
}
