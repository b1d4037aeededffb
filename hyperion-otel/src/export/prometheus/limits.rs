//! The limits of the exporter.

use std::time::Duration;

/// The most that clients and callbacks may ask of the exporter.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    /// The number of connections, and of requests at a time through a server of the program's own.
    pub(super) clients: usize,
    /// The time for the head of a request to arrive.
    pub(super) header: Duration,
    /// The time for a client to read something more of its answer.
    pub(super) progress: Duration,
    /// The time after which a connection ends with its current answer, so that clients that read by the byte do not add up.
    pub(super) connection_age: Duration,
    /// The time for that last answer.
    pub(super) last_answer: Duration,
    /// The time for reading the native metrics.
    pub(super) native: Duration,
    /// The time for the callbacks of observable instruments.
    pub(super) callbacks: Duration,
    /// The time for writing and compressing a page, other pages before it included.
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
