//! Measures the time of one peer in one row: `hyperion_benches::worker`.

use std::process::ExitCode;

fn main() -> ExitCode {
    hyperion_benches::worker::run()
}
