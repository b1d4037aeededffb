//! Without the feature `otel` nothing is left of an annotation.

use hyperion::Metrics;
use hyperion_noop_tests::{
    Block, Kind, METRICS, NoopMetrics, counted, observed, observed_later, plain, plain_later,
    spanned,
};
use std::pin::pin;
use std::process::Command;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

#[test]
fn calls_return_what_the_plain_ones_do() {
    for n in 0..10 {
        assert_eq!(observed(n), plain(n));
        assert_eq!(spanned(n), plain(n));
        assert_eq!(counted(n), plain(n));
    }
    METRICS.calls.inc(Kind { second: true });
    METRICS.running.inc();
    METRICS.last.set(1.0);
    METRICS.sizes.record(1.0);
    METRICS.register();
    let _observation = METRICS.last.observe(|| panic!("nobody asks"));
}

#[test]
fn a_future_is_the_plain_future() {
    assert_eq!(
        size_of_val(&observed_later([0; 64])),
        size_of_val(&plain_later([0; 64]))
    );
}

#[test]
fn a_block_is_the_plain_block() {
    let block = Block(7);
    let mut later = pin!(block.later());
    let mut context = Context::from_waker(Waker::noop());
    assert_eq!(later.as_mut().poll(&mut context), Poll::Ready(7));
    assert_eq!(block.boxed().as_mut().poll(&mut context), Poll::Ready(7));
}

#[test]
fn telemetry_can_be_started_and_does_nothing() {
    hyperion::init()
        .expect("there is nothing that could fail")
        .shutdown(Duration::ZERO);
    let telemetry = hyperion::init().expect("there is nothing that could fail");
    assert!(telemetry.flush(Duration::ZERO));
    let report = telemetry.shutdown(Duration::ZERO);
    assert_eq!(
        (
            report.spans_exported(),
            report.spans_lost(),
            report.is_complete()
        ),
        (0, 0, true)
    );
    assert_eq!(
        report.to_string(),
        "nothing was recorded: built without the feature `otel`"
    );
}

/// A binary that asks for telemetry and was built without it is told so, once.
#[test]
fn a_program_that_starts_nothing_is_told() {
    let program = std::env::current_exe().expect("the test runs");
    let test = "telemetry_can_be_started_and_does_nothing";
    let output = Command::new(program)
        .args(["--exact", test, "--nocapture"])
        .output()
        .expect("it runs again");
    let said = String::from_utf8(output.stderr).expect("it is text");
    let lines: Vec<_> = said
        .lines()
        .filter(|line| line.starts_with("hyperion: "))
        .collect();
    assert_eq!(
        lines,
        [
            "hyperion: nothing is recorded: this program calls `hyperion::init()` and is built without the feature `otel`; \
          enable `full` on the dependency `hyperion-observe`"
        ]
    );
}

/// The size of an instrument that holds nothing.
#[test]
fn instruments_take_no_room() {
    assert_eq!(size_of::<NoopMetrics>(), 0);
}

/// A library's users compile no OpenTelemetry and no runtime.
#[test]
fn the_library_depends_on_nothing_but_its_macro() {
    let tree = Command::new(env!("CARGO"))
        .args([
            "tree",
            "--package",
            "hyperion-noop-tests",
            "--edges",
            "normal",
            "--prefix",
            "none",
            "--no-dedupe",
            "--offline",
        ])
        .args(["--format", "{lib}"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo runs");
    let tree = String::from_utf8(tree.stdout).expect("names are text");
    let mut crates: Vec<&str> = tree.lines().filter(|name| !name.is_empty()).collect();
    crates.sort_unstable();
    crates.dedup();
    let expected = [
        "hyperion",
        "hyperion_derive",
        "hyperion_noop_tests",
        "hyperion_runtime",
        "proc_macro2",
        "quote",
        "strsim",
        "syn",
        "unicode_ident",
    ];
    assert_eq!(crates, expected);
}

/// The optimised code of the observed function is that of the plain one, instruction by instruction.
#[cfg(target_arch = "x86_64")]
#[test]
fn the_machine_code_is_that_of_the_plain_function() {
    let target = tempfile::tempdir().expect("a folder for the build");
    let built = Command::new(env!("CARGO"))
        .args([
            "rustc",
            "--quiet",
            "--offline",
            "--lib",
            "--release",
            "--target-dir",
        ])
        .arg(target.path())
        .args(["--", "--emit", "asm", "-C", "codegen-units=1"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo runs");
    assert!(
        built.status.success(),
        "{}",
        String::from_utf8_lossy(&built.stderr)
    );
    let assembly = std::fs::read_dir(target.path().join("release/deps"))
        .expect("the build has a folder")
        .filter_map(|entry| Some(entry.ok()?.path()))
        .find(|path| path.extension().is_some_and(|extension| extension == "s"))
        .expect("the build wrote assembly");
    let assembly = std::fs::read_to_string(assembly).expect("assembly is text");
    let (plain, observed) = (
        instructions(&assembly, "5plain17h"),
        instructions(&assembly, "8observed17h"),
    );
    assert!(plain.len() > 5, "{plain:#?}");
    assert_eq!(plain, observed);
    assert_eq!(plain, instructions(&assembly, "7spanned17h"));
    assert_eq!(plain, instructions(&assembly, "7counted17h"));
}

/// The instructions of the one function whose symbol contains `name`. Labels are numbered through the whole file, so
/// their numbers are left out.
#[cfg(target_arch = "x86_64")]
fn instructions(assembly: &str, name: &str) -> Vec<String> {
    let is_start =
        |line: &&str| line.starts_with("_ZN") && line.contains(name) && line.ends_with(':');
    let body = assembly
        .lines()
        .skip_while(|line| !is_start(line))
        .skip(1)
        .take_while(|line| !line.contains(".Lfunc_end"));
    let without_numbers = |line: &str| {
        let mut words = Vec::new();
        for word in line.split_whitespace() {
            words.push(match word.find(".L") {
                Some(label) => word[..label].to_owned(),
                None => word.to_owned(),
            });
        }
        words.join(" ")
    };
    body.filter(|line| !line.trim_start().starts_with(".cfi"))
        .map(without_numbers)
        .filter(|line| !line.is_empty())
        .collect()
}
