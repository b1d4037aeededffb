//! Before anything is installed, an observed call allocates nothing.

use hyperion::observe;
use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::fmt::Display;

/// Counts what the current thread allocates.
struct Counting;

thread_local! {
    static ALLOCATIONS: Cell<u64> = const { Cell::new(0) };
}

// SAFETY: every call goes to the system's allocator unchanged. There is no safe way to count allocations.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let _ = ALLOCATIONS.try_with(|count| count.set(count.get() + 1));
        // SAFETY: the caller keeps the contract of `alloc`.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: the caller keeps the contract of `dealloc`.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn allocations(call: impl FnOnce()) -> u64 {
    let before = ALLOCATIONS.get();
    call();
    ALLOCATIONS.get() - before
}

struct Unshown;

impl Display for Unshown {
    fn fmt(&self, _: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        panic!("a field was evaluated")
    }
}

#[observe(component = "Idle", fields(n, shown = %Unshown))]
fn call(n: u64) -> Result<u64, std::num::TryFromIntError> {
    u8::try_from(n).map(u64::from)
}

#[observe(component = "Idle", fields(n, shown = %Unshown))]
async fn call_later(n: u64) -> u64 {
    n + 1
}

#[observe(component = "Idle")]
fn call_without_value() {}

static COUNTER: hyperion::Counter = hyperion::Counter::new("idle.count", "", "");
static HISTOGRAM: hyperion::Histogram = hyperion::Histogram::new("idle.histogram", "", "", &[1.0]);

#[test]
fn an_observed_call_allocates_nothing() {
    let count = allocations(|| {
        for n in 0..1000 {
            let _ = call(n);
            call_without_value();
            COUNTER.add(1);
            HISTOGRAM.record(1.0);
            let future = std::pin::pin!(call_later(n));
            let poll = future.poll(&mut std::task::Context::from_waker(std::task::Waker::noop()));
            assert!(poll.is_ready());
        }
    });
    assert_eq!(count, 0);
    assert_eq!(
        allocations(|| drop(Box::new(1))),
        1,
        "allocations are counted"
    );
}
