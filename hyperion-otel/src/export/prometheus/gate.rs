//! Work that may panic, hang or take long, apart from the thread that serves.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use opentelemetry::Context;
use tokio::sync::Semaphore;
use tokio::time::timeout;

use crate::export::panic_message;

/// Lets one piece of work through at a time, so that one that hangs costs a single thread.
#[derive(Clone)]
pub(super) struct Gate(Arc<Semaphore>);

/// The reason why there is no result.
#[derive(Debug)]
pub(super) enum WorkError {
    TimedOut(Duration),
    Panicked(String),
}

impl fmt::Display for WorkError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TimedOut(after) => write!(f, "a callback did not return within {after:?}"),
            Self::Panicked(message) => write!(f, "a callback panicked: {message}"),
        }
    }
}

impl Default for Gate {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(1)))
    }
}

impl Gate {
    /// Does the work on a thread for such, and gives up on it after `limit`, the wait for its turn included.
    pub(super) async fn pass<T: Send + 'static>(
        &self,
        limit: Duration,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, WorkError> {
        let done = async {
            // The permit goes with the thread, which may outlive this request.
            let permit = Arc::clone(&self.0).acquire_owned().await;
            tokio::task::spawn_blocking(move || {
                let _permit = permit;
                let _suppressed = Context::enter_telemetry_suppressed_scope();
                catch_unwind(AssertUnwindSafe(work))
                    .map_err(|payload| WorkError::Panicked(panic_message(&*payload).to_owned()))
            })
            .await
            .unwrap_or_else(|error| Err(WorkError::Panicked(error.to_string())))
        };
        timeout(limit, done)
            .await
            .unwrap_or(Err(WorkError::TimedOut(limit)))
    }
}
