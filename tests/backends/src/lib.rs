//! Real servers for tests, and readers of what they received.
//!
//! Each server starts on free ports with a folder of its own, is ready when it is returned, and is
//! gone when it is dropped; a test that panics shows the end of its log. A variable with the
//! address of a running server is used instead of starting one, and one with an executable instead
//! of the one that `cargo xtask backends` built:
//!
//! | server | running | executable |
//! |---|---|---|
//! | [`Jaeger`] | `HYPERION_TEST_JAEGER_QUERY`, and `…_JAEGER_OTLP_HTTP`, `…_JAEGER_OTLP_GRPC` where the ports are not 4318 and 4317 | `HYPERION_TEST_JAEGER_BIN` |
//! | [`Collector`] | `HYPERION_TEST_COLLECTOR_FILE` (what its file exporter writes), and `…_COLLECTOR_OTLP_HTTP`, `…_COLLECTOR_OTLP_GRPC` | `HYPERION_TEST_COLLECTOR_BIN` |
//! | [`Prometheus`] | `HYPERION_TEST_PROMETHEUS_URL`, and `…_PROMETHEUS_TARGETS` (the folder that its `file_sd_configs` reads) | `HYPERION_TEST_PROMETHEUS_BIN` |
//! | [`Postgres`] | `HYPERION_TEST_POSTGRES_URL` | `HYPERION_TEST_POSTGRES_BIN` (the folder of `initdb` and `postgres`), else that of the system |
//! | [`promtool`] | | `HYPERION_TEST_PROMTOOL_BIN` |
//! | [`reference`] | | `HYPERION_TEST_PYTHON_BIN`, a Python that has `prometheus_client` |
//!
//! A running server is shared, so a test looks for its own telemetry by a [`mark`].

#![allow(
    clippy::float_cmp,
    reason = "tests read back what they wrote, to the last bit"
)]

mod collector;
mod environment;
mod example;
mod exposition;
mod http;
mod jaeger;
pub mod otlp;
mod ports;
mod postgres;
mod process;
mod prometheus;
pub mod promtool;
pub mod reference;
mod start;
mod wait;

pub use collector::{Collector, Received};
pub use environment::{MARK, mark};
pub use example::example;
pub use exposition::Exposition;
pub use http::{Answer, get, get_as, post, post_json};
pub use jaeger::Jaeger;
pub use ports::free as free_port;
pub use postgres::Postgres;
pub use process::Process;
pub use prometheus::{Exemplar, Prometheus, Sample, Target, TargetState};
pub use wait::{eventually, within};
