//! Arguments are dropped in the order, and at the time, of the same function without the attribute.
#![deny(warnings)]

use std::cell::RefCell;
use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use hyperion::observe;

thread_local!(static DROPPED: RefCell<Vec<&'static str>> = const { RefCell::new(Vec::new()) });

struct Noisy(&'static str);

impl Drop for Noisy {
    fn drop(&mut self) {
        DROPPED.with(|dropped| dropped.borrow_mut().push(self.0));
    }
}

fn taken() -> Vec<&'static str> {
    DROPPED.with(|dropped| std::mem::take(&mut *dropped.borrow_mut()))
}

struct Receiver {
    mentioned: Noisy,
    _other: Noisy,
}

fn receiver() -> Receiver {
    Receiver {
        mentioned: Noisy("mentioned"),
        _other: Noisy("other"),
    }
}

/// Defines the same functions in two modules, with the attribute and without.
macro_rules! functions {
    ($module:ident, $(#[$attribute:meta], $observe:ident)?) => {
        mod $module {
            use super::*;

            impl Receiver {
                $(#[$attribute])?
                pub fn $module(self, _a: Noisy) -> usize {
                    drop(self.mentioned);
                    Noisy("body").0.len()
                }
            }

            $(#[$attribute])?
            pub fn value(_a: Noisy, _: Noisy, (b, _): (Noisy, Noisy), c: Noisy, _d: Noisy) -> usize {
                drop(c);
                let _local = Noisy("local");
                b.0.len()
            }

            $(#[$attribute])?
            #[track_caller]
            pub fn in_place(_a: Noisy, _: Noisy, (b, _): (Noisy, Noisy), c: Noisy, _d: Noisy) -> usize {
                drop(c);
                let _local = Noisy("local");
                b.0.len()
            }

            $(#[$attribute])?
            pub fn unit(_a: Noisy, _: Noisy, (b, _): (Noisy, Noisy), c: Noisy, _d: Noisy) {
                drop(c);
                let _local = Noisy("local");
                drop(b);
            }

            $(#[$attribute])?
            pub async fn future(_a: Noisy, _: Noisy, (b, _): (Noisy, Noisy), c: Noisy, _d: Noisy) -> usize {
                drop(c);
                let _local = Noisy("local");
                std::future::pending::<()>().await;
                b.0.len()
            }

            $(#[$attribute])?
            #[must_use]
            pub async fn kept(_a: Noisy, _: Noisy, (b, _): (Noisy, Noisy), c: Noisy, _d: Noisy) -> usize {
                drop(c);
                let _local = Noisy("local");
                b.0.len()
            }

            $(#[$observe(links = [b.0.parse::<hyperion::SpanContext>().ok()], labels(long = b.0.len() > 3))])?
            pub fn lends(_a: Noisy, _: Noisy, (b, _): (Noisy, Noisy), c: Noisy, _d: Noisy) -> usize {
                drop(c);
                let _local = Noisy("local");
                b.0.len()
            }

            $(#[$observe(links = [b.0.parse::<hyperion::SpanContext>().ok()], labels(long = b.0.len() > 3))])?
            pub async fn lends_later(_a: Noisy, _: Noisy, (b, _): (Noisy, Noisy), c: Noisy, _d: Noisy) -> usize {
                drop(c);
                let _local = Noisy("local");
                std::future::pending::<()>().await;
                b.0.len()
            }

            $(#[$attribute])?
            pub fn panics(_a: Noisy, b: Noisy) -> usize {
                let _local = Noisy("local");
                assert!(b.0.is_empty(), "it is not");
                1
            }
        }
    };
}

functions!(plain,);
functions!(observed, #[observe], observe);

/// Asserts that `$call` drops the same values in the module `plain` and in `observed`.
macro_rules! same {
    ($module:ident => $call:expr) => {{
        {
            use plain as $module;
            let _ = $call;
        }
        let expected = taken();
        {
            use observed as $module;
            let _ = $call;
        }
        assert_eq!(taken(), expected);
        assert!(!expected.is_empty());
    }};
}

fn poll<F: Future>(future: F) -> Poll<F::Output> {
    pin!(future).poll(&mut Context::from_waker(Waker::noop()))
}

fn n(name: &'static str) -> Noisy {
    Noisy(name)
}

fn main() {
    receiver().plain(n("a"));
    let expected = taken();
    receiver().observed(n("a"));
    assert_eq!(taken(), expected);

    same!(module => module::value(n("a"), n("_"), (n("b"), n("rest")), n("c"), n("d")));
    same!(module => module::in_place(n("a"), n("_"), (n("b"), n("rest")), n("c"), n("d")));
    same!(module => module::unit(n("a"), n("_"), (n("b"), n("rest")), n("c"), n("d")));
    same!(module => poll(module::future(n("a"), n("_"), (n("b"), n("rest")), n("c"), n("d"))));
    same!(module => drop(module::future(n("a"), n("_"), (n("b"), n("rest")), n("c"), n("d"))));
    same!(module => poll(module::kept(n("a"), n("_"), (n("b"), n("rest")), n("c"), n("d"))));
    same!(module => drop(module::kept(n("a"), n("_"), (n("b"), n("rest")), n("c"), n("d"))));
    same!(module => module::lends(n("a"), n("_"), (n("b"), n("rest")), n("c"), n("d")));
    same!(module => poll(module::lends_later(n("a"), n("_"), (n("b"), n("rest")), n("c"), n("d"))));
    same!(module => drop(module::lends_later(n("a"), n("_"), (n("b"), n("rest")), n("c"), n("d"))));
    same!(module => std::panic::catch_unwind(|| module::panics(n("a"), n("b"))).unwrap_err());
}
