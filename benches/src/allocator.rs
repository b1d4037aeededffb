//! An allocator that counts what the calling thread asks for.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::sync::atomic::{AtomicBool, Ordering};

/// The system's allocator, and a count for each thread: what a library's own threads do is their business.
#[derive(Debug)]
pub struct Counting;

/// The memory that a thread asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Allocations {
    /// The number of requests.
    pub count: u64,
    /// Their size, in bytes.
    pub bytes: u64,
}

thread_local! {
    // Neither needs a destructor nor allocates when it is first used, so the allocator may use it at any time.
    static ALLOCATIONS: Cell<Allocations> = const { Cell::new(Allocations { count: 0, bytes: 0 }) };
}

/// Until it is set, an allocation costs no more than a look at it.
static COUNTS: AtomicBool = AtomicBool::new(false);

/// Counts from now on, where [`Counting`] is the global allocator.
pub fn start_counting() {
    COUNTS.store(true, Ordering::Relaxed);
}

/// Returns true if allocations are counted.
pub fn counts() -> bool {
    COUNTS.load(Ordering::Relaxed)
}

/// Counts what this thread asks for while `run` runs: nothing, unless [`Counting`] is the global allocator.
pub fn during(run: impl FnOnce()) -> Allocations {
    start_counting();
    let before = ALLOCATIONS.get();
    run();
    let after = ALLOCATIONS.get();
    Allocations {
        count: after.count - before.count,
        bytes: after.bytes - before.bytes,
    }
}

fn count(bytes: usize) {
    if !counts() {
        return;
    }
    // A thread that has lost its thread-locals is ending and not measured.
    let _ = ALLOCATIONS.try_with(|cell| {
        let allocations = cell.get();
        cell.set(Allocations {
            count: allocations.count + 1,
            bytes: allocations.bytes + bytes as u64,
        });
    });
}

// SAFETY: every call goes to the system's allocator as it came; counting does not allocate. The trait is unsafe to
// implement, so there is no safe way to count.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(layout.size());
        // SAFETY: the caller keeps the contract, which is the same.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        count(layout.size());
        // SAFETY: the caller keeps the contract, which is the same.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        count(size);
        // SAFETY: the caller keeps the contract, which is the same.
        unsafe { System.realloc(pointer, layout, size) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: the caller keeps the contract, which is the same.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::hint::black_box;

    #[global_allocator]
    static ALLOCATOR: Counting = Counting;

    #[test]
    fn every_way_to_ask_for_memory_is_counted() {
        let asked = during(|| {
            let mut bytes = black_box(Vec::<u8>::with_capacity(100));
            bytes.reserve_exact(200);
            drop(black_box(vec![0u8; 50]));
        });
        let expected = Allocations {
            count: 3,
            bytes: 350,
        };
        assert_eq!(asked, expected);
    }

    #[test]
    fn what_another_thread_asks_for_is_not_counted() {
        let (start, started) = std::sync::mpsc::channel();
        let (end, ended) = std::sync::mpsc::channel();
        let other = std::thread::spawn(move || {
            let _ = started.recv();
            let bytes = black_box(vec![0u8; 1 << 20]);
            let _ = end.send(bytes.len());
        });
        let asked = during(|| {
            start.send(()).unwrap();
            assert_eq!(ended.recv(), Ok(1 << 20));
        });
        other.join().unwrap();
        assert!(asked.bytes < 1 << 20, "{asked:?}");
    }
}
