//! Log records, as their sink sees them.

use std::borrow::Cow;
use std::time::Duration;

use super::ExportError;

/// The most bytes of records in one request, since servers of gRPC take requests of 4 MiB: what is beyond waits for the next.
const MAX_BATCH: usize = 2 * 1024 * 1024;

/// A destination of log records.
pub(crate) trait LogSink: Send {
    /// Delivers a batch, blocking until it is accepted or given up. It comes once.
    ///
    /// # Errors
    ///
    /// Returns why records are lost, and how many if the others were accepted.
    fn export(&mut self, batch: &LogBatch) -> Result<(), ExportError>;

    /// Lets go of connections, within `timeout`.
    fn shutdown(&mut self, timeout: Duration) {
        let _ = timeout;
    }
}

/// One event, as the fields of a `LogRecord` of OTLP.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct LogRecord {
    /// The name of the instrumentation scope: the target of the event.
    pub(crate) scope: Cow<'static, str>,
    pub(crate) fields: Box<[u8]>,
}

impl LogRecord {
    /// The bytes of memory that it takes.
    pub(crate) fn size(&self) -> usize {
        size_of::<Self>() + self.scope.len() + self.fields.len()
    }
}

/// Log records on their way to a sink.
#[derive(Debug, Default)]
pub(crate) struct LogBatch {
    records: Vec<LogRecord>,
    size: usize,
}

impl LogBatch {
    pub(crate) fn push(&mut self, record: LogRecord) {
        self.size += record.size();
        self.records.push(record);
    }

    pub(crate) fn clear(&mut self) {
        self.records.clear();
        self.size = 0;
    }

    pub(crate) fn len(&self) -> usize {
        self.records.len()
    }

    /// Returns true if it has as many bytes as one request should have.
    pub(crate) fn is_large(&self) -> bool {
        self.size >= MAX_BATCH
    }

    /// The records, each with its scope, in the order in which they were logged.
    pub(crate) fn records(&self) -> impl ExactSizeIterator<Item = (&str, &[u8])> {
        self.records
            .iter()
            .map(|record| (&*record.scope, &*record.fields))
    }
}
