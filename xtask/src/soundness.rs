//! `cargo xtask soundness`: what the compiler does not check of the recording parts, on a nightly toolchain.
//!
//! Loom, which is part of the tests, goes through the orders of what threads do to chunks, remarks and cells. Miri runs the
//! rest one instruction after the other and tells a pointer that is used when it must not be; the thread sanitizer tells data
//! that two threads reach at once.

use std::process::Command;

use anyhow::{Context, Result};
use hyperion_backend_servers::root;

use crate::steps::{Steps, output};

/// The tests that Miri runs: of spans, calls and texts.
const MIRI: [&str; 3] = ["trace::", "call::", "text::tests"];

/// Those of them that it does not: they measure time, or do a thing thousands of times to count how often it happens.
const NOT_MIRI: &[&str] = &[
    "trace::clock",
    "a_ratio_records_about_that_part",
    "opentelemetrys_sampler",
    "span_ids_differ_and_look_random",
    "a_thread_that_pushes_and_one_that_reads",
    "a_text_is_whole_however_it_comes",
    "a_message_is_whole_however_it_comes",
    "spans_of_all_threads_arrive",
    "a_queue_that_nobody_empties",
    "many_threads_that_end",
    "the_collector_is_called_for_once",
];

/// Runs both, and installs the toolchain where it is missing.
pub(crate) fn check(steps: &mut Steps) -> Result<()> {
    if output(&mut nightly(["miri", "--version"])).is_err() {
        println!(
            "a nightly toolchain with Miri and the sources of the standard library is missing"
        );
        steps.run(
            "install nightly",
            Command::new("rustup").args([
                "toolchain",
                "install",
                "nightly",
                "--profile=minimal",
                "--component=miri,rust-src",
            ]),
        )?;
    }
    let skipped = NOT_MIRI.iter().flat_map(|name| ["--skip", name]);
    steps.run(
        "Miri",
        nightly(["miri", "test", "--package=hyperion-runtime", "--lib"])
            .args(["--features=otel", "--"])
            .args(MIRI)
            .args(skipped)
            // Memory of chunks and spans is never freed.
            .env("MIRIFLAGS", "-Zmiri-disable-isolation -Zmiri-ignore-leaks")
            .env("CARGO_TARGET_DIR", "target/miri"),
    )?;
    let version = output(&mut nightly(["-vV"]))?;
    let host = version
        .lines()
        .find_map(|line| line.strip_prefix("host: "))
        .context("`cargo -vV` names no host")?;
    steps.run(
        "thread sanitizer",
        nightly(["test", "--package=hyperion-runtime", "--lib"])
            .args([
                "--features=otel,logs,tokio",
                "-Zbuild-std",
                "--target",
                host,
            ])
            .env("RUSTFLAGS", "-Zsanitizer=thread")
            .env("CARGO_TARGET_DIR", "target/sanitizer"),
    )
}

/// Cargo of the nightly toolchain, at the root of the repository.
fn nightly<const N: usize>(arguments: [&str; N]) -> Command {
    let mut command = Command::new("rustup");
    command
        .args(["run", "nightly", "cargo"])
        .args(arguments)
        .current_dir(root());
    command
}
