//! Log directives are checked by the crate that will apply them.

use tracing_subscriber::EnvFilter;

/// Refuses directives that cannot be applied, with the reason.
pub(super) fn check(directives: &str) -> Result<(), String> {
    EnvFilter::builder()
        .parse(directives)
        .map(drop)
        .map_err(|error| error.to_string())
}
