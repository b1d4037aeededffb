//! Async functions of every shape compile and give what they give without the attribute.
#![deny(warnings)]

use std::error::Error;
use std::fmt::Display;
use std::future::Future;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};

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

fn assert_send<T: Send>(value: T) -> T {
    value
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

#[observe]
async fn unit() {
    pause().await;
}

#[observe]
async fn question_mark(text: &str) -> Result<u32, Box<dyn Error + Send + Sync>> {
    pause().await;
    if text == "x" {
        return Err("x".into());
    }
    let number = text.parse::<u32>()?;
    Ok(number)
}

#[observe]
async fn option(text: &str) -> Option<char> {
    Some(text.chars().next()?)
}

#[observe]
async fn coerced() -> Box<dyn Fn(u32) -> u32 + Send> {
    Box::new(|n| n + 1)
}

#[observe]
async fn inferred() -> Vec<u8> {
    if false {
        return Default::default();
    }
    [1, 2].into_iter().collect()
}

#[observe]
async fn opaque(text: &str) -> impl Display + '_ {
    pause().await;
    text
}

#[observe]
async fn opaque_inside(text: &str) -> Result<impl Display, ()> {
    if text.is_empty() {
        return Err(());
    }
    Ok(text)
}

#[observe]
async fn opaque_argument(value: impl Display + Send, sink: impl FnOnce(String) + Send) -> usize {
    pause().await;
    sink(value.to_string());
    1
}

#[observe]
async fn generic<T: Clone + Send, const N: usize>(items: [T; N]) -> (usize, T)
where
    T: Default,
{
    pause().await;
    (items.len(), T::default())
}

#[observe]
async fn lifetimes<'a>(first: &'a str, _second: &str) -> &'a str {
    pause().await;
    first
}

#[observe(fields(n))]
async fn recursion(n: u64) -> u64 {
    if n == 0 {
        1
    } else {
        n * Box::pin(recursion(n - 1)).await
    }
}

#[observe]
async unsafe fn unsafe_function(pointer: *const u32) -> u32 {
    // SAFETY: the caller gives a pointer to a number.
    unsafe { *pointer }
}

#[observe]
async fn patterns((a, _): (u8, u8), [b, ..]: [u8; 2], _: u8, mut c: u8) -> u8 {
    pause().await;
    c += 1;
    a + b + c
}

#[observe]
async fn panics(really: bool) -> u32 {
    pause().await;
    if really {
        panic!("really")
    }
    return 4;
}

#[observe]
async fn never(count: &mut u32) -> ! {
    loop {
        *count += 1;
        pause().await;
    }
}

/// `#[must_use]` speaks about the output of an `async fn`, and about the future of any other.
#[observe]
#[must_use]
async fn must_use() -> u32 {
    5
}

#[observe(component = "Users", kind = client, fields(user.id = %id, text = ?text, static_text = "x", id))]
async fn fields(id: u64, text: &str) -> usize {
    pause().await;
    text.len() + usize::try_from(id).unwrap_or(0)
}

struct Users {
    names: Vec<String>,
}

impl Users {
    #[observe]
    async fn find(&self, name: &str) -> Option<&String> {
        pause().await;
        self.names.iter().find(|other| *other == name)
    }

    #[observe]
    async fn last(&mut self) -> Option<&mut String> {
        pause().await;
        self.names.last_mut()
    }

    #[observe]
    async fn into_names(self) -> Vec<String> {
        pause().await;
        self.names
    }

    #[observe]
    async fn cleared(mut self) -> Self {
        self.names.clear();
        self
    }

    #[observe]
    async fn pinned(self: Pin<&mut Self>) -> usize {
        pause().await;
        self.names.len()
    }
}

#[allow(async_fn_in_trait)]
trait Store {
    async fn get(&self, key: &str) -> Option<String>;

    /// The implementation may be an `async fn` all the same.
    fn size(&self) -> impl Future<Output = usize> + Send;

    #[observe]
    async fn provided(&self, key: &str) -> String {
        self.get(key).await.unwrap_or_default()
    }
}

impl Store for Users {
    #[observe(component = "Users")]
    async fn get(&self, key: &str) -> Option<String> {
        self.find(key).await.cloned()
    }

    #[observe]
    async fn size(&self) -> usize {
        pause().await;
        self.names.len()
    }
}

fn main() {
    block_on(assert_send(unit()));
    assert_eq!(block_on(assert_send(question_mark("1"))).unwrap(), 1);
    assert!(block_on(question_mark("x")).is_err() && block_on(question_mark("y")).is_err());
    assert_eq!(block_on(option("abc")), Some('a'));
    assert_eq!(block_on(coerced())(1), 2);
    assert_eq!(block_on(inferred()), [1, 2]);
    assert_eq!(block_on(opaque("text")).to_string(), "text");
    assert_eq!(block_on(opaque_inside("text")).unwrap().to_string(), "text");
    let mut sunk = String::new();
    assert_eq!(
        block_on(assert_send(opaque_argument(12, |text| sunk = text))),
        1
    );
    assert_eq!(sunk, "12");
    assert_eq!(block_on(assert_send(generic([1, 2]))), (2, 0));
    let kept = "a".to_owned();
    let found = {
        let shorter = "b".to_owned();
        block_on(lifetimes(&kept, &shorter))
    };
    assert_eq!(found, "a");
    assert_eq!(block_on(recursion(5)), 120);
    // SAFETY: the pointer comes from a reference.
    assert_eq!(block_on(unsafe { unsafe_function(&raw const *&5) }), 5);
    assert_eq!(block_on(patterns((1, 2), [3, 4], 5, 6)), 11);
    assert_eq!(block_on(panics(false)), 4);
    assert!(std::panic::catch_unwind(|| block_on(panics(true))).is_err());
    let mut count = 0;
    {
        let mut future = pin!(never(&mut count));
        for _ in 0..3 {
            assert!(
                future
                    .as_mut()
                    .poll(&mut Context::from_waker(Waker::noop()))
                    .is_pending()
            );
        }
    }
    assert_eq!(count, 3);
    assert_eq!(block_on(must_use()), 5);
    assert_eq!(block_on(assert_send(fields(1, "ab"))), 3);

    let mut users = Users {
        names: vec!["ada".to_owned()],
    };
    assert_eq!(block_on(assert_send(users.find("ada"))).unwrap(), "ada");
    block_on(users.last()).unwrap().push('!');
    assert_eq!(block_on(users.get("ada!")).unwrap(), "ada!");
    assert_eq!(block_on(users.provided("x")), "");
    assert_eq!(block_on(users.size()), 1);
    assert_eq!(block_on(Pin::new(&mut users).pinned()), 1);
    assert_eq!(block_on(users.into_names()), ["ada!"]);
    assert!(
        block_on(Users { names: Vec::new() }.cleared())
            .names
            .is_empty()
    );
}
