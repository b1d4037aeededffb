//! The two ends of a collector: the queue that it empties, and the way to the sink.

use crate::export::ExportError;
use hyperion_runtime::backend::Losses;
use std::fmt;
use std::time::Duration;

/// The queue of one signal, which threads of the program fill.
pub(crate) trait Queue: Copy + fmt::Debug + Send + 'static {
    /// The word for what waits in it.
    const SIGNAL: &'static str;
    /// The name of the warning that an export failed, which is said once.
    const WARNING: &'static str;
    /// Records that were taken from it.
    type Records: Default + Send;

    /// Moves up to `most` records to `records`, and returns their number.
    fn drain(self, most: usize, records: &mut Self::Records) -> usize;

    /// The number of records that were taken.
    fn count(records: &Self::Records) -> usize;

    /// Returns true if that is all that one request should have, below the most that it may.
    fn is_large(records: &Self::Records) -> bool {
        let _ = records;
        false
    }

    /// Forgets what was taken.
    fn clear(records: &mut Self::Records);

    /// Refuses records from now on.
    fn close(self);

    /// Takes what is left when nobody collects any more, and returns the number.
    fn abandon(self) -> usize;

    /// Sets what is called when there is a batch.
    fn on_work(self, wake: impl Fn() + Send + Sync + 'static);

    /// The account of what is lost.
    fn losses(self) -> &'static Losses;
}

/// The way of records of one kind to their sink.
pub(crate) trait Delivery<R>: Send + 'static {
    /// Prepares for the export of all that there is.
    fn prepare(&mut self) {}

    /// Delivers records, blocking until they are accepted or given up.
    ///
    /// # Errors
    ///
    /// Returns why records are lost, and how many if the others were accepted.
    fn export(&mut self, records: &R) -> Result<(), ExportError>;

    /// Lets go of the destination, within `timeout`.
    fn shutdown(&mut self, timeout: Duration);
}
