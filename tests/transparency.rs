//! An observed function drops, returns and borrows as the plain one does.

mod support;

use hyperion::observe;
use std::cell::RefCell;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::task::{Context, Waker};
use support::kept;

/// Writes its name when it is dropped.
struct Noisy(&'static str, Rc<RefCell<Vec<&'static str>>>);

impl Noisy {
    fn say(&self, what: &'static str) -> usize {
        self.1.borrow_mut().push(what);
        self.0.len()
    }
}

impl Drop for Noisy {
    fn drop(&mut self) {
        self.1.borrow_mut().push(self.0);
    }
}

struct Pair {
    left: Noisy,
    #[allow(dead_code, reason = "it is there to be dropped")]
    right: Noisy,
}

/// The same functions, plain and observed.
macro_rules! twins {
    ($(fn $name:ident $arguments:tt $(-> $output:ty)? $body:block)*) => {
        #[allow(unused_variables)]
        mod plain {
            use super::*;
            $(pub(crate) fn $name $arguments $(-> $output)? $body)*
        }
        #[allow(unused_variables)]
        mod observed {
            use super::*;
            $(#[observe] pub(crate) fn $name $arguments $(-> $output)? $body)*
        }
    };
}

twins! {
    fn unused(a: Noisy, b: Noisy, c: Noisy) {
        c.say("body");
    }
    fn ignored(a: Noisy, _: Noisy, c: Noisy) -> usize {
        a.say("body")
    }
    fn moved(a: Noisy, b: Noisy, c: Noisy) -> usize {
        drop(b);
        let local = Noisy("local", Rc::clone(&a.1));
        local.say("body")
    }
    fn destructured(a: Noisy, Pair { left, .. }: Pair, c: Noisy) -> usize {
        left.say("body")
    }
    fn early(a: Noisy, b: Noisy, c: Noisy) -> Option<usize> {
        let local = Noisy("local", Rc::clone(&a.1));
        if a.say("body") > 0 {
            return None;
        }
        Some(1)
    }
    fn returned(a: Noisy, b: Noisy, c: Noisy) -> Noisy {
        b
    }
    fn temporary(a: Noisy, b: Noisy, c: Noisy) -> usize {
        Noisy("temporary", Rc::clone(&a.1)).say("body")
    }
    fn panicking(a: Noisy, b: Noisy, c: Noisy) -> usize {
        let local = Noisy("local", Rc::clone(&a.1));
        panic!("as it may")
    }
}

/// Runs `call` with three noisy arguments, and returns what is written meanwhile.
fn written<T>(call: impl FnOnce(Noisy, Noisy, Noisy) -> T) -> Vec<&'static str> {
    let log = Rc::new(RefCell::new(Vec::new()));
    let noisy = |name| Noisy(name, Rc::clone(&log));
    let output = catch_unwind(AssertUnwindSafe(|| {
        call(noisy("a"), noisy("b"), noisy("c"))
    }));
    log.borrow_mut().push("returned");
    drop(output);
    log.take()
}

#[test]
fn arguments_and_locals_drop_in_the_order_of_the_plain_function() {
    kept();
    let pair = |b: Noisy| {
        let right = Noisy("right", Rc::clone(&b.1));
        Pair { left: b, right }
    };
    assert_eq!(written(observed::unused), written(plain::unused));
    assert_eq!(written(observed::ignored), written(plain::ignored));
    assert_eq!(written(observed::moved), written(plain::moved));
    assert_eq!(
        written(|a, b, c| observed::destructured(a, pair(b), c)),
        written(|a, b, c| plain::destructured(a, pair(b), c))
    );
    assert_eq!(written(observed::early), written(plain::early));
    assert_eq!(written(observed::returned), written(plain::returned));
    assert_eq!(written(observed::temporary), written(plain::temporary));
    assert_eq!(written(observed::panicking), written(plain::panicking));
    assert_eq!(written(plain::unused), ["body", "c", "b", "a", "returned"]);
}

#[allow(unused_variables)]
mod plain_async {
    use super::*;
    pub(crate) async fn call(a: Noisy, _: Noisy, c: Noisy) -> usize {
        tokio::task::yield_now().await;
        a.say("body")
    }
}

#[allow(unused_variables)]
mod observed_async {
    use super::*;
    #[observe]
    pub(crate) async fn call(a: Noisy, _: Noisy, c: Noisy) -> usize {
        tokio::task::yield_now().await;
        a.say("body")
    }
}

#[test]
fn a_future_drops_what_it_holds_in_the_order_of_the_plain_one() {
    kept();
    let finished = |future: std::pin::Pin<Box<dyn Future<Output = usize>>>| {
        futures::executor::block_on(future);
    };
    assert_eq!(
        written(|a, b, c| finished(Box::pin(observed_async::call(a, b, c)))),
        written(|a, b, c| finished(Box::pin(plain_async::call(a, b, c))))
    );
    let unpolled = |future: std::pin::Pin<Box<dyn Future<Output = usize>>>| drop(future);
    assert_eq!(
        written(|a, b, c| unpolled(Box::pin(observed_async::call(a, b, c)))),
        written(|a, b, c| unpolled(Box::pin(plain_async::call(a, b, c))))
    );
    let cancelled = |mut future: std::pin::Pin<Box<dyn Future<Output = usize>>>| {
        assert!(
            future
                .as_mut()
                .poll(&mut Context::from_waker(Waker::noop()))
                .is_pending()
        );
    };
    assert_eq!(
        written(|a, b, c| cancelled(Box::pin(observed_async::call(a, b, c)))),
        written(|a, b, c| cancelled(Box::pin(plain_async::call(a, b, c))))
    );
}

struct Counter {
    value: u32,
}

impl Counter {
    #[observe]
    fn value_mut(&mut self) -> &mut u32 {
        &mut self.value
    }

    #[observe]
    async fn value_later(&mut self) -> &mut u32 {
        tokio::task::yield_now().await;
        &mut self.value
    }
}

#[tokio::test]
async fn borrows_go_through() {
    let mut counter = Counter { value: 1 };
    *counter.value_mut() += 1;
    *counter.value_later().await += 1;
    assert_eq!(counter.value, 3);
}

#[test]
fn an_observed_future_is_hardly_larger_than_the_plain_one() {
    #[observe]
    async fn observed(bytes: [u8; 256]) -> u8 {
        tokio::task::yield_now().await;
        bytes[0]
    }
    async fn plain(bytes: [u8; 256]) -> u8 {
        tokio::task::yield_now().await;
        bytes[0]
    }
    let (observed, plain) = (
        size_of_val(&observed([0; 256])),
        size_of_val(&plain([0; 256])),
    );
    assert!(observed <= plain + 64, "{observed} bytes against {plain}");
}

#[test]
fn an_observed_future_can_be_sent_if_the_plain_one_can() {
    fn sent<T: Send + 'static>(_: T) {}
    #[observe(fields(id))]
    async fn holds_a_cell(id: u32, cell: std::cell::Cell<u8>) -> u8 {
        tokio::task::yield_now().await;
        cell.get()
    }
    sent(holds_a_cell(1, std::cell::Cell::new(2)));
}
