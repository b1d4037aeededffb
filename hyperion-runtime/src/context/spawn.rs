//! Tokio's tasks, in the context of who spawned them.

use super::{in_current_context, with_current_context};
use tokio::task::JoinHandle;

/// [`tokio::task::spawn`], in the context that is current now.
///
/// The task's spans hang under the span that spawned it, also when that has ended meanwhile, and see its baggage. In a
/// build without `otel` this is Tokio's own function.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), tokio::task::JoinError> {
/// let rows = hyperion::spawn(async { 7 }).await?;
/// # assert_eq!(rows, 7);
/// # Ok(())
/// # }
/// ```
///
/// # Panics
///
/// Outside a Tokio runtime, like Tokio's own.
#[track_caller]
pub fn spawn<F>(future: F) -> JoinHandle<F::Output>
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    tokio::task::spawn(in_current_context(future))
}

/// [`tokio::task::spawn_blocking`], in the context that is current now, as with [`spawn`].
///
/// # Panics
///
/// Outside a Tokio runtime, like Tokio's own.
#[track_caller]
pub fn spawn_blocking<F, R>(work: F) -> JoinHandle<R>
where
    F: FnOnce() -> R + Send + 'static,
    R: Send + 'static,
{
    tokio::task::spawn_blocking(with_current_context(work))
}
