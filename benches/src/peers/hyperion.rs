//! Calls observed by hyperion.

use super::{Parent, Peer, Sender, Session, WholePeer};
use crate::discard::Discard;
use crate::work::{UserError, Yields, fail, fan_out, look_up};
use hyperion::config::{Config, ContextMode, Endpoint};
use hyperion::{Telemetry, observe};
use opentelemetry::Context;
use opentelemetry::trace::{SpanContext, SpanId, TraceContextExt, TraceFlags, TraceId, TraceState};
use std::time::Duration;

/// `#[observe]`, spans only, as the peers record no metric of a call.
pub type Hyperion = Spans<false>;

/// The same in a program in which nobody else uses OpenTelemetry's context.
pub type HyperionOwn = Spans<true>;

/// `#[observe]`, spans only, with a context of its own or not.
#[derive(Debug)]
pub struct Spans<const OWN: bool>;

/// `#[observe]` with spans and the duration histogram, as it is by default.
#[derive(Debug)]
pub struct HyperionWithMetrics;

impl Session for Telemetry {
    fn flush(&self) {
        assert!(
            Telemetry::flush(self, Duration::from_secs(30)),
            "hyperion did not flush"
        );
    }
}

/// Installs hyperion for spans, for metrics, or for both.
///
/// # Panics
///
/// Panics if it is installed already.
pub(crate) fn install(spans: bool, metrics: bool) -> Telemetry {
    let mut config = Config::default();
    config.tracing.enabled = spans;
    config.metrics.enabled = metrics;
    install_with(config)
}

fn install_with(mut config: Config) -> Telemetry {
    config.logs.enabled = false;
    hyperion::builder()
        .config(config)
        .span_sink(Discard)
        .metric_sink(Discard)
        .install()
        .expect("no telemetry runs yet")
}

impl<const OWN: bool> Spans<OWN> {
    fn config() -> Config {
        let mut config = Config::default();
        if OWN {
            config.tracing.context = ContextMode::Own;
        }
        config.metrics.enabled = false;
        config
    }
}

impl<const OWN: bool> Peer for Spans<OWN> {
    const NAME: &'static str = if OWN {
        "hyperion, own context"
    } else {
        "hyperion"
    };
    type Session = Telemetry;

    fn install() -> Telemetry {
        install_with(Self::config())
    }

    fn in_parent<T>(parent: Parent, run: impl FnOnce() -> T) -> T {
        match parent {
            Parent::None => run(),
            Parent::Sampled => sampled(run),
            Parent::Unsampled => {
                let _attached = unsampled_context().attach();
                run()
            }
        }
    }

    fn call(tier: &'static str, id: u64) -> u64 {
        call(tier, id)
    }
}

/// The context of a call whose trace is not recorded.
pub(super) fn unsampled_context() -> Context {
    Context::new().with_remote_span_context(SpanContext::new(
        TraceId::from(7),
        SpanId::from(7),
        TraceFlags::NOT_SAMPLED,
        true,
        TraceState::NONE,
    ))
}

impl<const OWN: bool> WholePeer for Spans<OWN> {
    fn ready(tier: &'static str, id: u64) -> impl Future<Output = u64> {
        ready(tier, id)
    }

    fn yielding(tier: &'static str, id: u64) -> impl Future<Output = u64> {
        yielding(tier, id)
    }

    fn failing(tier: &'static str, id: u64) -> Result<u64, UserError> {
        failing(tier, id)
    }

    fn request(tier: &'static str, id: u64) -> u64 {
        request(tier, id)
    }
}

impl Peer for HyperionWithMetrics {
    const NAME: &'static str = "hyperion";
    type Session = Telemetry;

    fn install() -> Telemetry {
        install(true, true)
    }

    fn in_parent<T>(parent: Parent, run: impl FnOnce() -> T) -> T {
        Hyperion::in_parent(parent, run)
    }

    fn call(tier: &'static str, id: u64) -> u64 {
        call(tier, id)
    }
}

impl<const OWN: bool> Sender for Spans<OWN> {
    fn install_sender(endpoint: &str) -> Box<dyn Session> {
        sending(Self::config(), endpoint)
    }
}

/// Installs hyperion so that spans are sent.
fn sending(mut config: Config, endpoint: &str) -> Box<dyn Session> {
    config.logs.enabled = false;
    config.tracing.otlp.endpoint = Some(Endpoint::base(endpoint).expect("the sink's URL is valid"));
    let telemetry = hyperion::builder().config(config).install();
    Box::new(telemetry.expect("no telemetry runs yet"))
}

#[observe(component = "Users")]
fn sampled<T>(run: impl FnOnce() -> T) -> T {
    run()
}

#[inline(never)]
#[observe(component = "Users", fields(user.tier = tier, user.id = id))]
fn call(tier: &'static str, id: u64) -> u64 {
    look_up(tier, id)
}

#[observe(component = "Users", fields(user.tier = tier, user.id = id))]
async fn ready(tier: &'static str, id: u64) -> u64 {
    look_up(tier, id)
}

#[observe(component = "Users", fields(user.tier = tier, user.id = id))]
async fn yielding(tier: &'static str, id: u64) -> u64 {
    Yields(3).await;
    look_up(tier, id)
}

#[inline(never)]
#[observe(component = "Users", fields(user.tier = tier, user.id = id))]
fn failing(tier: &'static str, id: u64) -> Result<u64, UserError> {
    fail(tier, id)
}

#[inline(never)]
#[observe(component = "Users", fields(user.tier = tier, user.id = id))]
fn request(tier: &'static str, id: u64) -> u64 {
    fan_out(tier, id, call)
}
