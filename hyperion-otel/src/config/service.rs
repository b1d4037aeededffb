//! The producer of the telemetry.

use std::collections::BTreeMap;

/// The producer of the telemetry: the [resource] of every span and metric.
///
/// [resource]: https://opentelemetry.io/docs/specs/semconv/resource/#service
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Service {
    /// `service.name`; without one it is `unknown_service` and the name of the executable.
    ///
    /// File: `service.name`, also spelt `tracing.service_name` or `metrics.service_name`. Environment:
    /// `OTEL_SERVICE_NAME`, else `service.name` in `OTEL_RESOURCE_ATTRIBUTES`.
    pub name: Option<String>,
    /// `service.version`, for example `1.4.0`.
    ///
    /// File: `service.version`. Environment: `service.version` in `OTEL_RESOURCE_ATTRIBUTES`.
    pub version: Option<String>,
    /// Further resource attributes, for example `deployment.environment.name`.
    ///
    /// File: `service.attributes`. Environment: `OTEL_RESOURCE_ATTRIBUTES`, which is `key=value` pairs separated by
    /// commas, with `%`-escapes; it adds to what the file says and wins where both name a key.
    pub attributes: BTreeMap<String, String>,
}
