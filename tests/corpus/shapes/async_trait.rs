//! `#[async_trait]`, above and below the attribute.

use ::async_trait::async_trait;

use crate::harness::{Noisy, noisy, pause, say, shapes};

shapes! {
    future implemented [ok] {
        #[async_trait]
        trait Store {
            async fn get(&self, key: &str) -> Option<String>;
        }
        struct Memory(Noisy);
        #[async_trait]
        impl Store for Memory {
            #[observe(component = "Memory")]
            async fn get(&self, key: &str) -> Option<String> {
                let local = noisy("local");
                pause().await;
                Some(format!("{key}{}", self.0.speak()))
            }
        }
    } => { Memory(noisy("memory")).get("key") }

    future of_an_object [error] {
        #[async_trait]
        trait Store: Send + Sync {
            async fn get(&self, key: &str, guard: Noisy) -> Result<String, String>;
        }
        struct Memory;
        #[async_trait]
        impl Store for Memory {
            #[observe]
            async fn get(&self, key: &str, guard: Noisy) -> Result<String, String> {
                pause().await;
                Err(key.to_owned())?;
                Ok(String::new())
            }
        }
    } given { let store: Box<dyn Store> = Box::new(Memory); } => { store.get("key", noisy("guard")) }

    future provided [ok] {
        #[async_trait]
        trait Store: Sync {
            fn key(&self) -> u32;
            #[observe]
            async fn get(&self, (a, _): (Noisy, Noisy)) -> usize {
                pause().await;
                a.speak() + self.key() as usize
            }
        }
        impl Store for u32 {
            fn key(&self) -> u32 {
                *self
            }
        }
    } => { 1.get((noisy("a"), noisy("rest"))) }

    future not_sent [ok] {
        #[async_trait(?Send)]
        trait Store {
            async fn get(&mut self, key: std::rc::Rc<u32>) -> u32;
        }
        #[async_trait(?Send)]
        impl Store for u32 {
            #[observe]
            async fn get(&mut self, key: std::rc::Rc<u32>) -> u32 {
                pause().await;
                *self += *key;
                *self
            }
        }
    } => { 1.get(2.into()) }

    future without_output [ok] {
        #[async_trait]
        trait Store {
            async fn put(self, value: Noisy);
        }
        #[async_trait]
        impl Store for Noisy {
            #[observe]
            async fn put(self, value: Noisy) {
                let local = noisy("local");
                pause().await;
                value.speak();
            }
        }
    } => { noisy("self").put(noisy("value")) }

    future panicking [panic] {
        #[async_trait]
        trait Store {
            async fn get(&self, guard: Noisy) -> u32;
        }
        #[async_trait]
        impl Store for () {
            #[observe]
            async fn get(&self, guard: Noisy) -> u32 {
                pause().await;
                panic!("later")
            }
        }
    } => { ().get(noisy("guard")) }

    future fields [ok] {
        #[async_trait]
        trait Store {
            async fn get(&self, key: &str) -> usize;
        }
        #[async_trait]
        impl Store for () {
            #[observe(fields(key, length = key.len()))]
            async fn get(&self, key: &str) -> usize {
                pause().await;
                key.len()
            }
        }
    } => { ().get("key") }

    future observed_block_below [ok] {
        #[async_trait]
        trait Store {
            async fn get(&self, key: &str) -> Option<String>;
        }
        struct Memory(Noisy);
        #[async_trait]
        #[observe(component = "Memory")]
        impl Store for Memory {
            async fn get(&self, key: &str) -> Option<String> {
                let local = noisy("local");
                pause().await;
                Some(key.to_owned())
            }
        }
    } => { Memory(noisy("memory")).get("key") }

    future observed_block_above [error] {
        #[async_trait]
        trait Store {
            async fn get(&self, key: &str, guard: Noisy) -> Result<String, String>;
        }
        struct Memory(Noisy);
        #[observe(component = "Memory")]
        #[async_trait]
        impl Store for Memory {
            async fn get(&self, key: &str, guard: Noisy) -> Result<String, String> {
                let local = noisy("local");
                pause().await;
                Err(key.to_owned())
            }
        }
    } => { Memory(noisy("memory")).get("key", noisy("guard")) }
}
