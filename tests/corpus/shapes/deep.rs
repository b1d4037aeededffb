//! Futures in futures, deep enough to reach the limits of the compiler.

use crate::harness::{noisy, pause, shapes};

/// A chain of functions that await each other, from the first name to the last.
macro_rules! chain {
    ($last:ident) => {
        #[observe]
        async fn $last(n: u32) -> u32 {
            let guard = noisy("the last");
            pause().await;
            n
        }
    };
    ($first:ident $second:ident $($rest:ident)*) => {
        #[observe]
        async fn $first(n: u32) -> u32 {
            $second(n + 1).await
        }
        chain!($second $($rest)*);
    };
}

shapes! {
    future sixty_four_futures [
        ok, ok, ok, ok, ok, ok, ok, ok, ok, ok, ok, ok, ok, ok, ok, ok, ok, ok, ok, ok, ok, ok, ok,
        ok, ok, ok, ok, ok, ok, ok, ok, ok, ok, ok, ok, ok, ok, ok, ok, ok, ok, ok, ok, ok, ok, ok,
        ok, ok, ok, ok, ok, ok, ok, ok, ok, ok, ok, ok, ok, ok, ok, ok, ok, ok
    ] {
        chain! {
            f00 f01 f02 f03 f04 f05 f06 f07 f08 f09 f10 f11 f12 f13 f14 f15 f16 f17 f18 f19 f20 f21
            f22 f23 f24 f25 f26 f27 f28 f29 f30 f31 f32 f33 f34 f35 f36 f37 f38 f39 f40 f41 f42 f43
            f44 f45 f46 f47 f48 f49 f50 f51 f52 f53 f54 f55 f56 f57 f58 f59 f60 f61 f62 f63
        }
    } => { f00(0) }
}
