//! Checks what the arguments say together.

use syn::Error;

use super::table::Arguments;
use super::values::{Part, Parts};
use crate::errors::Errors;
use crate::table::{self, Arguments as _, Place, Signal, Slot};

impl Arguments {
    /// Notes what does not agree, and gives what can be expanded.
    pub(in crate::observe) fn check(mut self, place: Place, errors: &mut Errors) -> Self {
        table::check_place(&mut self, place, errors);
        self.check_skip(place, errors);
        self.check_keys(errors);
        for signal in Signal::ALL {
            self.check_signal(signal, errors);
        }
        self
    }

    fn check_skip(&mut self, place: Place, errors: &mut Errors) {
        if place == Place::Method
            && self.seen().len() > 1
            && let Some(skip) = &self.skip.key
        {
            let message = "`skip` stands alone: nothing of this method is recorded";
            errors.push(Error::new(skip.span(), message));
        }
    }

    /// A label is a span attribute, too, so that its key is taken.
    fn check_keys(&self, errors: &mut Errors) {
        let labels: Vec<String> = self.labels.iter().map(|label| label.key.value()).collect();
        for field in self.fields.iter() {
            let key = field.key.value();
            if labels.contains(&key) {
                let message =
                    format!("label `{key}` is a span attribute already, remove the field");
                errors.push(Error::new(field.key.span(), message));
            }
        }
    }

    /// Takes away what is about a signal that is switched off. A block that says it of all its methods does not mean
    /// those; on a function itself it is a mistake.
    fn check_signal(&mut self, signal: Signal, errors: &mut Errors) {
        let word = signal.word();
        let is_named = |parts: &[Part]| {
            let mut parts = parts.iter();
            parts.any(|part| matches!(part, Part::Signal(named) if *named == signal))
        };
        let way_out = match &*self.parts {
            Parts::Only(parts) if !is_named(parts) => {
                format!("add `{word}` to `only(..)`, or remove it")
            }
            Parts::Exclude(parts) if is_named(parts) => {
                format!("remove `{word}` from `exclude(..)`, or the argument")
            }
            _ => return,
        };
        let what = match signal {
            Signal::Trace => "the span, which is",
            Signal::Metrics => "metrics, which are",
            Signal::Log => "log lines, which are",
        };
        let rows = Self::ROWS.iter();
        for row in rows.filter(|row| row.signal == Some(signal)) {
            if let Some(key) = (row.slot)(self).withdraw() {
                let message = format!("`{key}` is about {what} switched off; {way_out}");
                errors.push(Error::new(key.span(), message));
            }
        }
    }

    /// Notes predicates of a function that gives them nothing to look at, because of what it returns.
    pub(in crate::observe) fn check_predicates(&mut self, returns: &str, errors: &mut Errors) {
        let err = &mut self.err.value;
        for slot in [&mut err.ok_if, &mut err.error_if] {
            if let Some(key) = slot.withdraw() {
                let message = format!("`{key}` has nothing to look at: the function {returns}");
                errors.push(Error::new(key.span(), message));
            }
        }
    }
}
