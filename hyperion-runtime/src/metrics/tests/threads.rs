//! Threads that come and go.

use super::*;
use crate::metrics::store::shard;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::ScopedJoinHandle;

declare! {
    THREADS: Counter = "threads.sum";
    MONOTONIC: Counter<Lookup> = "threads.monotonic";
    LAST: Counter = "threads.last";
    SHORT: Counter<Lookup> = "threads.short";
    LATE: Counter = "threads.late";
}

fn sum(name: &str) -> u64 {
    numbers(name)
        .into_iter()
        .map(|(_, value)| match value {
            NumberValue::U64(count) => count,
            other => panic!("a count, found {other:?}"),
        })
        .sum()
}

fn lookup(index: usize) -> Lookup {
    Lookup {
        tier: index / 2 % 3,
        hit: index % 2 == 1,
    }
}

#[test]
fn a_counter_sums_over_threads_that_live_and_that_ended() {
    let _recording = record(0);
    let add = || (0..1000).for_each(|_| THREADS.inc());
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(add);
        }
    });
    add();
    assert_eq!(sum("threads.sum"), 9000);
}

#[test]
fn a_counter_never_falls_while_threads_come_and_go() {
    let _recording = record(0);
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let watch = || {
            let mut last = 0;
            while !done.load(Ordering::Relaxed) {
                let now = sum("threads.monotonic");
                assert!(now >= last, "{now} after {last}");
                last = now;
            }
        };
        let watchers = [scope.spawn(watch), scope.spawn(watch)];
        let writers: Vec<_> = (0..4)
            .map(|_| {
                scope.spawn(|| {
                    for _ in 0..50 {
                        let burst = || (0..100).for_each(|index| MONOTONIC.inc(lookup(index)));
                        std::thread::spawn(burst).join().unwrap();
                    }
                })
            })
            .collect();
        let written = writers.into_iter().map(ScopedJoinHandle::join);
        let written: Result<Vec<()>, _> = written.collect();
        done.store(true, Ordering::Relaxed);
        written.unwrap();
        for watcher in watchers {
            watcher.join().unwrap();
        }
    });
    assert_eq!(sum("threads.monotonic"), 20_000);
}

#[test]
fn values_of_a_threads_last_moments_are_kept() {
    struct Last;
    impl Drop for Last {
        fn drop(&mut self) {
            LAST.inc();
        }
    }
    thread_local! {
        static LAST_MOMENT: Last = const { Last };
    }
    let _recording = record(state::EXEMPLARS);
    for _ in 0..20 {
        // Once the destructor is registered before the shard is, and once after it.
        std::thread::spawn(|| {
            LAST_MOMENT.with(|_| ());
            LAST.inc();
        })
        .join()
        .unwrap();
        std::thread::spawn(|| {
            LAST.inc();
            LAST_MOMENT.with(|_| ());
        })
        .join()
        .unwrap();
    }
    assert_eq!(sum("threads.last"), 80);
}

#[test]
fn thousands_of_short_lived_threads_lose_nothing_and_leave_nothing() {
    const AT_ONCE: usize = 8;
    const ROUNDS: usize = 500;
    let _recording = record(0);
    for round in 0..ROUNDS {
        std::thread::scope(|scope| {
            for thread in 0..AT_ONCE {
                scope.spawn(move || SHORT.inc(lookup(round + thread)));
            }
        });
    }
    assert_eq!(sum("threads.short"), (AT_ONCE * ROUNDS) as u64);
    // Other tests of this process have threads of their own, a few at a time.
    let shards = shard::count();
    assert!(shards < 200, "{shards} shards for 4000 threads");
}

#[test]
fn a_metric_that_comes_late_finds_room_in_a_thread_that_counts_already() {
    let _recording = record(0);
    THREADS.add(0);
    for index in 0..100 {
        let name: &'static str = format!("threads.late.{index}").leak();
        let declarations: &'static [Declaration] = Box::leak(Box::new([Declaration {
            name,
            ..declaration::<Counter>(Box::leak(Box::new(GROUP)))
        }]));
        Counter::<()>::declared(&declarations[0], &[]).add(index);
        LATE.inc();
        assert_eq!(sum(name), index);
    }
    assert_eq!(sum("threads.late"), 100);
}
