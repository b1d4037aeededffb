//! The settings of propagation between services.

use super::choice::Choice;

/// The settings of propagation: the headers by which a context goes from one service to another.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Propagation {
    /// The propagators, each of which writes and reads headers of its own; `tracecontext` and `baggage` by default. None is for
    /// a service that neither tells others of its traces nor listens to theirs.
    ///
    /// They are asked in this order, and of several that find a span the last one counts. One that stands twice counts once.
    /// They are those of OpenTelemetry's global propagator, too. `OTEL_SDK_DISABLED` does not turn them off, as the
    /// specification has it.
    ///
    /// File: `propagation.propagators`. Environment: `OTEL_PROPAGATORS`. Both know `none`, too.
    pub propagators: Vec<Propagator>,
}

impl Default for Propagation {
    fn default() -> Self {
        Self {
            propagators: vec![Propagator::TraceContext, Propagator::Baggage],
        }
    }
}

/// A format of headers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Propagator {
    /// `tracecontext`: `traceparent` and `tracestate` of [W3C Trace Context](https://www.w3.org/TR/trace-context-2/).
    TraceContext,
    /// `baggage`: `baggage` of [W3C Baggage](https://www.w3.org/TR/baggage/).
    Baggage,
    /// `b3`: the single header of [B3](https://github.com/openzipkin/b3-propagation). `X-B3-*` are read, too.
    B3,
    /// `b3multi`: the headers `X-B3-*`. `b3` is read, too.
    B3Multi,
    /// `jaeger`: `uber-trace-id` of [Jaeger's former clients](https://www.jaegertracing.io/docs/1.76/sdk-migration/).
    Jaeger,
}

/// The words for propagators, and the one for none.
impl Choice for Option<Propagator> {
    const NAMES: &'static [(&'static str, Self)] = &[
        ("tracecontext", Some(Propagator::TraceContext)),
        ("baggage", Some(Propagator::Baggage)),
        ("b3", Some(Propagator::B3)),
        ("b3multi", Some(Propagator::B3Multi)),
        ("jaeger", Some(Propagator::Jaeger)),
        ("none", None),
    ];
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::choice::words_in_any_case;

    fn list(text: &str) -> Result<Vec<Propagator>, String> {
        words_in_any_case(text)
    }

    #[test]
    fn propagators_count_once_and_in_their_order() {
        use Propagator::{B3, Baggage, Jaeger, TraceContext};
        assert_eq!(
            list("jaeger, B3,,tracecontext,b3 ,baggage"),
            Ok(vec![Jaeger, B3, TraceContext, Baggage])
        );
        assert_eq!(list("none"), Ok(vec![]));
        assert_eq!(list("none,none"), Ok(vec![]));
        assert!(list("none,b3").is_err_and(|expected| expected.starts_with("`none` alone")));
        assert!(
            list("b3mult").is_err_and(|expected| expected.starts_with("`b3multi` or another of"))
        );
        assert!(list("xray").is_err_and(|expected| expected.starts_with("one of `tracecontext`")));
    }
}
