//! Calls observed by `#[tracing::instrument]` and exported by tracing-opentelemetry.

use super::{Parent, Peer, Sender, Session, WholePeer};
use crate::peers::hyperion::unsampled_context;
use crate::peers::opentelemetry::{Provider, sending_provider, tracer_provider};
use crate::work::{UserError, Yields, fail, fan_out, look_up};
use opentelemetry::trace::TracerProvider;
use opentelemetry_sdk::trace::SdkTracerProvider;
use std::sync::OnceLock;
use tracing::{info_span, instrument};
use tracing_opentelemetry::OpenTelemetrySpanExt;
use tracing_subscriber::layer::SubscriberExt;

/// `#[instrument]`, a registry with nothing but the OpenTelemetry layer as it comes, and the SDK.
#[derive(Debug)]
pub struct Tracing;

impl Peer for Tracing {
    const NAME: &'static str = "tracing";
    type Session = Provider;

    /// The subscriber is the global one, as in a program: a thread's own would cost every call more. It cannot be taken
    /// away again, which is why it is installed once a process.
    fn install() -> Provider {
        static PROVIDER: OnceLock<SdkTracerProvider> = OnceLock::new();
        let provider = PROVIDER.get_or_init(|| {
            let provider = tracer_provider();
            subscribe(&provider);
            provider
        });
        Provider(provider.clone())
    }

    fn in_parent<T>(parent: Parent, run: impl FnOnce() -> T) -> T {
        match parent {
            Parent::None => run(),
            Parent::Sampled => info_span!("parent").in_scope(run),
            Parent::Unsampled => {
                let span = info_span!("parent");
                span.set_parent(unsampled_context())
                    .expect("it has not started yet");
                span.in_scope(run)
            }
        }
    }

    fn call(tier: &'static str, id: u64) -> u64 {
        call(tier, id)
    }
}

fn subscribe(provider: &SdkTracerProvider) {
    let layer = tracing_opentelemetry::layer().with_tracer(provider.tracer("benches"));
    tracing::subscriber::set_global_default(tracing_subscriber::registry().with(layer))
        .expect("there is no other subscriber");
}

impl Sender for Tracing {
    fn install_sender(endpoint: &str) -> Box<dyn Session> {
        let provider = sending_provider(endpoint);
        subscribe(&provider);
        Box::new(Provider(provider))
    }
}

impl WholePeer for Tracing {
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

#[inline(never)]
#[instrument(skip_all, fields(user.tier = tier, user.id = id))]
pub(super) fn call(tier: &'static str, id: u64) -> u64 {
    look_up(tier, id)
}

#[instrument(skip_all, fields(user.tier = tier, user.id = id))]
pub(super) async fn ready(tier: &'static str, id: u64) -> u64 {
    look_up(tier, id)
}

#[instrument(skip_all, fields(user.tier = tier, user.id = id))]
pub(super) async fn yielding(tier: &'static str, id: u64) -> u64 {
    Yields(3).await;
    look_up(tier, id)
}

#[inline(never)]
#[instrument(skip_all, err, fields(user.tier = tier, user.id = id))]
pub(super) fn failing(tier: &'static str, id: u64) -> Result<u64, UserError> {
    fail(tier, id)
}

#[inline(never)]
#[instrument(skip_all, fields(user.tier = tier, user.id = id))]
pub(super) fn request(tier: &'static str, id: u64) -> u64 {
    fan_out(tier, id, call)
}
