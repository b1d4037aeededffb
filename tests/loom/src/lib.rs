//! The lock-free parts of the runtime under loom, which tries every interleaving of their threads.

#[cfg(test)]
#[path = "../../../hyperion-runtime/src/metrics/store/cells.rs"]
mod cells;
#[cfg(test)]
#[path = "../../../hyperion-runtime/src/trace/chunk.rs"]
mod chunk;
#[cfg(test)]
#[path = "../../../hyperion-runtime/src/metrics/exemplars/slot.rs"]
mod slot;
