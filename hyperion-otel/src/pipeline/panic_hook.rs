//! Panics, recorded where they happen: as an event of the span that the thread is in, and on a log line with its ids.
//!
//! Nobody but the panic hook sees a panic's message before it is caught. A panic in a hook ends the process, so nothing here
//! formats a value of the program's, and the span is reached as from any code of a user's.

use crate::text::head;
use hyperion_runtime::context::current;
use std::backtrace::{Backtrace, BacktraceStatus};
use std::panic::{self, PanicHookInfo};
use std::sync::Once;
use std::sync::atomic::{AtomicBool, Ordering};

/// The value of `exception.type`, and of `error.type` for a call that panicked.
const TYPE: &str = "panic";
/// The most bytes of a message, as of an error's.
const MESSAGE: usize = 4096;
/// The most bytes of a backtrace, as of an error's sources.
const BACKTRACE: usize = 16 * 1024;

/// True if exceptions are events of spans.
static WRITES_EVENTS: AtomicBool = AtomicBool::new(true);

/// Records panics from now on, before the hook that is there. It stays for the life of the process: hooks that are set later
/// may hold it.
pub(super) fn install(writes_events: bool) {
    static INSTALLED: Once = Once::new();
    WRITES_EVENTS.store(writes_events, Ordering::Relaxed);
    // A thread that panics can change no hook.
    if std::thread::panicking() {
        return;
    }
    INSTALLED.call_once(|| {
        let previous = panic::take_hook();
        panic::set_hook(Box::new(move |panic| {
            record(panic);
            previous(panic);
        }));
    });
}

fn record(panic: &PanicHookInfo<'_>) {
    let message = head(message(panic), MESSAGE);
    let (file, line) = panic
        .location()
        .map_or(("", 0), |location| (location.file(), location.line()));
    let backtrace = Backtrace::capture();
    let backtrace =
        (backtrace.status() == BacktraceStatus::Captured).then(|| backtrace.to_string());
    let backtrace = backtrace.as_deref().map(|text| head(text, BACKTRACE));
    if WRITES_EVENTS.load(Ordering::Relaxed) {
        current()
            .event("exception")
            .set("exception.type", TYPE)
            .set("exception.message", message)
            .set("exception.stacktrace", backtrace)
            .set("code.file.path", file)
            .set("code.line.number", line);
    }
    write_line(message, backtrace, file, line);
}

#[cfg(feature = "logs")]
fn write_line(message: &str, backtrace: Option<&str>, file: &str, line: u32) {
    tracing::error!(
        target: "panic",
        {
            "error.type" = TYPE,
            "exception.type" = TYPE,
            "exception.message" = message,
            "exception.stacktrace" = backtrace,
            "code.file.path" = file,
            "code.line.number" = line,
        },
        "a thread panicked"
    );
}

/// This build writes no lines.
#[cfg(not(feature = "logs"))]
fn write_line(_message: &str, _backtrace: Option<&str>, _file: &str, _line: u32) {}

fn message<'a>(panic: &'a PanicHookInfo<'_>) -> &'a str {
    let payload = panic.payload();
    let text = payload.downcast_ref::<&'static str>().copied();
    let text = text.or_else(|| payload.downcast_ref::<String>().map(String::as_str));
    text.unwrap_or("a value that is no text")
}
