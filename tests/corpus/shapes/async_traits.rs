//! `async fn` and `impl Future` in traits.

use std::fmt::Debug;
use std::future::Future;

use crate::harness::{Noisy, noisy, pause, say, shapes};

fn is_send<T: Send>(value: T) -> T {
    value
}

shapes! {
    future implemented [ok] {
        trait Store {
            async fn get(&self, key: &str) -> Option<String>;
        }
        struct Memory(Noisy);
        impl Store for Memory {
            #[observe(component = "Memory")]
            async fn get(&self, key: &str) -> Option<String> {
                let local = noisy("local");
                pause().await;
                Some(format!("{key}{}", self.0.speak()))
            }
        }
    } => { Memory(noisy("memory")).get("key") }

    future provided [ok] {
        trait Store {
            fn key(&self) -> String;
            #[observe]
            async fn get(&self, guard: Noisy) -> Result<String, String> {
                let key = self.key();
                pause().await;
                Ok(key)
            }
        }
        impl Store for u8 {
            fn key(&self) -> String {
                self.to_string()
            }
        }
    } => { 1_u8.get(noisy("guard")) }

    future provided_and_not_sized [ok] {
        trait Store {
            #[observe]
            async fn by_value(self, guard: Noisy) -> usize
            where
                Self: Sized + Into<usize>,
            {
                pause().await;
                self.into()
            }
        }
        impl Store for u8 {}
    } => { 1_u8.by_value(noisy("guard")) }

    future called_by_a_generic_function [ok, ok] {
        trait Store {
            async fn get(&mut self) -> u32;
        }
        impl Store for u32 {
            #[observe]
            async fn get(&mut self) -> u32 {
                *self += 1;
                pause().await;
                *self
            }
        }
        #[observe]
        async fn twice<S: Store>(store: &mut S) -> u32 {
            store.get().await
        }
    } => { twice(&mut 1) }

    future an_opaque_future_is_declared [ok] {
        trait Store {
            fn get(&self, key: u32) -> impl Future<Output = u32> + Send;
        }
        impl Store for u32 {
            #[observe]
            async fn get(&self, key: u32) -> u32 {
                pause().await;
                self + key
            }
        }
        fn through<S: Store>(store: &S) -> impl Future<Output = u32> + Send {
            store.get(1)
        }
    } => { is_send(through(&1)) }

    future an_associated_output [error] {
        trait Service {
            type Output;
            type Error;
            async fn call(self) -> Result<Self::Output, Self::Error>;
        }
        struct Refuses(Noisy);
        impl Service for Refuses {
            type Output = u32;
            type Error = String;
            #[observe]
            async fn call(self) -> Result<Self::Output, Self::Error> {
                pause().await;
                Err(self.0.speak().to_string())
            }
        }
    } => { Refuses(noisy("refuses")).call() }

    future a_generic_method [ok] {
        trait Visit {
            async fn visit<T: Debug>(&self, item: T, f: impl Fn(&T)) -> T;
        }
        impl Visit for () {
            #[observe]
            async fn visit<T: Debug>(&self, item: T, f: impl Fn(&T)) -> T {
                f(&item);
                pause().await;
                item
            }
        }
    } => { ().visit(noisy("item"), |item| say(item.speak())) }

    future a_lifetime_of_the_trait [ok] {
        trait Parse<'a> {
            async fn parse(&self, text: &'a str) -> &'a str;
        }
        impl<'a> Parse<'a> for () {
            #[observe]
            async fn parse(&self, text: &'a str) -> &'a str {
                pause().await;
                &text[1..]
            }
        }
    } => { ().parse("text") }

    future without_self [ok] {
        trait Make: Sized {
            async fn make(n: u32) -> Option<Self>;
        }
        impl Make for u32 {
            #[observe]
            async fn make(n: u32) -> Option<Self> {
                pause().await;
                n.checked_sub(1)
            }
        }
    } => { <u32 as Make>::make(0) }
}
