//! The lock-free parts of the runtime under loom, which tries every interleaving of their threads.

#[cfg(test)]
#[path = "../../../hyperion-runtime/src/metrics/store/cells.rs"]
mod cells;
#[cfg(test)]
#[path = "../../../hyperion-runtime/src/trace/chunk.rs"]
#[expect(dead_code, reason = "what the rest of the runtime uses")]
mod chunk;
#[cfg(test)]
#[path = "../../../hyperion-runtime/src/trace/hub.rs"]
#[expect(dead_code, reason = "what the rest of the runtime uses")]
mod hub;
#[cfg(test)]
#[path = "../../../hyperion-runtime/src/trace/remarks.rs"]
#[expect(dead_code, reason = "what the rest of the runtime uses")]
mod remarks;
#[cfg(test)]
#[path = "../../../hyperion-runtime/src/metrics/exemplars/slot.rs"]
mod slot;
