//! What waits in the queue.

use hyperion::propagation::PropagatedContext;
use serde::{Deserialize, Serialize};

/// A parcel that somebody has to send.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Parcel {
    pub(crate) order: u64,
    /// The call that put it into the queue.
    pub(crate) queued_by: PropagatedContext,
}
