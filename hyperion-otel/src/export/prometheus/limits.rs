//! What clients and callbacks may ask of the exporter.

use std::time::Duration;

/// What clients and callbacks may ask of the exporter.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    /// How many connections, and how many requests at a time through a server of the program's own.
    pub(super) clients: usize,
    /// How long the head of a request may take to arrive.
    pub(super) header: Duration,
    /// How long a client may take to read something more of its answer.
    pub(super) progress: Duration,
    /// After this a connection ends with its current answer, so that clients that read by the byte do not add up.
    pub(super) connection_age: Duration,
    /// How long that last answer may take.
    pub(super) last_answer: Duration,
    /// How long reading the native metrics may take.
    pub(super) native: Duration,
    /// How long the callbacks of observable instruments may take.
    pub(super) callbacks: Duration,
    /// How long writing and compressing a page may take, other pages before it included.
    pub(super) encoding: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            // Prometheus needs one, a person with a browser a few.
            clients: 64,
            header: Duration::from_secs(10),
            progress: Duration::from_secs(10),
            connection_age: Duration::from_secs(600),
            last_answer: Duration::from_secs(30),
            // Prometheus itself gives up after ten seconds unless told otherwise, and wants the rest before that.
            native: Duration::from_secs(4),
            callbacks: Duration::from_secs(4),
            encoding: Duration::from_secs(4),
        }
    }
}
