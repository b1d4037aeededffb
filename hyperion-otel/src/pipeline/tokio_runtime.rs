//! Tokio runtimes that the program names.

use super::Builder;
use tokio::runtime::Handle;

impl Builder {
    /// Has a Tokio runtime read too, where `metrics.collect_runtime` is true; it may be called for several. The runtime in
    /// which telemetry is installed is read without this.
    ///
    /// `name` becomes the label `tokio.runtime.name`. It needs the features `process` and `tokio`.
    ///
    /// ```no_run
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let background = tokio::runtime::Runtime::new()?;
    /// let telemetry = hyperion::builder()
    ///     .tokio_runtime("background", background.handle().clone())
    ///     .install()?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn tokio_runtime(mut self, name: impl Into<String>, handle: Handle) -> Self {
        self.runtimes.add(name.into(), handle);
        self
    }
}
