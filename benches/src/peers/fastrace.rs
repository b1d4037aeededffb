//! Calls observed by `#[fastrace::trace]`.

use super::opentelemetry::otlp_exporter;
use super::{Parent, Peer, Sender, Session, WholePeer};
use crate::discard::Discard;
use crate::work::{UserError, Yields, fail, fan_out, look_up};
use fastrace::collector::Config;
use fastrace::local::LocalSpan;
use fastrace::prelude::SpanContext;
use fastrace::{Event, Span, trace};
use fastrace_opentelemetry::OpenTelemetryReporter;
use opentelemetry::InstrumentationScope;
use opentelemetry_sdk::Resource;
use std::borrow::Cow;

/// `#[trace]` with properties that are made when the span is recorded, and a reporter with its default interval.
///
/// Its properties are strings, so the number is formatted. Its parent is not OpenTelemetry's context, so it attaches
/// none.
#[derive(Debug)]
pub struct Fastrace;

/// The reporter is set.
#[derive(Debug)]
pub struct Reporting;

impl Session for Reporting {
    fn flush(&self) {
        fastrace::flush();
    }
}

impl Peer for Fastrace {
    const NAME: &'static str = "fastrace";
    type Session = Reporting;

    fn install() -> Reporting {
        fastrace::set_reporter(Discard, Config::default());
        Reporting
    }

    fn in_parent<T>(parent: Parent, run: impl FnOnce() -> T) -> T {
        let sampled = match parent {
            Parent::None => return run(),
            Parent::Sampled => true,
            Parent::Unsampled => false,
        };
        let root = Span::root("parent", SpanContext::random().sampled(sampled));
        let _local = root.set_local_parent();
        run()
    }

    fn call(tier: &'static str, id: u64) -> u64 {
        call(tier, id)
    }
}

impl WholePeer for Fastrace {
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

impl Sender for Fastrace {
    fn install_sender(endpoint: &str) -> Box<dyn Session> {
        let reporter = OpenTelemetryReporter::new(
            otlp_exporter(endpoint),
            Cow::Owned(Resource::builder().build()),
            InstrumentationScope::builder("benches").build(),
        );
        fastrace::set_reporter(reporter, Config::default());
        Box::new(Reporting)
    }
}

type Property = (&'static str, Cow<'static, str>);

/// The two attributes, with one allocation for the number.
#[inline]
fn properties(tier: &'static str, id: u64) -> [Property; 2] {
    [
        ("user.tier", tier.into()),
        ("user.id", id.to_string().into()),
    ]
}

#[inline(never)]
#[trace(short_name = true)]
fn call(tier: &'static str, id: u64) -> u64 {
    LocalSpan::add_properties(|| properties(tier, id));
    look_up(tier, id)
}

#[trace(short_name = true)]
async fn ready(tier: &'static str, id: u64) -> u64 {
    LocalSpan::add_properties(|| properties(tier, id));
    look_up(tier, id)
}

#[trace(short_name = true)]
async fn yielding(tier: &'static str, id: u64) -> u64 {
    LocalSpan::add_properties(|| properties(tier, id));
    Yields(3).await;
    look_up(tier, id)
}

/// fastrace has no notion of an error; what OpenTelemetry's conventions say of one is written by hand.
#[inline(never)]
#[trace(short_name = true)]
fn failing(tier: &'static str, id: u64) -> Result<u64, UserError> {
    LocalSpan::add_properties(|| properties(tier, id));
    fail(tier, id).inspect_err(|error| {
        LocalSpan::add_property(|| ("error.type", "NotFound"));
        LocalSpan::add_event(Event::new("exception").with_properties(|| {
            let message: Property = ("exception.message", error.to_string().into());
            [("exception.type", "UserError".into()), message]
        }));
    })
}

#[inline(never)]
fn request(tier: &'static str, id: u64) -> u64 {
    let root =
        Span::root("request", SpanContext::random()).with_properties(|| properties(tier, id));
    let _local = root.set_local_parent();
    fan_out(tier, id, call)
}
