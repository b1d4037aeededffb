//! A library that is observed, built without OpenTelemetry.

use hyperion::{
    Counter, Gauge, Histogram, Label, LabelSet, Metrics, SpanContext, UpDownCounter, observe, span,
};
use std::fmt::Display;
use std::pin::Pin;

/// Metrics.
#[derive(Metrics)]
#[metrics(prefix = "noop", zero)]
pub struct NoopMetrics {
    /// Calls.
    #[counter(unit = "{call}")]
    pub calls: Counter<Kind>,
    /// Calls that run.
    #[up_down_counter(unit = "{call}")]
    pub running: UpDownCounter,
    /// The last size.
    #[gauge(unit = "By")]
    pub last: Gauge,
    /// Sizes.
    #[histogram(unit = "By", buckets = [1.0])]
    pub sizes: Histogram,
}

/// The labels that tell calls apart.
#[derive(LabelSet, Clone, Copy)]
pub struct Kind {
    /// True if it is the second.
    pub second: bool,
}

/// Metrics.
pub static METRICS: NoopMetrics = NoopMetrics::new();

/// A value that must not be shown.
#[derive(Clone, Copy, Debug)]
pub struct Unshown;

impl Display for Unshown {
    fn fmt(&self, _: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        panic!("a field was evaluated")
    }
}

/// The plain function.
///
/// # Errors
///
/// Zero is one.
#[inline(never)]
pub fn plain(n: u64) -> Result<u64, String> {
    if n == 0 {
        Err("zero".to_owned())
    } else {
        Ok(n.wrapping_mul(31))
    }
}

/// The same, observed.
///
/// # Errors
///
/// Zero is one.
#[inline(never)]
#[observe(
    component = "Noop",
    kind = client,
    level = error,
    fields(n, shown = %Unshown),
    labels(parity = Parity::unasked()),
    err(ok_if = String::is_empty, record = status),
    log = error,
    in_flight,
    buckets = [0.1, 0.2],
    parent = unasked(),
    links = [unasked()],
    exclude(audit)
)]
pub fn observed(n: u64) -> Result<u64, String> {
    if n == 0 {
        Err("zero".to_owned())
    } else {
        Ok(n.wrapping_mul(31))
    }
}

/// The plain function, counted and timed.
///
/// # Errors
///
/// Zero is one.
#[inline(never)]
pub fn counted(n: u64) -> Result<u64, String> {
    let _timer = METRICS.sizes.time();
    METRICS.calls.inc(Kind { second: n == 2 });
    METRICS.running.inc();
    if n == 0 {
        Err("zero".to_owned())
    } else {
        METRICS.last.set(1.0);
        Ok(n.wrapping_mul(31))
    }
}

/// The plain method, and spans around it and in it.
///
/// # Errors
///
/// Zero is one.
#[inline(never)]
pub fn spanned(n: u64) -> Result<u64, String> {
    let _span = span!("whole", fields(n, shown = %Unshown), parent = unasked()).enter();
    hyperion::current()
        .set_display("shown", Unshown)
        .event("begun");
    span!("inside").in_scope(|| {
        if n == 0 {
            Err("zero".to_owned())
        } else {
            Ok(n.wrapping_mul(31))
        }
    })
}

/// A label that must not be asked for.
#[derive(Label)]
pub enum Parity {
    /// Divisible by two.
    Even,
    /// Not.
    Odd,
}

impl Parity {
    fn unasked() -> Self {
        panic!("a label was evaluated")
    }
}

fn unasked() -> SpanContext {
    panic!("a parent or a link was evaluated")
}

/// An observed block.
pub struct Block(pub u64);

#[observe(labels(parity = Parity::unasked()))]
impl Block {
    /// The number, later.
    pub async fn later(&self) -> u64 {
        self.0
    }

    /// The number, in a box.
    #[observe(fields(shown = %Unshown))]
    pub fn boxed(&self) -> Pin<Box<dyn Future<Output = u64> + '_>> {
        Box::pin(async move { self.0 })
    }
}

/// The plain future.
pub async fn plain_later(bytes: [u8; 64]) -> u8 {
    std::future::ready(bytes[0]).await
}

/// The same, observed.
#[observe(fields(shown = %Unshown))]
pub async fn observed_later(bytes: [u8; 64]) -> u8 {
    std::future::ready(bytes[0]).await
}
