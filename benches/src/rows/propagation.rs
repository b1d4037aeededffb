//! Contexts in the headers of HTTP, by W3C Trace Context.
//!
//! The carrier of the SDK is what `opentelemetry-http` makes of a `HeaderMap`, and its propagator is called as it is, without
//! the lock of the global one. Both write over the headers of the call before.

use super::{Entry, Operation, Row, row};
use crate::peers::{Hyperion, OpenTelemetry, Parent, Peer};
use crate::timing::{Cost, cost_of};
use http::{HeaderMap, HeaderValue};
use hyperion::propagation::{extract, inject};
use opentelemetry::Context;
use opentelemetry::global;
use opentelemetry::propagation::TextMapPropagator;
use opentelemetry::trace::TraceContextExt;
use opentelemetry_http::{HeaderExtractor, HeaderInjector};
use opentelemetry_sdk::propagation::TraceContextPropagator;
use std::collections::HashMap;
use std::hint::black_box;

const TRACEPARENT: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-03";
const TRACESTATE: &str = "rojo=00f067aa0ba902b7,congo=t61rcWkgMzE";

type Map = HashMap<String, String>;

pub(super) const ROWS: &[Row] = &[
    row!("inject":
    "hyperion" = || injected::<Hyperion, HeaderMap>(inject);
    "hyperion, global propagator" = || injected::<Hyperion, HeaderMap>(|headers| {
        global::get_text_map_propagator(|global| global.inject(&mut HeaderInjector(headers)));
    });
    "opentelemetry" = || injected::<OpenTelemetry, HeaderMap>(|headers| {
        TraceContextPropagator::new().inject(&mut HeaderInjector(headers));
    })),
    row!("inject into a map":
    "hyperion" = || injected::<Hyperion, Map>(inject);
    "opentelemetry" = || injected::<OpenTelemetry, Map>(|map| {
        TraceContextPropagator::new().inject(map);
    })),
    row!("extract":
        "hyperion" = || ours(false);
        "hyperion, global propagator" = || ours_for_others(false);
        "opentelemetry" = || theirs(false)),
    row!("extract with tracestate":
        "hyperion" = || ours(true);
        "hyperion, global propagator" = || ours_for_others(true);
        "opentelemetry" = || theirs(true)),
];

/// The context of a sampled span is written.
fn injected<P: Peer, C: Default + 'static>(inject: fn(&mut C)) -> Operation {
    let session = P::install();
    Operation::new(false, move |operations| {
        let _installed = &session;
        let mut headers = C::default();
        let mut cost = Cost::default();
        P::in_parent(Parent::Sampled, || {
            cost = cost_of(|| {
                for _ in 0..operations {
                    inject(black_box(&mut headers));
                }
            });
        });
        black_box(&headers);
        cost
    })
}

fn headers(with_state: bool) -> HeaderMap {
    let mut headers = HeaderMap::new();
    // As a request has them.
    for name in ["host", "accept", "user-agent", "content-type"] {
        headers.insert(name, HeaderValue::from_static("some value"));
    }
    headers.insert("traceparent", HeaderValue::from_static(TRACEPARENT));
    if with_state {
        headers.insert("tracestate", HeaderValue::from_static(TRACESTATE));
    }
    headers
}

/// A parent is read.
fn ours(with_state: bool) -> Operation {
    let session = Hyperion::install();
    let headers = headers(with_state);
    Operation::new(false, move |operations| {
        let _installed = &session;
        assert!(!extract(&headers).is_empty());
        cost_of(|| {
            for _ in 0..operations {
                black_box(extract(black_box(&headers)));
            }
        })
    })
}

/// A context is read by OpenTelemetry's global propagator, which is ours.
fn ours_for_others(with_state: bool) -> Operation {
    let session = Hyperion::install();
    let headers = headers(with_state);
    Operation::new(false, move |operations| {
        let _installed = &session;
        extracted(operations, &headers, |headers| {
            global::get_text_map_propagator(|global| global.extract(&HeaderExtractor(headers)))
        })
    })
}

fn theirs(with_state: bool) -> Operation {
    let headers = headers(with_state);
    Operation::new(false, move |operations| {
        extracted(operations, &headers, |headers| {
            TraceContextPropagator::new().extract(&HeaderExtractor(headers))
        })
    })
}

fn extracted(operations: u64, headers: &HeaderMap, extract: fn(&HeaderMap) -> Context) -> Cost {
    assert!(extract(headers).has_active_span());
    cost_of(|| {
        for _ in 0..operations {
            black_box(extract(black_box(headers)));
        }
    })
}
