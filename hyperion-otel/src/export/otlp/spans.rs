//! Requests of spans, written from the records as they are.
//!
//! Messages of `opentelemetry-proto` would have every text copied and every list allocated, only to be read once. Fields come
//! in the order of their numbers, so that the bytes are those that `prost` writes of such messages.

use hyperion_runtime::backend::Site;
use opentelemetry::InstrumentationScope;
use opentelemetry::trace::{Link, SpanId, SpanKind, TraceState};
use opentelemetry_proto::tonic::trace::v1::SpanFlags;
use opentelemetry_proto::tonic::trace::v1::span::SpanKind as Kind;
use opentelemetry_proto::tonic::trace::v1::status::StatusCode;
use opentelemetry_sdk::Resource;

use super::values::{BATCH, all, attribute, attributes, by_scope, resource};
use super::wire::Wire;
use crate::export::{EventView, SpanBatch, SpanStatus, SpanView};

/// The bytes that the length of a span has: it is between 128 bytes and 16 KiB.
const SPAN: usize = 2;

/// Writes requests of spans of one resource.
pub(super) struct SpanEncoder {
    resource: Resource,
    /// The attributes that all spans of a call site have, written once, by its number.
    sites: Vec<Option<Vec<u8>>>,
}

impl SpanEncoder {
    pub(super) fn new(resource: &Resource) -> Self {
        Self {
            resource: resource.clone(),
            sites: Vec::new(),
        }
    }

    /// An `ExportTraceServiceRequest` with the spans of `batch`, grouped by scope.
    pub(super) fn request(&mut self, batch: &SpanBatch<'_>) -> Vec<u8> {
        let mut request = Wire::default();
        // ExportTraceServiceRequest.resource_spans
        request.long_message(1, BATCH, |spans| {
            spans.message(1, |wire| resource(wire, &self.resource));
            let spans_of = batch.spans().map(|span| (span.scope(), span));
            for (scope, views) in by_scope(spans_of) {
                spans.long_message(2, BATCH, |wire| self.scope_spans(wire, scope, &views));
            }
            spans.bytes(3, self.resource.schema_url().unwrap_or_default().as_bytes());
        });
        request.into_bytes()
    }

    /// The fields of `ScopeSpans`.
    fn scope_spans(
        &mut self,
        wire: &mut Wire,
        scope: &InstrumentationScope,
        spans: &[SpanView<'_>],
    ) {
        wire.message(1, |wire| {
            wire.bytes(1, scope.name().as_bytes());
            wire.bytes(2, scope.version().unwrap_or_default().as_bytes());
            attributes(wire, 3, scope.attributes());
        });
        for span in spans {
            wire.long_message(2, SPAN, |wire| self.span(wire, *span));
        }
        wire.bytes(3, scope.schema_url().unwrap_or_default().as_bytes());
    }

    /// The fields of `Span`.
    fn span(&mut self, wire: &mut Wire, span: SpanView<'_>) {
        wire.bytes(1, &span.trace_id().to_bytes());
        wire.bytes(2, &span.span_id().to_bytes());
        trace_state(wire, 3, span.trace_state());
        if span.parent_span_id() != SpanId::INVALID {
            wire.bytes(4, &span.parent_span_id().to_bytes());
        }
        wire.bytes(5, span.name().as_bytes());
        wire.uint(6, kind(span.kind()) as u64);
        wire.fixed64(7, span.start_unix_nanos());
        wire.fixed64(8, span.end_unix_nanos());
        self.attributes(wire, span);
        wire.uint(10, span.dropped_attributes().into());
        for event in span.events() {
            wire.message(11, |wire| event_fields(wire, event));
        }
        wire.uint(12, span.dropped_events().into());
        for link in span.links() {
            wire.message(13, |wire| link_fields(wire, link));
        }
        wire.uint(14, span.dropped_links().into());
        wire.message(15, |wire| status_fields(wire, span.status()));
        wire.fixed32(
            16,
            flags(span.trace_flags().to_u8(), span.parent_is_remote()),
        );
    }
}

impl SpanEncoder {
    /// The attributes of a span.
    fn attributes(&mut self, wire: &mut Wire, span: SpanView<'_>) {
        let start = wire.len();
        let mut overrides = false;
        for own in span.own_attributes() {
            overrides |= span.has_fixed(own.key);
            attribute(wire, 9, own);
        }
        match span.site() {
            Some(site) if !overrides => wire.raw(self.fixed(site, span)),
            _ => {
                wire.truncate(start);
                all(wire, 9, span.attributes());
            }
        }
    }

    /// The attributes that all spans of a call site have, as bytes.
    fn fixed(&mut self, site: &Site, span: SpanView<'_>) -> &[u8] {
        let number = site.number();
        if self.sites.len() <= number {
            self.sites.resize(number + 1, None);
        }
        let write = || {
            let mut fixed = Wire::default();
            attributes(&mut fixed, 9, span.fixed_attributes());
            fixed.into_bytes()
        };
        self.sites
            .get_mut(number)
            .map_or(&[][..], |known| known.get_or_insert_with(write))
    }
}

/// The fields of `Event`.
fn event_fields(wire: &mut Wire, event: EventView<'_>) {
    wire.fixed64(1, event.unix_nanos());
    wire.bytes(2, event.name().as_bytes());
    all(wire, 3, event.attributes());
    wire.uint(4, event.dropped_attributes().into());
}

/// The fields of `Link`.
fn link_fields(wire: &mut Wire, link: &Link) {
    let linked = &link.span_context;
    wire.bytes(1, &linked.trace_id().to_bytes());
    wire.bytes(2, &linked.span_id().to_bytes());
    trace_state(wire, 3, Some(linked.trace_state()));
    attributes(wire, 4, &link.attributes);
    wire.uint(5, link.dropped_attributes_count.into());
    wire.fixed32(6, flags(linked.trace_flags().to_u8(), linked.is_remote()));
}

/// The fields of `Status`.
fn status_fields(wire: &mut Wire, status: SpanStatus<'_>) {
    let code = match status {
        SpanStatus::Unset => StatusCode::Unset,
        SpanStatus::Ok => StatusCode::Ok,
        SpanStatus::Error(description) => {
            wire.bytes(2, description.as_bytes());
            StatusCode::Error
        }
    };
    wire.uint(3, code as u64);
}

fn trace_state(wire: &mut Wire, field: u32, state: Option<&TraceState>) {
    if let Some(state) = state
        && *state != TraceState::NONE
    {
        wire.bytes(field, state.header().as_bytes());
    }
}

fn kind(kind: &SpanKind) -> Kind {
    match kind {
        SpanKind::Client => Kind::Client,
        SpanKind::Server => Kind::Server,
        SpanKind::Producer => Kind::Producer,
        SpanKind::Consumer => Kind::Consumer,
        SpanKind::Internal => Kind::Internal,
    }
}

/// The trace flags, and whether the parent or the linked span is of another process, which is always known.
fn flags(trace_flags: u8, is_remote: bool) -> u32 {
    let remote = if is_remote {
        SpanFlags::ContextIsRemoteMask as u32
    } else {
        0
    };
    u32::from(trace_flags) | SpanFlags::ContextHasIsRemoteMask as u32 | remote
}
