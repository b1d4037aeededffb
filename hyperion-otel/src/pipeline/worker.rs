//! The background thread of a signal.

use opentelemetry::Context;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::time::{Duration, Instant};

/// The exports of a signal.
pub(super) trait Work: Send + 'static {
    /// Exports what fills whole batches.
    fn export_full_batches(&mut self) {}

    /// Exports all there is.
    fn export_everything(&mut self);

    /// Lets go of the destination, within `timeout`.
    fn shutdown(&mut self, timeout: Duration);
}

/// A thread that exports at intervals and when it is told to. It ends when this is dropped.
#[derive(Debug)]
pub(super) struct Worker(Sender<Command>);

#[derive(Debug)]
enum Command {
    /// There is a batch.
    Work,
    /// Export everything, then answer.
    Flush(Sender<()>),
    /// Export everything, let go of the destination, answer and end.
    Shutdown { deadline: Instant, done: Sender<()> },
}

/// A worker that was told to export everything, or also to stop.
#[derive(Debug)]
pub(crate) struct Finishing(Receiver<()>);

impl Finishing {
    /// Waits at most `timeout`, and returns true if the worker has done it.
    pub(crate) fn wait(&self, timeout: Duration) -> bool {
        self.0.recv_timeout(timeout).is_ok()
    }
}

/// A way to have a worker export everything. It does not keep the worker alive.
#[derive(Debug)]
pub(crate) struct Flusher(Sender<Command>);

impl Flusher {
    /// Has everything exported.
    pub(crate) fn begin(&self) -> Finishing {
        let (done, waiting) = mpsc::channel();
        let _ = self.0.send(Command::Flush(done));
        Finishing(waiting)
    }
}

impl Worker {
    /// Starts the thread.
    ///
    /// # Errors
    ///
    /// Fails if the operating system gives no thread.
    pub(super) fn start(name: &str, interval: Duration, work: impl Work) -> std::io::Result<Self> {
        let (commands, inbox) = mpsc::channel();
        std::thread::Builder::new()
            .name(name.to_owned())
            .spawn(move || {
                // What exporting does, an HTTP client's spans for example, must not be recorded in its turn.
                let _suppressed = Context::enter_telemetry_suppressed_scope();
                run(work, interval, &inbox);
            })?;
        Ok(Self(commands))
    }

    /// Returns what tells the worker that there is a batch.
    pub(super) fn waker(&self) -> impl Fn() + Send + Sync + 'static {
        let commands = self.0.clone();
        move || {
            let _ = commands.send(Command::Work);
        }
    }

    /// Returns what has everything exported, also from another thread.
    pub(super) fn flusher(&self) -> Flusher {
        Flusher(self.0.clone())
    }

    /// Has everything exported and the thread end.
    pub(super) fn begin_shutdown(&self, deadline: Instant) -> Finishing {
        let (done, waiting) = mpsc::channel();
        let _ = self.0.send(Command::Shutdown { deadline, done });
        Finishing(waiting)
    }
}

/// A worker that nobody holds has nobody to export for.
impl Drop for Worker {
    fn drop(&mut self) {
        let _ = self.begin_shutdown(Instant::now());
    }
}

fn run(mut work: impl Work, interval: Duration, inbox: &Receiver<Command>) {
    let mut due = Instant::now() + interval;
    loop {
        match inbox.recv_timeout(due.saturating_duration_since(Instant::now())) {
            Ok(Command::Work) => work.export_full_batches(),
            Ok(Command::Flush(done)) => {
                work.export_everything();
                let _ = done.send(());
            }
            Ok(Command::Shutdown { deadline, done }) => {
                work.export_everything();
                work.shutdown(deadline.saturating_duration_since(Instant::now()));
                let _ = done.send(());
                return;
            }
            Err(RecvTimeoutError::Timeout) => work.export_everything(),
            Err(RecvTimeoutError::Disconnected) => return,
        }
        if due <= Instant::now() {
            due = Instant::now() + interval;
        }
    }
}
