//! The span that a thread is in.
//!
//! An observed call keeps its open span in the thread's block while it runs, and attaches a span to OpenTelemetry's context
//! that stands for it. Whoever asks OpenTelemetry for the current span, also from another thread, gets that stand-in; what
//! is written to it is merged when the span ends.

use super::attributes::{AttributeKey, AttributeValue};
use super::clock::Ticks;
use super::header::Header;
use super::local::{self, Local, local};
use super::open::Open;
use super::parent::Parent;
use super::record::Site;
use super::recorder::Recorder;
use super::settings::ContextMode;
use super::stand_in::Owner;
use super::update::SpanUpdate;
use opentelemetry::baggage::{Baggage, BaggageExt};
use opentelemetry::trace::{SpanContext, SpanId, TraceContextExt, TraceId};
use opentelemetry::{Context, ContextGuard};

/// An open span that no thread is in.
pub(crate) type OpenSpan = &'static mut Open;

/// A span that was entered, until it is left again.
#[must_use = "leave the span"]
#[derive(Debug)]
pub(crate) struct Entered {
    span_id: SpanId,
    attached: Option<ContextGuard>,
}

/// From this depth on, contexts are asked whether they were attached: OpenTelemetry's stack has an end.
const DEEP: usize = 4096;

/// Opens a recorded span of `site` under `parent`.
#[inline(always)]
pub(crate) fn open(
    local: &Local,
    recorder: &'static Recorder,
    site: &'static Site,
    parent: &Parent<'_>,
    trace_id: TraceId,
) -> OpenSpan {
    let span = local.take_spare();
    span.start(recorder, Some(site), parent.child(trace_id));
    span.inherit(parent.trace_state());
    span
}

impl Open {
    /// Copies to the span what its recorder wants of the baggage in `context`.
    #[inline(always)]
    pub(crate) fn take_baggage(&mut self, recorder: &Recorder, context: &Context) {
        if !recorder.baggage.is_empty() {
            self.copy_baggage(&recorder.baggage, context.baggage());
        }
    }

    #[cold]
    #[inline(never)]
    fn copy_baggage(&mut self, keys: &[String], baggage: &Baggage) {
        for key in keys {
            if let Some(value) = baggage.get(key) {
                let value = AttributeValue::Text(value.as_str());
                self.replace(AttributeKey::Text(key), value);
            }
        }
    }

    /// Makes `context` the one `around` with this span in it, by a stand-in, where its recorder wants one.
    #[inline(always)]
    pub(crate) fn new_context(&mut self, around: &Context, context: &mut Option<Context>) {
        let is_full = |recorder: &Recorder| recorder.context == ContextMode::Full;
        if self.recorder().is_some_and(is_full) {
            self.set_context(around, context);
        }
    }

    /// Makes `context` the one `around` with this span in it, by a stand-in.
    #[inline(always)]
    fn set_context(&mut self, around: &Context, context: &mut Option<Context>) {
        let mut seat = self.seat.take().unwrap_or_else(Owner::new);
        seat.stand_in(self.span_context(), self.limits(), around, context);
        self.seat = Some(seat);
    }

    /// Keeps the context of the span until a thread enters it.
    pub(crate) fn keep_context(&mut self, context: Option<Context>) {
        self.context = context;
    }

    /// The context that was kept. It stays, for the next time that the future is polled.
    #[inline(always)]
    pub(crate) fn kept_context(&self) -> Option<Context> {
        self.context.clone()
    }

    /// Takes out the context that was kept.
    #[inline]
    pub(crate) fn take_context(&mut self) -> Option<Context> {
        self.context.take()
    }

    /// Makes this the span that the thread is in, and its `context`, if it has one, the current one.
    #[inline(always)]
    pub(crate) fn enter(&'static mut self, context: Option<Context>) -> Entered {
        let span_id = self.span_id();
        let attached = context.map(Context::attach);
        let local = local();
        let depth = local.depth.get() + 1;
        local.depth.set(depth);
        self.is_in_context = attached.is_some() && (depth < DEEP || is_current(span_id));
        self.outer = local.current.take();
        local.current.set(Some(self));
        Entered { span_id, attached }
    }

