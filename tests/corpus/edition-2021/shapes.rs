//! The shapes of edition 2021.

#![allow(
    unused,
    clippy::all,
    clippy::pedantic,
    clippy::undocumented_unsafe_blocks,
    reason = "the shapes are what users write, not what they should write"
)]

use std::cell::RefCell;
use std::future::Future;
use std::sync::Mutex;

use crate::harness::{Noisy, noisy, pause, say, shapes};

/// A chain of functions that await each other, from the first name to the last.
macro_rules! chain {
    ($last:ident) => {
        #[observe]
        async fn $last(n: u32) -> u32 {
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
    call a_temporary_at_the_end [ok] {
        #[observe]
        fn work(a: Noisy) -> usize {
            let local = noisy("local");
            noisy("temporary").speak()
        }
    } => { work(noisy("a")) }

    call a_temporary_at_the_end_without_output [ok] {
        #[observe]
        fn work(a: Noisy) {
            let local = noisy("local");
            assert_ne!(noisy("temporary").speak(), 0)
        }
    } => { work(noisy("a")) }

    call a_temporary_at_the_end_under_track_caller [ok] {
        #[observe]
        #[track_caller]
        fn work(a: Noisy) -> usize {
            let local = noisy("local");
            noisy("temporary").speak()
        }
    } => { work(noisy("a")) }

    call a_temporary_at_the_end_of_a_fragment [ok] {
        macro_rules! function {
            ($name:ident $body:block) => {
                #[observe]
                fn $name(argument: Noisy) -> usize $body
            };
        }
        function!(work {
            let local = noisy("local");
            noisy("temporary").speak()
        });
    } => { work(noisy("argument")) }

    call a_lock_that_is_let_go_in_time [ok] {
        #[observe]
        fn work(mutex: &Mutex<Noisy>) -> usize {
            let local = noisy("local");
            let n = mutex.lock().unwrap().speak();
            n
        }
    } => { work(&Mutex::new(noisy("inside"))) }

    call temporaries_of_if_let [ok] {
        #[observe]
        fn work(n: Option<usize>) -> usize {
            if let Some(0) = n.map(|n| n + noisy("condition").speak()) {
                1
            } else {
                noisy("else").speak()
            }
        }
    } => { work(Some(1)) }

    call a_borrow_in_if_let [ok] {
        #[observe]
        fn work(cell: RefCell<Vec<Noisy>>) -> usize {
            if let Some(last) = cell.borrow_mut().pop() {
                last.speak();
            } else {
                say("nothing");
            }
            let n = cell.borrow().len();
            n
        }
    } => { work(RefCell::new(vec![noisy("a"), noisy("b")])) }

    call an_opaque_output_captures_no_lifetime [ok] {
        #[observe]
        fn counter(text: &str) -> impl Fn() -> usize {
            let length = text.len();
            move || length
        }
    } given { let count = counter(&String::from("text")); } => { count() }

    call an_opaque_output_with_a_lifetime [ok] {
        #[observe]
        fn lengths<'a>(words: &'a [&'a str]) -> impl Iterator<Item = usize> + 'a {
            words.iter().map(|word| word.len())
        }
    } => { lengths(&["a", "bc"]).collect::<Vec<_>>() }

    call names_that_are_keywords_later [ok] {
        #[observe(fields(gen))]
        fn gen(gen: u32) -> u32 {
            gen + 1
        }
    } => { gen(1) }

    call an_unsafe_body [ok] {
        #[observe]
        #[allow(unsafe_op_in_unsafe_fn)]
        unsafe fn read(pointer: *const u32) -> u32 {
            *pointer
        }
    } => { unsafe { read(&5) } }

    call what_never_returns_is_nothing [ok] {
        #[observe]
        fn work(n: u32) -> Result<u32, String> {
            let parsed: Result<_, std::num::ParseIntError> = "1".parse::<u32>();
            let n = match parsed {
                Ok(m) => n + m,
                Err(error) => return Err(error.to_string()),
            };
            Ok(n)
        }
    } => { work(1) }

    future a_temporary_at_the_end_of_a_future [ok] {
        #[observe]
        async fn work(a: Noisy) -> usize {
            let local = noisy("local");
            pause().await;
            noisy("temporary").speak()
        }
    } => { work(noisy("a")) }

    future a_temporary_across_the_last_await [ok] {
        async fn shown(n: &Noisy) -> usize {
            pause().await;
            n.speak()
        }
        #[observe]
        async fn work(a: Noisy) -> usize {
            let local = noisy("local");
            shown(&noisy("temporary")).await
        }
    } => { work(noisy("a")) }

    future lifetimes_that_nothing_names [ok] {
        struct Users(Vec<String>);
        impl Users {
            #[observe]
            async fn has(&self, name: &str) -> bool {
                pause().await;
                self.0.iter().any(|other| other == name)
            }
        }
    } given { let users = Users(vec!["ada".into()]); } => { users.has("ada") }

    future a_named_lifetime_and_another [ok] {
        #[observe]
        async fn first<'a>(a: &'a [u32], b: &str) -> Option<&'a u32> {
            pause().await;
            a.first()
        }
    } => { first(&[1], "b") }

    future twenty_four_futures [
        ok, ok, ok, ok, ok, ok, ok, ok, ok, ok, ok, ok,
        ok, ok, ok, ok, ok, ok, ok, ok, ok, ok, ok, ok
    ] {
        chain! {
            a01 a02 a03 a04 a05 a06 a07 a08 a09 a10 a11 a12
            a13 a14 a15 a16 a17 a18 a19 a20 a21 a22 a23 a24
        }
    } => { a01(0) }
}
