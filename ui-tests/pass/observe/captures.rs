//! Fields add nothing to what a returned future holds.
#![deny(warnings)]

use std::cell::Cell;
use std::future::Future;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};

use hyperion::observe;

fn ready<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => unreachable!("nothing waits"),
    }
}

struct Counter(u32);

impl Counter {
    #[observe(fields(count = self.0))]
    fn boxed(&self, id: u32) -> Pin<Box<dyn Future<Output = u32>>> {
        Box::pin(async move { id })
    }

    #[observe(fields(count = self.0, id))]
    fn opaque(&self, id: u32) -> impl Future<Output = u32> + use<> {
        async move { id }
    }

    #[observe(fields(count = self.0))]
    fn other_variable(&self) -> Pin<Box<dyn Future<Output = u32>>> {
        Box::pin(async move {
            let this = Counter(1);
            this.0
        })
    }
}

#[observe(fields(%name))]
fn text(name: &str) -> Pin<Box<dyn Future<Output = u32>>> {
    Box::pin(async move { 1 })
}

#[observe(fields(%name))]
fn opaque_text(name: &str) -> impl Future<Output = u32> + use<> {
    async move { 1 }
}

#[observe(fields(length = pair.1.len()))]
fn part(pair: (u32, &str)) -> Pin<Box<dyn Future<Output = u32>>> {
    Box::pin(async move { pair.0 })
}

#[observe(fields(length = name.len()))]
fn shadowed(name: &str) -> Pin<Box<dyn Future<Output = usize>>> {
    Box::pin(async move {
        let name = "other";
        0 + name.len()
    })
}

/// `&Shared` cannot be sent.
struct Shared(Cell<u32>);

impl Shared {
    #[observe(fields(count = self.0.get()))]
    fn boxed(&self, id: u32) -> Pin<Box<dyn Future<Output = u32> + Send + '_>> {
        Box::pin(async move { id })
    }

    #[observe(fields(count = self.0.get(), id))]
    fn opaque(&self, id: u32) -> impl Future<Output = u32> + Send {
        async move { id }
    }
}

fn main() {
    let future = Counter(1).boxed(2);
    assert_eq!(ready(future), 2);
    let future = Counter(1).opaque(2);
    assert_eq!(ready(future), 2);
    let future = Counter(1).other_variable();
    assert_eq!(ready(future), 1);
    let future = text(&String::new());
    assert_eq!(ready(future), 1);
    let future = opaque_text(&String::new());
    assert_eq!(ready(future), 1);
    let future = part((1, &String::new()));
    assert_eq!(ready(future), 1);
    let future = shadowed(&String::new());
    assert_eq!(ready(future), 5);
    let shared = Shared(Cell::new(1));
    assert_eq!(ready(shared.boxed(2)), 2);
    assert_eq!(ready(shared.opaque(2)), 2);
}
