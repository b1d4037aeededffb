//! Prints where hyperion stands, from the figures of the last run of the benchmarks.
//!
//! ```text
//! cargo run -p hyperion-benches --bin report [-- target/criterion]
//! ```

use hyperion_benches::table::{METRICS, Results, SPANS};
use std::path::PathBuf;
use std::process::ExitCode;

fn main() -> ExitCode {
    let directory = std::env::args_os()
        .nth(1)
        .map_or_else(criterion_directory, PathBuf::from);
    match Results::read(&directory) {
        Ok(results) => {
            println!("{}", SPANS.render(&results));
            println!("{}", METRICS.render(&results));
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!(
                "the figures in {} cannot be read: {error}; `cargo bench -p hyperion-benches` makes them",
                directory.display()
            );
            ExitCode::FAILURE
        }
    }
}

/// Returns the directory in which `cargo bench` has criterion write.
fn criterion_directory() -> PathBuf {
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(
        || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../target"),
        PathBuf::from,
    );
    target.join("criterion")
}
