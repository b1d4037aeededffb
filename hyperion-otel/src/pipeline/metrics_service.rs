//! The metrics page on a server of the program's own.

use super::metrics::Metrics;
use super::telemetry::Telemetry;
use crate::export::prometheus::MetricsService;

impl Telemetry {
    /// The metrics page, to be mounted on a router of the program's own; none unless `metrics.exporter` is `prometheus`.
    ///
    /// With `metrics.listen: false` there is no other way to the page.
    ///
    /// ```no_run
    /// # struct Router;
    /// # impl Router {
    /// #     fn new() -> Self { Self }
    /// #     fn route_service<S>(self, _: &str, _: S) -> Self { self }
    /// # }
    /// # fn main() -> Result<(), hyperion::Error> {
    /// let telemetry = hyperion::init()?;
    /// let mut app = Router::new(); // of axum, for example
    /// if let Some(metrics) = telemetry.metrics_service() {
    ///     app = app.route_service("/metrics", metrics);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn metrics_service(&self) -> Option<MetricsService> {
        let scrape = self.metrics.as_ref().and_then(Metrics::scrape)?;
        Some(scrape.service())
    }
}
