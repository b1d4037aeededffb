//! Values that move with what the process does. Other tests run beside these, so small differences say nothing.

use super::read;
use std::hint::black_box;
use std::time::{Duration, Instant};

/// Reads until `enough`, and fails if that takes half a minute.
fn wait_for(what: &str, mut enough: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !enough() {
        assert!(begun.elapsed() < Duration::from_secs(30), "{what}");
    }
}

#[test]
#[cfg(any(unix, windows))]
fn processor_time_rises_with_work() {
    let total = || {
        let reading = read();
        let modes = reading.cpu_user.zip(reading.cpu_system);
        modes
            .map(|(user, system)| user + system)
            .or(reading.cpu)
            .expect("a process has used processors")
    };
    let before = total();
    wait_for("no processor time is counted", || {
        black_box((0..100_000_u64).fold(0_u64, |sum, number| sum ^ black_box(number)));
        total() >= before + Duration::from_millis(50)
    });
}

#[test]
fn memory_rises_with_what_is_touched() {
    const SIZE: usize = 128 * 1024 * 1024;
    let before = read();
    let touched = black_box(vec![1_u8; SIZE]);
    let after = read();
    let [before, after] = [before, after].map(|reading| reading.memory.expect("it uses memory"));
    assert!(after >= before + 64 * 1024 * 1024, "{before}, then {after}");
    let reading = read();
    assert!(reading.virtual_memory >= reading.memory, "{reading:?}");
    assert_eq!(touched.len(), SIZE);
}

#[test]
#[cfg(unix)]
fn page_faults_rise_with_what_is_touched() {
    let faults = || read().minor_faults.expect("a process starts with faults");
    let before = faults();
    wait_for("no fault is counted", || {
        black_box(vec![1_u8; 16 * 1024 * 1024]);
        faults() > before
    });
    assert!(read().major_faults.is_some());
}

#[test]
#[cfg(unix)]
fn context_switches_rise_with_sleep() {
    let switches = || read().voluntary_switches.expect("a test waits");
    let before = switches();
    for _ in 0..20 {
        std::thread::sleep(Duration::from_micros(100));
    }
    let after = switches();
    assert!(after >= before + 10, "{before}, then {after}");
    assert!(read().involuntary_switches.is_some());
}

#[test]
#[cfg(any(target_os = "linux", target_os = "macos"))]
fn file_descriptors_rise_with_open_files() {
    let count = || read().file_descriptors.expect("a process has descriptors");
    let before = count();
    let program = std::env::current_exe().expect("the program is a file");
    let files: Vec<_> = (0..200).map(|_| std::fs::File::open(&program)).collect();
    assert!(files.iter().all(Result::is_ok), "files can be opened");
    let open = count();
    assert!(open >= before + 100, "{before}, then {open}");
    drop(files);
    wait_for("the files stay counted", || count() + 100 <= open);
}

#[test]
#[cfg(target_os = "linux")]
fn threads_rise_with_those_that_run() {
    let count = || read().threads.expect("a process has threads");
    let before = count();
    let barrier = std::sync::Barrier::new(101);
    std::thread::scope(|scope| {
        for _ in 0..100 {
            scope.spawn(|| barrier.wait());
        }
        let running = count();
        barrier.wait();
        assert!(running >= before + 50, "{before}, then {running}");
        wait_for("the threads stay counted", || count() + 50 <= running);
    });
}

#[test]
#[cfg(any(target_os = "linux", target_os = "macos"))]
fn bytes_of_disks_are_told_for_both_directions() {
    let before = read();
    let after = read();
    assert!(before.disk_read.is_some() && before.disk_read <= after.disk_read);
    assert!(before.disk_written.is_some() && before.disk_written <= after.disk_written);
}

#[test]
fn uptime_passes_as_time_does() {
    let uptime = || read().uptime.expect("the process has been started");
    let (begun, before) = (Instant::now(), uptime());
    std::thread::sleep(Duration::from_millis(50));
    let (after, passed) = (uptime(), begun.elapsed());
    assert!(after >= before, "{before:?}, then {after:?}");
    // Some systems tell the start to the second.
    assert!(after <= before + passed + Duration::from_secs(1));
    assert!(after < Duration::from_secs(24 * 60 * 60), "{after:?}");
}
