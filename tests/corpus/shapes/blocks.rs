//! Impl blocks that are observed as a whole.

use std::fmt::{self, Display};
use std::ops::Deref;

use crate::harness::{Noisy, noisy, pause, say, shapes};

shapes! {
    call every_method [ok, ok, ok, ok] {
        #[derive(Debug)]
        struct Users(Vec<u32>);
        #[observe]
        impl Users {
            fn new() -> Self {
                Self(Vec::new())
            }
            fn add(&mut self, user: u32) {
                self.0.push(user);
            }
            fn count(&self) -> usize {
                self.0.len()
            }
            fn into_first(self) -> Option<u32> {
                self.0.first().copied()
            }
        }
    } given {
        let mut users = Users::new();
        users.add(7);
    } => { (users.count(), users.into_first()) }

    call but_for_those_that_are_skipped [ok] {
        struct Users(u32);
        #[observe(component = "Users")]
        impl Users {
            #[observe(skip)]
            fn skipped(&self) -> u32 {
                self.0
            }
            fn observed(&self) -> u32 {
                self.skipped()
            }
        }
    } => { Users(1).observed() }

    call but_for_constant_functions [ok] {
        struct Users(u32);
        #[observe]
        impl Users {
            const LIMIT: Self = Self::new(2);
            const fn new(limit: u32) -> Self {
                Self(limit)
            }
            fn limit(&self) -> u32 {
                self.0
            }
        }
    } => { Users::LIMIT.limit() }

    call with_arguments_for_one_method [ok, error] {
        struct Users(u32);
        #[observe(component = "Accounts")]
        impl Users {
            #[observe(name = "find one", kind = client, fields(id))]
            fn find(&self, id: u32) -> Result<u32, String> {
                if id > self.0 {
                    return Err("nobody".into());
                }
                Ok(id)
            }
        }
    } => { (Users(1).find(1), Users(1).find(2)) }

    call with_other_items [ok, ok] {
        struct Users<T>(T);
        #[observe]
        impl<T> Users<T>
        where
            T: Clone,
        {
            /// The most there may be.
            pub const LIMIT: usize = 3;

            /// Documented.
            #[must_use]
            pub(crate) fn first(&self, (a, _): (Noisy, Noisy)) -> T {
                a.speak();
                self.0.clone()
            }

            #[cfg(any())]
            fn missing(&self) -> Missing {}

            #[track_caller]
            fn line(&self) -> u32 {
                std::panic::Location::caller().line()
            }
        }
    } given { let users = Users(1); } => {
        (users.first((noisy("a"), noisy("rest"))), users.line(), Users::<u8>::LIMIT)
    }

    call drop_ [ok] {
        struct Guard(Noisy);
        #[observe]
        impl Drop for Guard {
            fn drop(&mut self) {
                self.0.speak();
            }
        }
    } => { drop(Guard(noisy("guard"))) }

    call display [ok] {
        struct User(&'static str);
        #[observe]
        impl Display for User {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.0)
            }
        }
    } => { User("ada").to_string() }

    call iterator [ok, ok, ok] {
        struct Countdown(u32);
        #[observe(component = "Countdown")]
        impl Iterator for Countdown {
            type Item = u32;

            fn next(&mut self) -> Option<Self::Item> {
                self.0 = self.0.checked_sub(1)?;
                Some(self.0)
            }
        }
    } => { Countdown(2).collect::<Vec<_>>() }

    call from [ok, error] {
        #[derive(Debug)]
        struct Failure(String);
        #[observe]
        impl From<std::num::ParseIntError> for Failure {
            fn from(error: std::num::ParseIntError) -> Self {
                Self(error.to_string())
            }
        }
        #[observe]
        fn parse(text: &str) -> Result<u32, Failure> {
            Ok(text.parse()?)
        }
    } => { parse("x") }

    call deref [ok] {
        struct Wrapper(String);
        #[observe]
        impl Deref for Wrapper {
            type Target = str;
            fn deref(&self) -> &str {
                &self.0
            }
        }
    } => { Wrapper("text".into()).len() }

    call a_trait_with_a_provided_method [ok, ok] {
        trait Greet {
            fn name(&self) -> &str;
            fn greet(&self) -> String {
                format!("hello {}", self.name())
            }
        }
        struct User;
        #[observe]
        impl Greet for User {
            fn name(&self) -> &str {
                "ada"
            }
            fn greet(&self) -> String {
                format!("hi {}", self.name())
            }
        }
    } => { User.greet() }

    call lifetimes_and_constants [ok] {
        struct Words<'a, const N: usize>([&'a str; N]);
        #[observe]
        impl<'a, const N: usize> Words<'a, N> {
            fn first(&self) -> (&'a str, usize) {
                (self.0[0], N)
            }
        }
    } => { Words(["a", "b"]).first() }

    call by_a_fragment [ok, ok] {
        macro_rules! implement {
            ($($type:ident => $value:expr),*) => {$(
                struct $type;
                #[observe]
                impl $type {
                    fn value(&self) -> u32 {
                        $value * 2
                    }
                }
            )*};
        }
        implement!(A => 1 + 2, B => 3);
    } => { A.value() + B.value() }

    call panics [panic] {
        struct Users(Noisy);
        #[observe]
        impl Users {
            fn fail(self) -> u32 {
                let local = noisy("local");
                panic!("in a method")
            }
        }
    } => { Users(noisy("users")).fail() }

    future asynchronous_methods [ok, ok] {
        struct Users(Noisy);
        #[observe]
        impl Users {
            async fn close(self, reason: Noisy) -> usize {
                pause().await;
                reason.speak() + self.count()
            }
            fn count(&self) -> usize {
                1
            }
        }
    } => { Users(noisy("users")).close(noisy("reason")) }

    future an_asynchronous_trait [error] {
        trait Store {
            async fn get(&self, key: &str) -> Result<String, String>;
        }
        struct Memory;
        #[observe(component = "Memory")]
        impl Store for Memory {
            async fn get(&self, key: &str) -> Result<String, String> {
                pause().await;
                Err(key.to_owned())
            }
        }
    } => { Memory.get("key") }

    future a_method_that_returns_a_future [ok] {
        struct Users(u32);
        #[observe]
        impl Users {
            fn count(&self) -> impl Future<Output = u32> + Send {
                let n = self.0;
                async move {
                    pause().await;
                    n
                }
            }
        }
    } => { Users(1).count() }
}