    /// Closes the span, which no thread is in, and hands it over.
    pub(crate) fn close(&'static mut self, end: Ticks) {
        self.close_on(local(), end);
    }

    #[inline(always)]
    fn close_on(&'static mut self, local: &Local, end: Ticks) {
        if self.context.is_some() {
            self.forget_context();
        }
        if let Some(pending) = Owner::close(&mut self.seat) {
            self.hear(pending);
        }
        if let Some(header) = self.words.header_mut() {
            Header::set_end(header, end);
        }
        if let Some(recorder) = self.recorder() {
            let extra = self.extra.take();
            local
                .place
                .push(recorder, self.words.as_slice(), extra, || local.is_ending());
        }
        local.keep_spare(self);
    }

    #[cold]
    #[inline(never)]
    fn forget_context(&mut self) {
        self.context = None;
    }
}

/// Returns true if OpenTelemetry's current context is that of the span.
fn is_current(span_id: SpanId) -> bool {
    Context::map_current(|context| context.span().span_context().span_id() == span_id)
}

impl Entered {
    /// Leaves the span and gives it back.
    #[inline(always)]
    pub(crate) fn leave(self) -> Option<OpenSpan> {
        drop(self.attached);
        take(local(), self.span_id)
    }

    /// Leaves the span, closes it and hands it over. After this there is nothing to leave.
    #[inline(always)]
    pub(crate) fn close(&mut self, end: Ticks) {
        drop(self.attached.take());
        let local = local();
        if let Some(span) = take(local, self.span_id) {
            span.close_on(local, end);
        }
    }

    /// Leaves the span to come back to it. After this there is nothing to leave.
    #[inline]
    pub(crate) fn suspend(&mut self) -> Option<OpenSpan> {
        let attached = self.attached.take();
        let span = take(local(), self.span_id)?;
        if attached.is_some() && span.context.is_none() {
            Context::map_current(|context| span.keep_own(context));
        }
        Some(span)
    }
}

impl Open {
    /// Keeps `context` if it is that of this span. Where somebody has left another one behind, the stand-in is lost, and the
    /// span itself is not.
    #[inline(always)]
    fn keep_own(&mut self, context: &Context) {
        self.context = Some(
            if context.span().span_context().span_id() == self.span_id() {
                context.clone()
            } else {
                Context::new().with_remote_span_context(self.span_context())
            },
        );
    }
}

/// Takes the span out of those that the thread is in. In most cases it is the innermost; a guard that is dropped before that
/// of a span inside leaves the inner one where it is.
#[inline(always)]
fn take(local: &Local, span_id: SpanId) -> Option<OpenSpan> {
    let innermost = local.current.take()?;
    local.depth.set(local.depth.get().wrapping_sub(1));
    if innermost.span_id() == span_id {
        local.current.set(innermost.outer.take());
        return Some(innermost);
    }
    let found = take_outer(innermost, span_id);
    local.current.set(Some(innermost));
    found
}

#[cold]
fn take_outer(mut inner: &mut Open, span_id: SpanId) -> Option<OpenSpan> {
    loop {
        if inner.outer.as_ref()?.span_id() == span_id {
            let found = inner.outer.take()?;
            inner.outer = found.outer.take();
            return Some(found);
        }
        inner = inner.outer.as_deref_mut()?;
    }
}

/// Calls `f` with the span that the thread is in, if OpenTelemetry's context does not have it.
#[inline]
pub(crate) fn outside_context<T>(local: &Local, f: impl FnOnce(&mut Open) -> T) -> Option<T> {
    let mut current = local.current.take();
    let answer = current
        .as_deref_mut()
        .filter(|span| !span.is_in_context)
        .map(f);
    local.current.set(current);
    answer
}

/// The context that is current here, with the span that the thread is in.
pub fn current_context() -> Context {
    let of_ours = outside_context(local(), |span| {
        if span.context.is_none() {
            let mut context = None;
            Context::map_current(|around| span.set_context(around, &mut context));
            span.context = context;
        }
        span.context.clone()
    });
    of_ours.flatten().unwrap_or_else(Context::current)
}

