//! Functions that are not `async` and return a future: observed over its life.

use std::fmt::Debug;
use std::future::{self, Future};
use std::pin::Pin;
use std::rc::Rc;

use futures::future::{BoxFuture, FutureExt, LocalBoxFuture};

use crate::harness::{Noisy, noisy, pause, say, shapes};

shapes! {
    future opaque [ok] {
        #[observe]
        fn work(a: Noisy) -> impl Future<Output = usize> {
            async move {
                let local = noisy("local");
                pause().await;
                a.speak()
            }
        }
    } => { work(noisy("a")) }

    future opaque_with_bounds [ok] {
        #[observe]
        fn work<'a>(text: &'a str, n: u32) -> impl Future<Output = usize> + Send + use<'a> {
            async move {
                pause().await;
                text.len()
            }
        }
    } => { work("text", 1) }

    future opaque_and_owning [ok] {
        #[observe]
        fn work(text: &str) -> impl Future<Output = usize> + Send + 'static + use<> {
            let length = text.len();
            async move {
                pause().await;
                length
            }
        }
    } => { work(&String::from("text")) }

    future opaque_and_not_sent [ok] {
        #[observe]
        fn work(n: Rc<u32>) -> impl Future<Output = u32> {
            async move {
                pause().await;
                *n
            }
        }
    } => { work(Rc::new(1)) }

    future opaque_with_an_error [error] {
        #[observe]
        fn work(text: &str) -> impl Future<Output = Result<u32, std::num::ParseIntError>> {
            async move {
                pause().await;
                let n: u32 = text.parse()?;
                Ok(n)
            }
        }
    } => { work("x") }

    future statements_before [ok] {
        #[observe]
        fn work(a: Noisy, b: Noisy) -> impl Future<Output = usize> {
            say("made");
            let length = b.speak();
            async move {
                pause().await;
                a.speak() + length
            }
        }
    } => { work(noisy("a"), noisy("b")) }

    future made_by_another [ok] {
        async fn inner(a: Noisy) -> usize {
            pause().await;
            a.speak()
        }
        #[observe]
        fn work(a: Noisy, b: Noisy) -> impl Future<Output = usize> {
            let local = noisy("local");
            inner(a).map(|n| n + 1)
        }
    } => { work(noisy("a"), noisy("b")) }

    /// A future whose type has a name is a value like any other: the call that makes it is observed.
    call ready_at_once [ok] {
        #[observe]
        fn work(n: u32) -> future::Ready<u32> {
            future::ready(n)
        }
    } => { work(1).into_inner() }

    future boxed [ok] {
        #[observe]
        fn work(a: Noisy) -> Pin<Box<dyn Future<Output = usize>>> {
            Box::pin(async move {
                let local = noisy("local");
                pause().await;
                a.speak()
            })
        }
    } => { work(noisy("a")) }

    future boxed_with_a_lifetime [error] {
        #[observe]
        fn work<'a>(
            text: &'a str,
        ) -> Pin<Box<dyn Future<Output = Result<u32, std::num::ParseIntError>> + Send + 'a>> {
            Box::pin(async move {
                pause().await;
                Ok(text.parse::<u32>()?)
            })
        }
    } => { work("x") }

    future boxed_by_full_paths [ok] {
        #[observe]
        fn work() -> ::std::pin::Pin<::std::boxed::Box<dyn ::std::future::Future<Output = u32> + Send>> {
            ::std::boxed::Box::pin(async move { 1 })
        }
    } => { work() }

    future boxed_after_statements [ok] {
        #[observe]
        fn work(a: Noisy, b: Noisy, c: Noisy) -> Pin<Box<dyn Future<Output = usize> + Send>> {
            let first = noisy("first");
            say("made");
            drop(b);
            Box::pin(async move {
                pause().await;
                a.speak()
            })
        }
    } => { work(noisy("a"), noisy("b"), noisy("c")) }

    future boxed_early_and_late [ok] {
        #[observe]
        fn work(n: u32) -> Pin<Box<dyn Future<Output = u32>>> {
            let local = noisy("local");
            if n == 0 {
                return Box::pin(future::ready(0));
            }
            Box::pin(async move {
                pause().await;
                n
            })
        }
    } => { work(1) }

    future boxed_early [ok] {
        #[observe]
        fn work(n: u32) -> Pin<Box<dyn Future<Output = u32>>> {
            let local = noisy("local");
            if n == 0 {
                return Box::pin(async { pause().await; 0 });
            }
            Box::pin(async move { n })
        }
    } => { work(0) }

    future box_future [error] {
        #[observe]
        fn work(text: &str) -> BoxFuture<'_, Result<u32, String>> {
            async move {
                pause().await;
                text.parse().map_err(|_| text.to_owned())
            }
            .boxed()
        }
    } => { work("x") }

    future box_future_of_a_block [ok] {
        #[observe]
        fn work(a: Noisy) -> BoxFuture<'static, usize> {
            Box::pin(async move {
                pause().await;
                a.speak()
            })
        }
    } => { work(noisy("a")) }

    future local_box_future [ok] {
        #[observe]
        fn work(n: Rc<u32>) -> LocalBoxFuture<'static, u32> {
            Box::pin(async move {
                pause().await;
                *n
            })
        }
    } => { work(Rc::new(1)) }

    future recursion_by_boxes [ok, ok, ok] {
        #[observe]
        fn factorial(n: u64) -> Pin<Box<dyn Future<Output = u64> + Send>> {
            Box::pin(async move {
                pause().await;
                if n == 0 { 1 } else { n * factorial(n - 1).await }
            })
        }
    } => { factorial(2) }

    future method [ok] {
        struct Users(Vec<String>);
        impl Users {
            #[observe]
            fn find<'a>(&'a self, name: &'a str) -> impl Future<Output = Option<&'a String>> + Send + 'a {
                async move {
                    pause().await;
                    self.0.iter().find(|other| *other == name)
                }
            }
        }
    } given { let users = Users(vec!["ada".into()]); } => { users.find("ada") }

    future in_a_trait [ok] {
        trait Store {
            fn get(&self, key: u32) -> impl Future<Output = u32> + Send;
        }
        impl Store for u32 {
            #[observe]
            fn get(&self, key: u32) -> impl Future<Output = u32> + Send {
                async move {
                    pause().await;
                    self + key
                }
            }
        }
    } => { 1.get(2) }

    future patterns [ok] {
        #[observe]
        fn work((a, _): (Noisy, Noisy), _: Noisy) -> impl Future<Output = usize> {
            async move {
                pause().await;
                a.speak()
            }
        }
    } => { work((noisy("a"), noisy("rest")), noisy("ignored")) }

    future panicking [panic] {
        #[observe]
        fn work(a: Noisy) -> impl Future<Output = usize> {
            async move {
                let local = noisy("local");
                pause().await;
                panic!("later {}", a.speak())
            }
        }
    } => { work(noisy("a")) }

    future fields [ok] {
        #[observe(fields(n, text = %text))]
        fn work(n: u32, text: &str) -> Pin<Box<dyn Future<Output = u32> + '_>> {
            let m = n + 1;
            Box::pin(async move {
                pause().await;
                m + text.len() as u32
            })
        }
    } => { work(1, "text") }

    future asynchronous_closure_inside [ok] {
        #[observe]
        fn work(a: Noisy) -> impl Future<Output = usize> {
            let speak = async move |n: usize| {
                pause().await;
                n + a.speak()
            };
            async move { speak(1).await }
        }
    } => { work(noisy("a")) }

    call a_function_that_makes_futures [ok] {
        #[observe]
        fn work() -> impl Fn(u32) -> future::Ready<u32> {
            |n| future::ready(n)
        }
    } => { work()(1).now_or_never() }
}
