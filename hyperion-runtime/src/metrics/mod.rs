//! Native instruments, their storage and its snapshot.

pub mod snapshot;