/// The span that the thread is in, whoever made it.
pub fn current_span_context() -> Option<SpanContext> {
    with_span_context(SpanContext::clone)
}

/// Calls `f` with the context of the span that the thread is in, if it is in one.
fn with_span_context<T>(f: impl FnOnce(&SpanContext) -> T) -> Option<T> {
    if !local::is_alive() {
        return None;
    }
    let of_ours = outside_context(local(), |span| span.span_context());
    Context::map_current(|context| {
        let of_context = context.span();
        let span = of_ours.as_ref().unwrap_or(of_context.span_context());
        span.is_valid().then(|| f(span))
    })
}

/// Returns true if the thread is in a span that is not sampled, and was when it was last asked to start one.
#[inline(always)]
pub(crate) fn is_still_unsampled() -> bool {
    let local = local();
    local.was_unsampled.get()
        && local.is_possible()
        && outside_context(local, |_| ()).is_none()
        && Context::map_current(|context| {
            let span = context.span();
            let span = span.span_context();
            !span.is_sampled() && span.is_valid()
        })
}

/// Returns false if the thread is certainly in no span.
#[inline]
pub(crate) fn is_in_any() -> bool {
    local().depth.get() > 0 || local::is_alive() && Context::map_current(Context::has_active_span)
}

/// The ids of the span that the thread is in, if it is sampled, and no exporter is at work.
pub(crate) fn sampled_ids() -> Option<(TraceId, SpanId)> {
    let ids = |span: &SpanContext| {
        let is_example = span.is_sampled() && !Context::is_current_telemetry_suppressed();
        is_example.then(|| (span.trace_id(), span.span_id()))
    };
    with_span_context(ids).flatten()
}

/// A place outside of the span that the thread is in, where OpenTelemetry's context does not have it, until this is dropped.
#[derive(Debug)]
pub(crate) struct Outside(Option<OpenSpan>);

impl Outside {
    pub(crate) fn enter() -> Self {
        let local = local();
        let is_hidden = outside_context(local, |_| ()).is_some();
        Self(is_hidden.then(|| local.current.take()).flatten())
    }
}

impl Drop for Outside {
    fn drop(&mut self) {
        if let Some(span) = self.0.take() {
            put_back(local(), span);
        }
    }
}

/// Calls `change` with the span that the thread is in, if that is one of `site` and nobody has asked for its fields before.
pub(crate) fn with_current_new(site: &'static Site, change: impl FnOnce(&mut Open)) {
    with_current(|span| {
        let is_new = std::mem::take(&mut span.is_new);
        if is_new && span.site.is_some_and(|known| std::ptr::eq(known, site)) {
            change(span);
        }
    });
}

/// Calls `change`, which must not panic, with the span that the thread is in, if it is in one. Meanwhile the thread is in no
/// span of ours.
#[inline]
pub(crate) fn with_current(change: impl FnOnce(&mut Open)) {
    let local = local();
    let Some(span) = local.current.take() else {
        return;
    };
    change(span);
    put_back(local, span);
}

/// Has the thread be in `span` again, below those that it has entered meanwhile and not left.
#[inline]
fn put_back(local: &Local, span: OpenSpan) {
    match local.current.take() {
        None => local.current.set(Some(span)),
        Some(left) => put_below(local, left, span),
    }
}

#[cold]
fn put_below(local: &Local, left: OpenSpan, span: OpenSpan) {
    let mut below = &mut left.outer;
    while let Some(outer) = below {
        below = &mut outer.outer;
    }
    *below = Some(span);
    local.current.set(Some(left));
}

/// Returns true if the thread is in the open span `span`, and not in one below it.
#[inline]
pub(crate) fn is_in(span: SpanId) -> bool {
    let mut answer = false;
    with_current(|current| answer = current.span_id() == span);
    answer
}

/// Applies `update` to the open span `span` if the thread is in it, or else gives the update back.
pub(crate) fn update(span: SpanId, update: SpanUpdate) -> Option<SpanUpdate> {
    let mut left = Some(update);
    with_current(|current| {
        if current.span_id() == span
            && let Some(update) = left.take()
        {
            // Those that came by way of the context are earlier.
            current.catch_up();
            current.update(update);
        }
    });
    left
}
