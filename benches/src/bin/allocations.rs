//! Measures what one peer in one row allocates on the calling thread: `hyperion_benches::worker`, with an allocator that
//! counts.
//!
//! Unlike times these figures do not depend on the machine. What a library's own threads allocate is not counted.

use hyperion_benches::allocator::Counting;
use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn main() -> ExitCode {
    hyperion_benches::worker::run()
}
