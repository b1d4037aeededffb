//! Qualifiers and attributes, which stand before `fn`.

use std::panic::Location;

use crate::harness::{Noisy, noisy, pause, say, shapes};

shapes! {
    call unsafe_function [ok] {
        #[observe]
        unsafe fn read(pointer: *const u32, n: Noisy) -> u32 {
            unsafe { *pointer }
        }
    } => { unsafe { read(&5, noisy("n")) } }

    call unsafe_method [ok] {
        struct Raw(*mut u32);
        impl Raw {
            #[observe]
            unsafe fn write(&mut self, n: u32) {
                unsafe { *self.0 = n };
            }
        }
    } given { let mut n = 1; } => {{ unsafe { Raw(&raw mut n).write(2) }; n }}

    call unsafe_block_inside [ok] {
        #[observe]
        fn first(items: &[u32]) -> u32 {
            unsafe { *items.get_unchecked(0) }
        }
    } => { first(&[1, 2]) }

    call foreign_calling_convention [ok] {
        #[observe]
        extern "C" fn add(a: i32, b: i32) -> i32 {
            if a == 0 {
                return b;
            }
            a + b
        }
    } given { let f: extern "C" fn(i32, i32) -> i32 = add; } => { f(1, 2) }

    call default_foreign_calling_convention [ok] {
        #[observe]
        extern fn nothing(n: i32) {
            say(n);
        }
    } => { nothing(1) }

    call unsafe_foreign_calling_convention [ok] {
        #[observe]
        unsafe extern "C" fn read(pointer: *const i32) -> i32 {
            unsafe { *pointer }
        }
    } => { unsafe { read(&5) } }

    call system_calling_convention [ok] {
        #[observe]
        pub(crate) unsafe extern "system" fn read((a, b): (u8, u8)) -> u8 {
            a + b
        }
    } => { unsafe { read((1, 2)) } }

    call unwinding_foreign_calling_convention [panic] {
        #[observe]
        extern "C-unwind" fn fail(n: i32) -> i32 {
            let guard = noisy("guard");
            panic!("{n}")
        }
    } => { fail(1) }

    call track_caller [ok] {
        #[observe]
        #[track_caller]
        fn line() -> u32 {
            Location::caller().line()
        }
    } => { line() }

    call track_caller_above [ok] {
        #[track_caller]
        #[observe]
        fn line() -> u32 {
            Location::caller().line()
        }
    } => { line() }

    call track_caller_without_output [ok] {
        #[observe]
        #[track_caller]
        fn line(said: Noisy) {
            say(Location::caller());
        }
    } => { line(noisy("said")) }

    call track_caller_of_a_method [ok] {
        struct Users;
        impl Users {
            #[observe]
            #[track_caller]
            fn line(&self, by: u32) -> Result<u32, String> {
                Ok(Location::caller().line() * by)
            }
        }
    } => { Users.line(1) }

    call track_caller_that_panics [panic] {
        #[observe]
        #[track_caller]
        fn fail(a: Noisy) -> u32 {
            let local = noisy("local");
            panic!("where the call is")
        }
    } => { fail(noisy("a")) }

    call track_caller_passed_on [panic] {
        #[observe]
        #[track_caller]
        fn first<T>(items: &[T]) -> &T {
            items.first().expect("something")
        }
    } => { first::<u32>(&[]) }

    call track_caller_through_two [ok, ok] {
        #[observe]
        #[track_caller]
        fn inner() -> &'static Location<'static> {
            Location::caller()
        }
        #[observe]
        #[track_caller]
        fn outer() -> u32 {
            inner().line()
        }
    } => { outer() }

    call track_caller_with_patterns [ok] {
        #[observe]
        #[track_caller]
        fn sum((a, _): (Noisy, Noisy), _: Noisy, [b, ..]: [Noisy; 2]) -> usize {
            let local = noisy("local");
            a.speak() + b.speak()
        }
    } => { sum((noisy("a"), noisy("rest")), noisy("ignored"), [noisy("b"), noisy("end")]) }

    call track_caller_with_an_error_at_the_end [error] {
        #[observe]
        #[track_caller]
        fn fail(n: u32) -> Result<u32, String> {
            let local = noisy("local");
            if n == 0 { Err("zero".to_owned()) } else { Ok(n) }
        }
    } => { fail(0) }

    /// An early return is not looked at, since a closure would be its own caller.
    call track_caller_with_an_early_error [ok] {
        #[observe]
        #[track_caller]
        fn fail(n: u32) -> Result<u32, String> {
            let local = noisy("local");
            if n == 0 {
                return Err("zero".to_owned());
            }
            Ok(n)
        }
    } => { fail(0) }

    call track_caller_by_a_condition [ok] {
        #[observe]
        #[cfg_attr(all(), track_caller)]
        fn line() -> u32 {
            Location::caller().line()
        }
    } => { line() }

    call calls_what_tracks_its_caller [panic] {
        #[track_caller]
        fn fail() -> u32 {
            panic!("in the observed one")
        }
        #[observe]
        fn work(n: Noisy) -> u32 {
            fail()
        }
    } => { work(noisy("n")) }

    call inline [ok, ok, ok] {
        #[observe]
        #[inline(always)]
        fn always(n: u32) -> u32 {
            n + 1
        }
        #[inline(never)]
        #[observe]
        fn never(n: u32) -> u32 {
            n + 1
        }
        #[observe]
        #[inline]
        #[cold]
        fn cold(n: u32) {
            say(n);
        }
    } => {{ cold(3); always(1) + never(2) }}

    call must_use [ok] {
        #[observe]
        #[must_use = "it is the answer"]
        fn answer() -> u32 {
            42
        }
    } => { answer() }

    call deprecated [ok] {
        #[observe]
        #[deprecated(since = "1.0.0", note = "use another")]
        fn old() -> u32 {
            1
        }
    } => { old() }

    call documented [ok] {
        /// One line,
        #[observe(
            component = "Documented",
        )]
        /// and another.
        #[doc = "And a third."]
        #[doc(hidden)]
        fn documented() -> u32 {
            //! And one inside.
            1
        }
    } => { documented() }

    call conditional [ok] {
        #[observe]
        #[cfg(all())]
        fn there() -> u32 {
            1
        }
        #[observe]
        #[cfg(any())]
        fn there() -> Missing {
            2
        }
    } => { there() }

    call observed_by_a_condition [ok] {
        #[cfg_attr(all(), observe(component = "Conditional"))]
        fn observed() -> u32 {
            1
        }
        #[cfg_attr(any(), observe(nonsense))]
        fn plain() -> u32 {
            2
        }
    } => { observed() + plain() }

    call lints [ok] {
        #[observe]
        #[allow(unused_variables, clippy::needless_return)]
        #[expect(unused_mut)]
        fn work(#[allow(unused)] a: u32, #[expect(unused_variables)] b: u32) -> u32 {
            let mut n = 1;
            return n;
        }
    } => { work(1, 2) }

    call inner_attributes [ok] {
        #[observe]
        fn work(unused: u32) -> u32 {
            #![allow(unused_variables)]
            #![warn(clippy::pedantic)]
            3
        }
    } => { work(1) }

    call visibility [ok, ok, ok] {
        pub(crate) mod inner {
            use super::observe;
            #[observe]
            pub fn public() -> u32 {
                private() + for_one()
            }
            #[observe]
            fn private() -> u32 {
                2
            }
            #[observe]
            pub(in super::super) fn for_one() -> u32 {
                4
            }
        }
    } => { inner::public() }

    call every_argument_of_the_attribute [ok] {
        #[observe(
            component = "Users",
            name = "Users.find",
            kind = client,
            fields(user.id = id, "a key" = %name, ?name, constant = "text"),
        )]
        fn find(id: u64, name: &str) -> usize {
            name.len()
        }
    } => { find(1, "ada") }

    future unsafe_async [ok] {
        #[observe]
        async unsafe fn read(n: &u32) -> u32 {
            pause().await;
            *n
        }
    } => { unsafe { read(&5) } }

    future must_use_async [ok] {
        #[observe]
        #[must_use]
        async fn answer(n: u8) -> u8 {
            pause().await;
            n
        }
    } => { answer(42) }

    future documented_async [ok] {
        /// Documented.
        #[observe]
        #[inline]
        #[cfg(all())]
        #[deprecated]
        pub(crate) async fn answer(#[cfg(any())] n: Missing, #[cfg(all())] m: u8) -> u8 {
            #![allow(unused)]
            pause().await;
            m
        }
    } => { answer(42) }
}
