//! `#[observe]` and `#[async_trait]`, whichever comes first.
#![deny(warnings)]

use std::fmt::Display;
use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use async_trait::async_trait;
use hyperion::observe;

fn block_on<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    loop {
        if let Poll::Ready(output) = future
            .as_mut()
            .poll(&mut Context::from_waker(Waker::noop()))
        {
            return output;
        }
    }
}

/// Pending once, so that the futures under test are suspended.
async fn pause() {
    let mut paused = false;
    std::future::poll_fn(|cx| {
        if std::mem::replace(&mut paused, true) {
            return Poll::Ready(());
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

#[async_trait]
trait Store: Sync {
    async fn get(&self, key: &str) -> Result<String, std::num::ParseIntError>;

    async fn put(&mut self, key: String, (value, _): (u8, u8), _unused: u8);

    async fn of<T: Display + Send>(&self, value: T) -> String
    where
        Self: Sized;

    async fn into_name(self) -> String
    where
        Self: Sized;

    async fn new(name: &str) -> Self
    where
        Self: Sized;

    /// The attribute stands on a method that `#[async_trait]` changed before.
    #[observe(fields(%key, length = key.len()))]
    async fn provided(&self, key: &str) -> String {
        match self.get(key).await {
            Ok(text) => text,
            Err(error) => error.to_string(),
        }
    }
}

/// Implements the trait, with attributes on the block and on each method.
macro_rules! store {
    ($name:ident, $(#[$block:meta])* | $(#[$method:meta])*) => {
        struct $name {
            name: String,
        }

        $(#[$block])*
        impl Store for $name {
            $(#[$method])*
            async fn get(&self, key: &str) -> Result<String, std::num::ParseIntError> {
                pause().await;
                if key == self.name {
                    return Ok(self.name.clone());
                }
                let number = key.parse::<u32>()?;
                Ok(number.to_string())
            }

            $(#[$method])*
            async fn put(&mut self, key: String, (value, _): (u8, u8), _unused: u8) {
                pause().await;
                self.name = format!("{key}{value}");
            }

            $(#[$method])*
            async fn of<T: Display + Send>(&self, value: T) -> String {
                pause().await;
                format!("{value}{}", self.name)
            }

            $(#[$method])*
            async fn into_name(self) -> String {
                pause().await;
                self.name
            }

            $(#[$method])*
            async fn new(name: &str) -> Self {
                Self { name: name.to_owned() }
            }
        }
    };
}

store!(BlockBelow, #[async_trait] #[observe(component = "Store")] |);
store!(BlockAbove, #[observe(component = "Store")] #[async_trait] |);
store!(Methods, #[async_trait] | #[observe(name = "method")]);

/// Fields name what the method does, in either order.
struct Named(u8);

#[async_trait]
trait Name {
    async fn below(&self, id: u8) -> u8;
    async fn above(&self, id: u8) -> u8;
}

#[observe]
#[async_trait]
impl Name for Named {
    #[observe(fields(id, own = self.0))]
    async fn below(&self, id: u8) -> u8 {
        pause().await;
        self.0 + id
    }

    async fn above(&self, id: u8) -> u8 {
        self.0 + id
    }
}

struct Other(u8);

#[async_trait]
impl Name for Other {
    async fn below(&self, id: u8) -> u8 {
        self.0 + id
    }

    #[observe(fields(id, own = self.0))]
    async fn above(&self, id: u8) -> u8 {
        pause().await;
        self.0 + id
    }
}

#[async_trait(?Send)]
trait Local {
    #[observe]
    async fn count(&self) -> usize {
        let local = std::rc::Rc::new(1);
        pause().await;
        *local
    }
}

impl Local for Named {}

fn all<S: Store>() {
    let mut store = block_on(S::new("ada"));
    assert_eq!(block_on(store.get("ada")).unwrap(), "ada");
    assert_eq!(block_on(store.get("7")).unwrap(), "7");
    assert!(block_on(store.get("x")).is_err());
    assert_eq!(block_on(store.provided("8")), "8");
    block_on(store.put("k".to_owned(), (1, 2), 3));
    assert_eq!(block_on(store.of(4)), "4k1");
    assert_eq!(block_on(store.into_name()), "k1");
}

fn main() {
    all::<BlockBelow>();
    all::<BlockAbove>();
    all::<Methods>();
    assert_eq!(block_on(Named(1).below(1)) + block_on(Named(1).above(1)), 4);
    assert_eq!(block_on(Other(1).below(1)) + block_on(Other(1).above(1)), 4);
    assert_eq!(block_on(Named(1).count()), 1);
}
