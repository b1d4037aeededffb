//! The lock-free parts of the runtime under loom, which tries every interleaving of their threads.

#[cfg(test)]
#[path = "../../../hyperion-runtime/src/trace/queue.rs"]
mod queue;
