//! Checks what the arguments say together, and makes the model of them.

use syn::{Error, Ident};

use super::super::model::{Arguments, BuiltIn, Err, Origin, Part, Parts};
use super::{Given, Keyed, Place, Slot};
use crate::errors::Errors;

impl Given {
    /// Notes what does not agree, and gives what can be expanded.
    pub(in crate::observe) fn check(mut self, place: Place, errors: &mut Errors) -> Arguments {
        self.check_place(place, errors);
        self.check_pairs(errors);
        self.check_keys(errors);
        self.check_parts(errors);
        self.into_arguments()
    }

    fn check_place(&self, place: Place, errors: &mut Errors) {
        if place == Place::Block
            && let Some(name) = &self.name
        {
            let message = "`name` would be the name of every method, put it on one of them";
            errors.push(Error::new(name.key.span(), message));
        }
        let Some(skip) = &self.skip else { return };
        let message = match place {
            Place::Method if self.keys.len() > 1 => {
                "`skip` stands alone: nothing of this method is recorded"
            }
            Place::Method => return,
            Place::Block => "`skip` is for a method; remove the attribute from the block instead",
            Place::Function | Place::Span => {
                "`skip` is for a method of an observed impl block; remove the attribute instead"
            }
        };
        errors.push(Error::new(skip.key.span(), message));
    }

    fn check_pairs(&self, errors: &mut Errors) {
        if self.only.is_some()
            && let Some(exclude) = &self.exclude
        {
            let message = "`only` and `exclude` are two ways to say the same, remove one";
            errors.push(Error::new(exclude.key.span(), message));
        }
        if self.root.is_some()
            && let Some(parent) = &self.parent
        {
            let message = "a span with a `parent` is no `root`, remove one";
            errors.push(Error::new(parent.key.span(), message));
        }
    }

    /// A label is a span attribute, too, so that its key is taken.
    fn check_keys(&self, errors: &mut Errors) {
        let labels = self.labels.iter().flat_map(|slot| &slot.value);
        let labels: Vec<String> = labels.map(|label| label.key.value()).collect();
        for field in self.fields.iter().flat_map(|slot| &slot.value) {
            let key = field.key.value();
            if labels.contains(&key) {
                let message =
                    format!("label `{key}` is a span attribute already, remove the field");
                errors.push(Error::new(field.key.span(), message));
            }
        }
    }

    fn check_parts(&mut self, errors: &mut Errors) {
        let check = |part: BuiltIn| Check {
            part,
            off: self.switched_off(part),
        };
        let trace = check(BuiltIn::Trace);
        let metrics = check(BuiltIn::Metrics);
        let log = check(BuiltIn::Log);
        trace.of(&mut self.fields, errors);
        trace.of(&mut self.root, errors);
        trace.of(&mut self.parent, errors);
        trace.of(&mut self.links, errors);
        metrics.of(&mut self.labels, errors);
        metrics.of(&mut self.in_flight, errors);
        metrics.of(&mut self.buckets, errors);
        log.of(&mut self.log, errors);
    }

    /// The argument that switches `part` off.
    fn switched_off(&self, part: BuiltIn) -> Option<Off> {
        let named = |parts: &[Part]| {
            parts
                .iter()
                .any(|named| matches!(named, Part::BuiltIn(named) if *named == part))
        };
        match (&self.only, &self.exclude) {
            (Some(only), _) if !named(&only.value) => Some(Off::NotAmong),
            (_, Some(exclude)) if named(&exclude.value) => Some(Off::Excluded),
            _ => None,
        }
    }

    fn into_arguments(self) -> Arguments {
        let parts = match (self.only, self.exclude) {
            (Some(only), _) => Parts::Only(only.value),
            (None, Some(exclude)) => Parts::Exclude(exclude.value),
            (None, None) => Parts::All,
        };
        let origin = match (self.root, self.parent) {
            (Some(_), _) => Origin::Root,
            (None, Some(parent)) => Origin::Parent(parent.value),
            (None, None) => Origin::Current,
        };
        Arguments {
            component: value(self.component),
            name: value(self.name),
            kind: value(self.kind).unwrap_or_default(),
            level: value(self.level).unwrap_or_default(),
            fields: value(self.fields).unwrap_or_default(),
            labels: value(self.labels).unwrap_or_default(),
            err: Err {
                ok_if: value(self.ok_if),
                error_if: value(self.error_if),
                record: value(self.record).unwrap_or_default(),
            },
            parts,
            log: value(self.log),
            in_flight: self.in_flight.is_some(),
            buckets: value(self.buckets),
            origin,
            links: value(self.links),
            hyperion: value(self.hyperion),
        }
    }

    /// Notes predicates of a function that gives them nothing to look at, because of what it
    /// returns.
    pub(in crate::observe) fn check_predicates(&mut self, returns: &str, errors: &mut Errors) {
        for slot in [&mut self.ok_if, &mut self.error_if] {
            if let Some(Keyed { key, inherited, .. }) = slot.take()
                && !inherited
            {
                let message = format!("`{key}` has nothing to look at: the function {returns}");
                errors.push(Error::new(key.span(), message));
            }
        }
    }
}

/// How a part is switched off.
enum Off {
    NotAmong,
    Excluded,
}

/// A part, and whether arguments that are about it mean anything.
struct Check {
    part: BuiltIn,
    off: Option<Off>,
}

impl Check {
    /// What a block says about all its methods is not meant for one that has no such part; what is said about a function
    /// itself is a mistake.
    fn of<T>(&self, slot: &mut Slot<T>, errors: &mut Errors) {
        let Some(off) = &self.off else { return };
        if let Some(Keyed { key, inherited, .. }) = slot.take()
            && !inherited
        {
            errors.push(self.error(&key, off));
        }
    }

    fn error(&self, key: &Ident, off: &Off) -> Error {
        let word = self.part.word();
        let what = match self.part {
            BuiltIn::Trace => "the span, which is",
            BuiltIn::Metrics => "metrics, which are",
            BuiltIn::Log => "log lines, which are",
        };
        let way_out = match off {
            Off::NotAmong => format!("add `{word}` to `only(..)`, or remove it"),
            Off::Excluded => format!("remove `{word}` from `exclude(..)`, or the argument"),
        };
        Error::new(
            key.span(),
            format!("`{key}` is about {what} switched off; {way_out}"),
        )
    }
}

fn value<T>(slot: Slot<T>) -> Option<T> {
    slot.map(|keyed| keyed.value)
}
