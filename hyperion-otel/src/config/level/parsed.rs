//! Log directives are checked by the crate that will apply them.

use tracing_subscriber::EnvFilter;

/// Whether `directives` can be applied, or why not.
pub(super) fn check(directives: &str) -> Result<(), String> {
    EnvFilter::builder()
        .parse(directives)
        .map(drop)
        .map_err(|error| error.to_string())
}
