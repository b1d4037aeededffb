//! The environment of programs: what tests read from it, keep out of it, and put into it.

use std::{
    env,
    process::{self, Command},
    sync::atomic::{AtomicU32, Ordering},
    time::{SystemTime, UNIX_EPOCH},
};

use anyhow::{Context, Result};

/// The resource attribute by which a test finds its own telemetry.
pub const MARK: &str = "test.mark";

/// A value for [`MARK`] that no other test has, in this run or another: servers may be shared.
pub fn mark(test: &str) -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let started = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |time| time.as_millis());
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    format!("{test}-{started}-{}-{number}", process::id())
}

/// A variable's value, where an empty one counts as absent.
pub(crate) fn set(name: &str) -> Option<String> {
    env::var(name).ok().filter(|value| !value.is_empty())
}

/// Keeps what configures telemetry on this machine from configuring it in a test. Jaeger and the
/// Collector read the same variables as the programs under test.
pub(crate) fn isolate(command: &mut Command) {
    for (name, _) in env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("OTEL_") || text.starts_with("HYPERION_") {
            command.env_remove(&name);
        }
    }
}

/// The addresses at which a running server takes OTLP over HTTP and over gRPC: those in its
/// variables, else the standard ports of the host in `address`.
pub(crate) fn receivers(server: &str, address: &str) -> Result<[String; 2]> {
    let host = host(address)
        .with_context(|| format!("`{address}` is no address like http://127.0.0.1:16686"))?;
    let receiver = |protocol: &str, port: u16| {
        set(&format!("HYPERION_TEST_{server}_OTLP_{protocol}"))
            .unwrap_or_else(|| format!("http://{host}:{port}"))
    };
    Ok([receiver("HTTP", 4318), receiver("GRPC", 4317)])
}

/// The host of an address, in its brackets where it is an IPv6 one.
fn host(address: &str) -> Option<&str> {
    let (_, rest) = address.split_once("://")?;
    let authority = rest.split('/').next()?;
    let end = match authority.rfind(']') {
        Some(bracket) => bracket + 1,
        None => authority.rfind(':').unwrap_or(authority.len()),
    };
    authority.get(..end).filter(|host| !host.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_differ() {
        assert_ne!(mark("one"), mark("one"));
    }

    #[test]
    fn a_host_is_what_stands_before_port_and_path() {
        assert_eq!(host("http://127.0.0.1:16686"), Some("127.0.0.1"));
        assert_eq!(host("http://jaeger/base"), Some("jaeger"));
        assert_eq!(host("http://[::1]:16686"), Some("[::1]"));
        assert_eq!(host("localhost:16686"), None);
        assert_eq!(host("http://:80"), None);
    }
}
