//! A tokio runtime that works whatever the host runs on.

use std::future::Future;
use std::io;

use opentelemetry::Context;
use tokio::runtime::{Builder, Handle, Runtime};

use crate::export::ExportError;

/// A runtime of our own, on whichever thread waits for it.
///
/// It can be dropped anywhere: a plain one panics inside another runtime, and waits for names that are still being
/// resolved, which must not hold up the end of the process.
pub(super) struct OwnRuntime(Option<Runtime>);

impl OwnRuntime {
    pub(super) fn new() -> io::Result<Self> {
        let runtime = Builder::new_current_thread()
            .enable_io()
            .enable_time()
            .thread_name("hyperion-otlp")
            .on_thread_start(suppress_for_good)
            .build()?;
        Ok(Self(Some(runtime)))
    }

    /// Runs `setup` where it can spawn tasks of this runtime.
    #[cfg(feature = "otlp-grpc")]
    pub(super) fn enter<T>(&self, setup: impl FnOnce() -> T) -> T {
        let _entered = self.0.as_ref().map(Runtime::enter);
        setup()
    }

    /// Waits for `future`, on a thread of its own when the caller is inside another runtime, where waiting panics.
    ///
    /// Nothing that happens meanwhile is traced, or each export would make spans for the next one.
    pub(super) fn block_on<F>(&self, future: F) -> Result<F::Output, ExportError>
    where
        F: Future + Send,
        F::Output: Send,
    {
        let Some(runtime) = &self.0 else {
            return Err(ExportError::permanent("the OTLP exporter is shut down"));
        };
        let run = move || {
            let _suppressed = Context::enter_telemetry_suppressed_scope();
            runtime.block_on(future)
        };
        if Handle::try_current().is_err() {
            return Ok(run());
        }
        std::thread::scope(|scope| {
            std::thread::Builder::new()
                .name("hyperion-otlp".into())
                .spawn_scoped(scope, run)
                .map_err(|error| {
                    ExportError::retryable(format!(
                        "the thread of the OTLP export did not start: {error}"
                    ))
                })?
                .join()
                .map_err(|_| ExportError::permanent("the thread of the OTLP export panicked"))
        })
    }
}

/// Has nothing that this thread does traced or sent: it looks up names, and the connector logs that.
fn suppress_for_good() {
    // The thread ends with it.
    std::mem::forget(Context::enter_telemetry_suppressed_scope());
}

impl Drop for OwnRuntime {
    fn drop(&mut self) {
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::task::spawn_blocking;

    #[test]
    fn no_thread_of_the_runtime_is_recorded() {
        let runtime = OwnRuntime::new().expect("a runtime");
        let suppressed = runtime.block_on(async move {
            let here = Context::is_current_telemetry_suppressed();
            (
                here,
                spawn_blocking(Context::is_current_telemetry_suppressed)
                    .await
                    .ok(),
            )
        });
        assert_eq!(suppressed, Ok((true, Some(true))));
    }
}
