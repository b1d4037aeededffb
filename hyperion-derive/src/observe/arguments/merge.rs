//! Puts the arguments of a method over those of the block around it.

use super::super::model::{Field, Label};
use super::{Given, Keyed, Slot};

impl Given {
    /// What the method gives wins; lists are appended, and of two entries with the same key the
    /// method's stays.
    #[must_use]
    pub(in crate::observe) fn over(self, block: &Self) -> Self {
        let own_keys: Vec<String> = keys(&self).collect();
        let block_fields = block
            .fields
            .clone()
            .map(|slot| slot.retaining(|field: &Field| !own_keys.contains(&field.key.value())));
        let block_labels = block
            .labels
            .clone()
            .map(|slot| slot.retaining(|label: &Label| !own_keys.contains(&label.key.value())));
        // These pairs say one thing together.
        let chooses_parts = self.only.is_some() || self.exclude.is_some();
        let (block_only, block_exclude) = if chooses_parts {
            (None, None)
        } else {
            (block.only.as_ref(), block.exclude.as_ref())
        };
        let chooses_origin = self.root.is_some() || self.parent.is_some();
        let (block_root, block_parent) = if chooses_origin {
            (None, None)
        } else {
            (block.root.as_ref(), block.parent.as_ref())
        };
        Self {
            component: over(self.component, block.component.as_ref()),
            name: over(self.name, block.name.as_ref()),
            kind: over(self.kind, block.kind.as_ref()),
            level: over(self.level, block.level.as_ref()),
            fields: appended(self.fields, block_fields),
            labels: appended(self.labels, block_labels),
            ok_if: over(self.ok_if, block.ok_if.as_ref()),
            error_if: over(self.error_if, block.error_if.as_ref()),
            record: over(self.record, block.record.as_ref()),
            only: over(self.only, block_only),
            exclude: over(self.exclude, block_exclude),
            log: over(self.log, block.log.as_ref()),
            in_flight: over(self.in_flight, block.in_flight.as_ref()),
            buckets: over(self.buckets, block.buckets.as_ref()),
            root: over(self.root, block_root),
            parent: over(self.parent, block_parent),
            links: over(self.links, block.links.as_ref()),
            skip: self.skip,
            hyperion: over(self.hyperion, block.hyperion.as_ref()),
            keys: self.keys,
        }
    }
}

/// The keys of the fields and labels.
fn keys(given: &Given) -> impl Iterator<Item = String> {
    let fields = given.fields.iter().flat_map(|slot| &slot.value);
    let labels = given.labels.iter().flat_map(|slot| &slot.value);
    fields
        .map(|field| field.key.value())
        .chain(labels.map(|label| label.key.value()))
}

fn over<T: Clone>(own: Slot<T>, block: Option<&Keyed<T>>) -> Slot<T> {
    own.or_else(|| block.cloned().map(Keyed::inherit))
}

/// The block's entries, and then the method's.
fn appended<T>(own: Slot<Vec<T>>, block: Slot<Vec<T>>) -> Slot<Vec<T>> {
    match (own, block) {
        (Some(mut own), Some(block)) => {
            own.value.splice(..0, block.value);
            Some(own)
        }
        (None, block) => block.map(Keyed::inherit),
        (own, None) => own,
    }
}

impl<T> Keyed<T> {
    fn inherit(self) -> Self {
        Self {
            inherited: true,
            ..self
        }
    }
}

impl<T> Keyed<Vec<T>> {
    fn retaining(mut self, keep: impl FnMut(&T) -> bool) -> Self {
        self.value.retain(keep);
        self
    }
}
