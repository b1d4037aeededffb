//! Every metric that was touched.

use super::buckets::BucketTable;
use super::definition::Definition;
use super::series_store::SeriesStore;
use crate::lock::lock;
use crate::metrics::OTHER;
use crate::metrics::declare::{Declaration, Group, Instance, InstrumentKind};
use std::collections::HashMap;
use std::sync::{LazyLock, Mutex, MutexGuard};
use std::time::SystemTime;

/// Every metric that was touched.
#[derive(Default)]
pub(crate) struct Registry {
    pub(crate) metrics: Vec<&'static SeriesStore>,
    /// Those that were declared, by the place of their declaration in memory and by their instance.
    declared: HashMap<(usize, Vec<&'static str>), &'static SeriesStore>,
    /// The instances that have series of their own, by the place of their struct's group in memory.
    instances: HashMap<usize, Vec<Instance>>,
    next_page: usize,
    /// The tables of buckets, by the bits of their bounds: many histograms have the same. None of bounds that none fits.
    buckets: HashMap<Vec<u64>, Option<&'static BucketTable>>,
}

static REGISTRY: LazyLock<Mutex<Registry>> = LazyLock::new(Mutex::default);

/// The one registry, locked: for a first touch or a snapshot.
pub(crate) fn registry() -> MutexGuard<'static, Registry> {
    lock(&REGISTRY)
}

impl Registry {
    /// Adds a metric.
    pub(crate) fn add(&mut self, definition: Definition) -> &'static SeriesStore {
        let buckets = self.buckets(&definition);
        let metric = SeriesStore::new(definition, self.next_page, buckets, SystemTime::now());
        self.next_page = metric.layout.pages().end() + 1;
        let metric: &'static SeriesStore = Box::leak(Box::new(metric));
        self.metrics.push(metric);
        metric
    }

    /// The metric of a declaration in one instance of its struct. With the first one of a struct come all those of it that
    /// begin at zero.
    pub(crate) fn declared(
        &mut self,
        declaration: &'static Declaration,
        instance: Instance,
    ) -> &'static SeriesStore {
        let instance = self.group(declaration.group, instance);
        self.find(declaration, &instance)
    }

    /// Adds the metrics of an instance of a struct that begin at zero, and returns the instance that counts for it.
    pub(crate) fn group(&mut self, group: &'static Group, instance: Instance) -> Vec<&'static str> {
        let own = self.instance(group, instance);
        for declaration in group.declarations {
            if declaration.zero {
                self.find(declaration, &own);
            }
        }
        for (group, instance) in group.flattened {
            self.group(group, instance);
        }
        own
    }

    /// The table of a histogram's buckets.
    fn buckets(&mut self, definition: &Definition) -> Option<&'static BucketTable> {
        if definition.kind != InstrumentKind::Histogram {
            return None;
        }
        let bits = definition.bounds.iter().map(|bound| bound.to_bits());
        let table = || BucketTable::of(definition.bounds);
        *self
            .buckets
            .entry(bits.collect())
            .or_insert_with(|| table().map(|table| &*Box::leak(Box::new(table))))
    }

    fn find(
        &mut self,
        declaration: &'static Declaration,
        instance: &[&'static str],
    ) -> &'static SeriesStore {
        let key = (std::ptr::from_ref(declaration).addr(), instance.to_vec());
        if let Some(metric) = self.declared.get(&key) {
            return metric;
        }
        let metric = self.add(Definition::of(declaration, instance));
        self.declared.insert(key, metric);
        metric
    }

    /// The instance, or the one that stands for all further ones where there are as many as its struct may have.
    fn instance(&mut self, group: &'static Group, instance: Instance) -> Vec<&'static str> {
        if group.instance_keys.is_empty() {
            return Vec::new();
        }
        let known = self
            .instances
            .entry(std::ptr::from_ref(group).addr())
            .or_default();
        if known.contains(&instance) {
            return instance.to_vec();
        }
        if known.len() < group.max_instances {
            known.push(instance);
            return instance.to_vec();
        }
        crate::diagnostics::warn_once(
            "metrics.instances",
            format_args!(
                "more than {} instances of a struct of metrics: {instance:?} and all further ones share the labels `{OTHER}`; \
                 raise `max_instances`",
                group.max_instances
            ),
        );
        vec![OTHER; group.instance_keys.len()]
    }
}
