//! A `tracing` call site that is made while the program runs.

use super::LinesOf;
use std::sync::OnceLock;
use tracing::callsite::{DefaultCallsite, Identifier};
use tracing::field::{FieldSet, Value};
use tracing::level_filters::{LevelFilter, STATIC_MAX_LEVEL};
use tracing::metadata::Kind;
use tracing::subscriber::Interest;
use tracing::{Callsite, Event, Metadata, dispatcher};

/// The names of the fields of every line, in the order in which they are written.
const NAMES: &[&str; FIELDS] = &[
    "message",
    "component",
    "method",
    "outcome",
    "error.type",
    "duration",
    "exception.type",
    "exception.message",
    "exception.stacktrace",
];

/// The most fields of a line.
pub(super) const FIELDS: usize = 9;

/// The values of the fields of a line; [`Empty`](tracing::field::Empty) and `None` are left out.
pub(super) type Values<'a> = [&'a dyn Value; FIELDS];

/// An event that a call site can write, as subscribers know it.
///
/// The macros of `tracing` need to know all of it when they are compiled. It is registered when it is first wanted, which is
/// never while something of ours is locked: subscribers are asked then, and may do anything.
#[derive(Debug)]
pub(super) struct LineEvent {
    metadata: &'static Metadata<'static>,
    callsite: &'static DefaultCallsite,
}

impl LineEvent {
    /// The event, which is kept for ever, as subscribers may keep what they are told of it.
    pub(super) fn new(name: &'static str, level: tracing::Level, of: LinesOf) -> Self {
        let identity: &'static Identity = Box::leak(Box::new(Identity(OnceLock::new())));
        let metadata: &'static Metadata<'static> = Box::leak(Box::new(Metadata::new(
            name,
            of.module,
            level,
            Some(of.file),
            Some(of.line),
            Some(of.module),
            FieldSet::new(NAMES, Identifier(identity)),
            Kind::EVENT,
        )));
        Self {
            metadata,
            callsite: identity.0.get_or_init(|| DefaultCallsite::new(metadata)),
        }
    }

    /// Returns true if nobody wants events of this level. It costs one comparison.
    #[inline]
    pub(super) fn is_off(&self) -> bool {
        let level = self.metadata.level();
        *level > STATIC_MAX_LEVEL || *level > LevelFilter::current()
    }

    /// Returns true if the subscriber of this thread wants the event. It is the subscriber's code that tells.
    pub(super) fn is_wanted(&'static self) -> bool {
        let interest = self.callsite.interest();
        !interest.is_never()
            && (interest.is_always()
                || dispatcher::get_default(|subscriber| subscriber.enabled(self.metadata)))
    }

    /// Gives the event to the subscriber of this thread.
    pub(super) fn write(&'static self, values: &Values<'_>) {
        let values = values.map(Some);
        Event::dispatch(
            self.metadata,
            &self.metadata.fields().value_set_all(&values),
        );
    }
}

/// Stands for a [`DefaultCallsite`] in its own metadata, which has to be there before it.
#[derive(Debug)]
struct Identity(OnceLock<DefaultCallsite>);

impl Callsite for Identity {
    fn set_interest(&self, interest: Interest) {
        if let Some(callsite) = self.0.get() {
            callsite.set_interest(interest);
        }
    }

    fn metadata(&self) -> &Metadata<'_> {
        self.0
            .get()
            .expect("nobody sees the identity before the call site is there")
            .metadata()
    }
}
