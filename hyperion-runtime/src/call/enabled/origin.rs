//! The parent and the links of a call's span, and the rest that is settled before the call starts.

use super::callsite::Callsite;
use super::fields::Fields;
use crate::asking::ask;
use crate::call::labels::{CallLabels, Chosen};
use crate::context::{AsSpanContext, Links, SpanReference};
use opentelemetry::trace::SpanContext;
use opentelemetry::{Context, Value};

/// The parent and the links that the user gives a span.
#[derive(Debug, Default)]
pub struct Origin {
    pub(super) parent: Option<Context>,
    pub(super) links: Vec<SpanContext>,
}

impl Origin {
    /// The origin that `describe`, which is the user's code, gives. If it panics it has given nothing.
    pub(super) fn of(describe: impl FnOnce(&mut Self)) -> Self {
        let mut origin = Self::default();
        match ask(|| describe(&mut origin)) {
            Some(()) => origin,
            None => Self::default(),
        }
    }

    /// The span hangs under this one. One that is absent or invalid leaves it where it is.
    pub fn parent<P: AsSpanContext + ?Sized>(&mut self, parent: &P) {
        self.parent = parent.__reference().into_parent();
    }

    /// The span has to do with these.
    pub fn links<L: Links>(&mut self, links: L) {
        let links = links.__references();
        self.links
            .extend(links.filter_map(SpanReference::into_link));
    }
}

/// The settings of a call that are taken when its future is made.
#[derive(Debug, Default)]
pub struct Prepare {
    pub(super) origin: Origin,
    pub(super) labels: Option<CallLabels>,
    pub(super) attributes: Vec<(&'static str, Value)>,
}

impl Prepare {
    /// See [`Origin::parent`].
    pub fn parent<P: AsSpanContext + ?Sized>(&mut self, parent: &P) {
        self.origin.parent(parent);
    }

    /// See [`Origin::links`].
    pub fn links<L: Links>(&mut self, links: L) {
        self.origin.links(links);
    }

    /// The labels of the call.
    #[expect(
        clippy::needless_pass_by_value,
        reason = "an expansion makes the value for this call"
    )]
    pub fn labels<T>(&mut self, labels: Chosen<T>) {
        self.labels = Some(labels.labels);
    }

    /// Attributes of the span.
    pub fn fields(&mut self, record: impl FnOnce(&mut Fields<'_>)) {
        record(&mut Fields::list(&mut self.attributes));
    }
}

/// The settings taken when a future was made, if the call was on.
#[derive(Debug)]
pub struct Prepared(pub(super) Option<Box<Prepare>>);

/// Settles what has to be settled when the future of a call is made, because it is about arguments that move.
#[inline]
pub fn prepare<const LEVEL: u8>(
    callsite: &'static Callsite,
    describe: impl FnOnce(&mut Prepare),
) -> Prepared {
    if !callsite.is_on::<LEVEL>() {
        return Prepared(None);
    }
    let mut prepare = Box::<Prepare>::default();
    // The expressions are the user's; one that panics loses what comes after it and not the call.
    ask(|| describe(&mut prepare));
    Prepared(Some(prepare))
}
