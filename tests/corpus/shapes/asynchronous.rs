//! `async fn`, run to its end and dropped at every await point.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::fmt::{Debug, Display};
use std::future::{self, Future, poll_fn};
use std::ops::ControlFlow;
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::sync::{Arc, Mutex};
use std::task::Poll;

use futures::future::{BoxFuture, FutureExt, LocalBoxFuture, join_all, select};
use futures::{Stream, StreamExt, join, pin_mut, select_biased, stream, try_join};

use crate::harness::{Noisy, noisy, pause, say, shapes};

/// Refuses what borrows.
fn is_static<T: 'static>(value: T) -> T {
    value
}

/// Refuses what must stay on its thread.
fn is_send<T: Send>(value: T) -> T {
    value
}

shapes! {
    future plain [ok] {
        #[observe]
        async fn work() -> u32 {
            pause().await;
            1
        }
    } => { work() }

    future never_pending [ok] {
        #[observe]
        async fn work(a: Noisy) -> usize {
            a.speak()
        }
    } => { work(noisy("a")) }

    future empty [ok] {
        #[observe]
        async fn work() {}
    } => { work() }

    future without_output [ok] {
        #[observe]
        async fn work(a: Noisy) {
            let local = noisy("local");
            pause().await;
            a.speak();
        }
    } => { work(noisy("a")) }

    future several_await_points [ok] {
        #[observe]
        async fn work(a: Noisy, b: Noisy) -> usize {
            let first = noisy("first");
            pause().await;
            drop(a);
            let second = noisy("second");
            pause().await;
            {
                let third = noisy("third");
                pause().await;
            }
            pause().await;
            b.speak()
        }
    } => { work(noisy("a"), noisy("b")) }

    future by_reference [ok] {
        struct Users(Vec<String>);
        impl Users {
            #[observe]
            async fn find(&self, name: &str) -> Option<&String> {
                pause().await;
                self.0.iter().find(|other| *other == name)
            }
        }
    } given { let users = Users(vec!["ada".into()]); } => { users.find("ada") }

    future by_mutable_reference [ok] {
        struct Users(Vec<String>);
        impl Users {
            #[observe]
            async fn last(&mut self) -> &mut String {
                pause().await;
                self.0.last_mut().unwrap()
            }
        }
    } given { let mut users = Users(vec!["ada".into()]); } => { users.last() }

    future by_value [ok] {
        struct Users(Noisy, Noisy);
        impl Users {
            #[observe]
            async fn close(self, reason: Noisy) -> usize {
                drop(self.1);
                pause().await;
                reason.speak()
            }
        }
    } => { Users(noisy("first"), noisy("second")).close(noisy("reason")) }

    future by_mutable_value [ok] {
        #[derive(Debug)]
        struct Users(Vec<u32>);
        impl Users {
            #[observe]
            async fn with(mut self, user: u32) -> Self {
                pause().await;
                self.0.push(user);
                self
            }
        }
    } => { Users(Vec::new()).with(1) }

    future by_counted_reference [ok] {
        struct Users(Noisy);
        impl Users {
            #[observe]
            async fn count(self: Arc<Self>) -> usize {
                pause().await;
                self.0.speak()
            }
        }
    } => { is_static(Arc::new(Users(noisy("users"))).count()) }

    future by_reference_to_a_counted_one [ok] {
        struct Users(Noisy);
        impl Users {
            #[observe]
            async fn share(self: &Arc<Self>) -> usize {
                let shared = Arc::clone(self);
                pause().await;
                Arc::strong_count(&shared)
            }
        }
    } => { Arc::new(Users(noisy("users"))).share() }

    future pinned [ok] {
        struct Users(Vec<u32>);
        impl Users {
            #[observe]
            async fn add(mut self: Pin<&mut Self>, user: u32) -> usize {
                pause().await;
                self.0.push(user);
                self.0.len()
            }
        }
    } => { pin!(Users(Vec::new())).add(1) }

    future boxed_self [ok] {
        struct Users(Noisy);
        impl Users {
            #[observe]
            async fn close(self: Box<Self>) -> usize {
                pause().await;
                self.0.speak()
            }
        }
    } => { Box::new(Users(noisy("users"))).close() }

    future patterns [ok] {
        struct Point { x: Noisy, y: Noisy }
        #[observe]
        async fn work(
            (a, _): (Noisy, Noisy),
            Point { x, .. }: Point,
            _: Noisy,
            [b, ..]: [u8; 2],
            &c: &u8,
            mut d: u8,
            whole @ (_, _): (u8, u8),
        ) -> u8 {
            d += 1;
            pause().await;
            x.speak();
            b + c + d + whole.1
        }
    } => {
        work(
            (noisy("a"), noisy("rest")),
            Point { x: noisy("x"), y: noisy("y") },
            noisy("ignored"),
            [1, 2],
            &4,
            8,
            (16, 32),
        )
    }

    future a_reference_in_a_pattern [ok] {
        #[observe]
        async fn work(ref text: String, (ref a, b): (Noisy, Noisy)) -> usize {
            pause().await;
            text.len() + a.speak() + b.speak()
        }
    } => { work("text".into(), (noisy("a"), noisy("b"))) }

    future borrowed_arguments [ok] {
        #[observe]
        async fn work(a: &str, b: &mut Vec<u32>, c: &[Noisy]) -> usize {
            b.push(1);
            pause().await;
            b.push(2);
            a.len() + b.len() + c.len()
        }
    } => { work("a", &mut vec![0], &[noisy("c")]) }

    future borrowed_result [ok] {
        #[observe]
        async fn first<'a>(a: &'a [u32], b: &str) -> Option<&'a u32> {
            pause().await;
            a.first()
        }
    } => { first(&[1], "b") }

    future nothing_borrowed [ok] {
        #[observe]
        async fn work(text: String) -> usize {
            pause().await;
            text.len()
        }
    } => { is_static(is_send(work("text".into()))) }

    future question_mark [error] {
        #[observe]
        async fn work(text: &str, guard: Noisy) -> Result<u32, std::num::ParseIntError> {
            pause().await;
            let n: u32 = text.parse()?;
            pause().await;
            Ok(n)
        }
    } => { work("x", noisy("guard")) }

    future question_mark_on_an_awaited_one [ok, ok] {
        #[observe]
        async fn inner(text: &str) -> Result<u32, std::num::ParseIntError> {
            pause().await;
            text.parse()
        }
        #[observe]
        async fn outer(text: &str) -> Result<u32, Box<dyn std::error::Error>> {
            Ok(inner(text).await? + 1)
        }
    } => { outer("1") }

    future question_mark_on_option [ok] {
        #[observe]
        async fn work(text: &str) -> Option<char> {
            pause().await;
            let first = text.chars().next()?;
            Some(first)
        }
    } => { work("") }

    future control_flow [ok] {
        #[observe]
        async fn work(n: u32) -> ControlFlow<u32, ()> {
            pause().await;
            if n > 0 {
                ControlFlow::Break(n)?;
            }
            ControlFlow::Continue(())
        }
    } => { work(1) }

    future early_return [ok] {
        #[observe]
        async fn work(n: u32) -> u32 {
            let guard = noisy("guard");
            loop {
                pause().await;
                if n > 0 {
                    return n;
                }
            }
        }
    } => { work(1) }

    future cannot_be_sent [ok] {
        #[observe]
        async fn work(a: Rc<Cell<u32>>) -> u32 {
            let b = Rc::clone(&a);
            pause().await;
            b.set(2);
            a.get()
        }
    } => { work(Rc::new(Cell::new(1))) }

    future cannot_be_sent_because_of_a_local [ok] {
        #[observe]
        async fn work(n: u32) -> u32 {
            let cell = Rc::new(RefCell::new(n));
            let borrowed = cell.borrow();
            pause().await;
            *borrowed
        }
    } => { work(1) }

    future can_be_sent_but_not_shared [ok] {
        #[observe(fields(n))]
        async fn work(n: u32, cell: Cell<u8>) -> u8 {
            pause().await;
            cell.get()
        }
    } => { is_send(work(1, Cell::new(2))) }

    future an_output_that_cannot_be_sent [ok] {
        #[observe]
        async fn work() -> Rc<u32> {
            pause().await;
            Rc::new(1)
        }
    } => { work() }

    future holds_a_lock [ok] {
        #[observe]
        async fn work(mutex: &Mutex<Noisy>) -> usize {
            let locked = mutex.lock().unwrap();
            pause().await;
            locked.speak()
        }
    } => { work(&Mutex::new(noisy("inside"))) }

    future join [ok, ok, ok] {
        #[observe]
        async fn part(n: u32, guard: Noisy) -> u32 {
            for _ in 0..n {
                pause().await;
            }
            n
        }
        #[observe]
        async fn whole() -> (u32, u32) {
            join!(part(2, noisy("two")), part(1, noisy("one")))
        }
    } => { whole() }

    future try_join [error, cancelled, error] {
        #[observe]
        async fn part(n: u32, guard: Noisy) -> Result<u32, String> {
            for _ in 0..n {
                pause().await;
            }
            if n == 1 { Err("one".into()) } else { Ok(n) }
        }
        #[observe]
        async fn whole() -> Result<(u32, u32), String> {
            try_join!(part(3, noisy("three")), part(1, noisy("one")))
        }
    } => { whole() }

    future select_the_first [ok, cancelled, ok] {
        #[observe]
        async fn part(n: u32, guard: Noisy) -> u32 {
            for _ in 0..n {
                pause().await;
            }
            n
        }
        #[observe]
        async fn whole() -> u32 {
            let slow = part(3, noisy("slow")).fuse();
            let quick = part(1, noisy("quick")).fuse();
            pin_mut!(slow, quick);
            select_biased! {
                n = slow => n,
                n = quick => n * 10,
            }
        }
    } => { whole() }

    future select_in_a_loop [ok, ok, ok] {
        #[observe]
        async fn part(n: u32) -> u32 {
            for _ in 0..n {
                pause().await;
            }
            n
        }
        #[observe]
        async fn whole() -> u32 {
            let (mut a, mut b) = (Box::pin(part(2).fuse()), Box::pin(part(1).fuse()));
            let mut sum = 0;
            loop {
                select_biased! {
                    n = a => sum += n,
                    n = b => sum += n * 10,
                    complete => break sum,
                }
            }
        }
    } => { whole() }

    future join_in_a_select [ok, ok, cancelled, ok] {
        #[observe]
        async fn part(n: u32, guard: Noisy) -> u32 {
            for _ in 0..n {
                pause().await;
            }
            n
        }
        #[observe]
        async fn whole() -> u32 {
            let both = async { join!(part(1, noisy("a")), part(2, noisy("b"))) };
            let one = part(4, noisy("c"));
            match select(pin!(both), pin!(one)).await {
                futures::future::Either::Left(((a, b), _)) => a + b,
                futures::future::Either::Right((c, _)) => c,
            }
        }
    } => { whole() }

    future many_at_once [ok, ok, ok, ok] {
        #[observe]
        async fn part(n: usize) -> usize {
            for _ in 0..n {
                pause().await;
            }
            n
        }
        #[observe]
        async fn whole() -> Vec<usize> {
            join_all((0..3).map(part)).await
        }
    } => { whole() }

    future a_stream_is_consumed [ok] {
        #[observe]
        async fn sum(numbers: impl Stream<Item = u32>) -> u32 {
            let mut numbers = pin!(numbers);
            let mut sum = 0;
            while let Some(n) = numbers.next().await {
                pause().await;
                sum += n;
            }
            sum
        }
    } => { sum(stream::iter([1, 2, 3])) }

    future a_stream_of_observed_futures [ok, ok, ok] {
        #[observe]
        async fn part(n: u32) -> u32 {
            pause().await;
            n
        }
        #[observe]
        async fn whole() -> Vec<u32> {
            stream::iter([1, 2]).then(part).collect().await
        }
    } => { whole() }

    future recursion [ok, ok, ok] {
        #[observe]
        async fn factorial(n: u64, guard: Noisy) -> u64 {
            pause().await;
            if n == 0 { 1 } else { n * Box::pin(factorial(n - 1, noisy("inner"))).await }
        }
    } => { factorial(2, noisy("outer")) }

    future an_opaque_argument [ok] {
        #[observe]
        async fn work(value: impl Display + Send, mut sink: impl FnMut(String)) -> usize {
            let text = value.to_string();
            pause().await;
            sink(text.clone());
            text.len()
        }
    } => { work(12, say) }

    future a_generic_argument [ok] {
        #[observe]
        async fn work<T: Clone + Debug, F, const N: usize>(item: T, f: F) -> Vec<T>
        where
            F: AsyncFn(&T) -> usize,
        {
            let mut items = Vec::new();
            for _ in 0..f(&item).await + N {
                items.push(item.clone());
            }
            items
        }
    } => { work::<_, _, 1>(1, async |n| *n as usize) }

    future a_future_as_an_argument [ok] {
        #[observe]
        async fn after<F: Future>(future: F, guard: Noisy) -> F::Output {
            pause().await;
            future.await
        }
    } => { after(async { pause().await; noisy("inner").speak() }, noisy("guard")) }

    /// The function keeps its `async`, because `#[must_use]` is then about the value; its own future holds the arguments
    /// beside the one that is observed.
    future arguments_of_what_stays_async [ok] grows 336 {
        #[observe]
        #[must_use]
        async fn work(a: Noisy, _: Noisy, (b, _): (Noisy, Noisy), c: Noisy, large: [u8; 256]) -> usize {
            drop(c);
            let local = noisy("local");
            pause().await;
            a.speak() + large.len()
        }
    } => { work(noisy("a"), noisy("ignored"), (noisy("b"), noisy("rest")), noisy("c"), [0; 256]) }

    /// The same, because of the `impl` in what it gives, which has to capture what it does in an `async fn`.
    future an_opaque_value_of_a_future [ok] grows 272 {
        #[observe]
        async fn work(text: &str, large: [u8; 256]) -> Result<impl std::fmt::Display, String> {
            pause().await;
            if text.is_empty() {
                return Err(String::new());
            }
            Ok(large.len())
        }
    } => { work("text", [0; 256]) }

    /// The same, because only an `async fn` can say that its future gives `!`.
    future large_arguments_of_what_never_returns [panic] grows 256 {
        #[observe]
        async fn work(large: [u8; 256]) -> ! {
            pause().await;
            panic!("{}", large.len())
        }
    } => { work([0; 256]) }

    future an_opaque_output [ok] {
        #[observe]
        async fn work(n: u32) -> impl Display + Debug {
            n
        }
    } => { work(1) }

    future a_coerced_output [ok] {
        #[observe]
        async fn work() -> Box<dyn Debug + Send> {
            pause().await;
            Box::new(1)
        }
    } => { work() }

    future an_inferred_output [ok] {
        #[observe]
        async fn work(n: usize) -> Vec<u8> {
            if n == 0 {
                return Default::default();
            }
            pause().await;
            (0..3).collect()
        }
    } => { work(1) }

    future closures_in_the_body [ok] {
        #[observe]
        async fn work(a: Noisy, b: Noisy) -> usize {
            let plain = |n: usize| n + a.speak();
            let asynchronous = async |n: usize| {
                pause().await;
                n + b.speak()
            };
            asynchronous(plain(1)).await
        }
    } => { work(noisy("a"), noisy("b")) }

    future blocks_in_the_body [ok] {
        #[observe]
        async fn work(a: Noisy) -> Result<usize, String> {
            let inner = async {
                pause().await;
                if a.speak() > 5 {
                    return Err("inner");
                }
                Ok(1)
            };
            let moved = async move {
                let n = noisy("moved");
                pause().await;
                n.speak()
            };
            Ok(inner.await.map_err(str::to_owned)? + moved.await)
        }
    } => { work(noisy("a")) }

    future a_label_in_the_body [ok] {
        #[observe]
        async fn work(items: Vec<Noisy>) -> usize {
            let mut count = 0;
            'outer: for item in items {
                loop {
                    pause().await;
                    count += 1;
                    if item.speak() == 2 {
                        break 'outer;
                    }
                    continue 'outer;
                }
            }
            count
        }
    } => { work(vec![noisy("a"), noisy("bb"), noisy("c")]) }

    future a_hand_written_future_in_the_body [ok] {
        #[observe]
        async fn work(n: u32) -> u32 {
            let mut polls = 0;
            poll_fn(|cx| {
                polls += 1;
                if polls < n { Poll::Pending } else { Poll::Ready(polls) }
            })
            .await
        }
    } => { work(3) }

    future never_done [cancelled] {
        #[observe]
        async fn work(a: Noisy) -> ! {
            loop {
                pause().await;
            }
        }
    } => {
        async {
            let endless = Box::pin(async { work(noisy("a")).await; });
            let ticks = Box::pin(async { pause().await; pause().await });
            drop(select(endless, ticks).await);
        }
    }

    future fields [ok] {
        #[observe(fields(id, name = %name, length = name.len(), "all" = ?(id, name), text = "x"))]
        async fn work(id: u64, name: &str, other: Noisy) -> usize {
            pause().await;
            name.len()
        }
    } => { work(1, "ada", noisy("other")) }

    future fields_of_self [ok] {
        struct Users { name: String }
        impl Users {
            #[observe(fields(user.name = self.name, first = self.name.chars().next().map(u32::from).unwrap_or(0)))]
            async fn work(&self) -> usize {
                pause().await;
                self.name.len()
            }
        }
    } => { Users { name: "ada".into() }.work() }

    future a_large_argument [ok] {
        #[observe]
        async fn work(bytes: [u8; 1024], n: usize) -> u8 {
            pause().await;
            bytes[n]
        }
    } => { work([7; 1024], 1) }

    future a_large_local [ok] {
        #[observe]
        async fn work(n: u8) -> u8 {
            let bytes = [n; 1024];
            pause().await;
            bytes[n as usize]
        }
    } => { work(7) }

    future a_large_output [ok] {
        #[observe]
        async fn work(n: u8) -> [u8; 256] {
            pause().await;
            [n; 256]
        }
    } => { work(7) }

    future a_nested_one [ok, ok, ok] {
        #[observe]
        async fn third(a: Noisy) -> usize {
            let local = noisy("third local");
            pause().await;
            a.speak()
        }
        #[observe]
        async fn second(a: Noisy) -> usize {
            let local = noisy("second local");
            third(a).await
        }
        #[observe]
        async fn first(a: Noisy) -> usize {
            let local = noisy("first local");
            second(a).await
        }
    } => { first(noisy("a")) }

    future a_synchronous_call_inside [ok, error, ok] {
        #[observe]
        fn inner(n: u32) -> Result<u32, String> {
            n.checked_sub(1).ok_or_else(|| "zero".into())
        }
        #[observe]
        async fn outer() -> u32 {
            let n = inner(1).unwrap();
            pause().await;
            inner(n).unwrap_or(7)
        }
    } => { outer() }

    future moved_between_polls [ok, ok] {
        #[observe]
        async fn inner(a: Noisy) -> usize {
            pause().await;
            a.speak()
        }
        #[observe]
        async fn outer(a: Noisy) -> usize {
            let mut boxed = Box::pin(inner(a));
            assert!(futures::poll!(boxed.as_mut()).is_pending());
            let moved = boxed;
            pause().await;
            moved.await
        }
    } => { outer(noisy("a")) }

    future dropped_by_another [cancelled, ok] {
        #[observe]
        async fn inner(a: Noisy) -> usize {
            let local = noisy("local");
            pause().await;
            a.speak()
        }
        #[observe]
        async fn outer() -> usize {
            let mut boxed = Box::pin(inner(noisy("a")));
            let _ = futures::poll!(boxed.as_mut());
            drop(boxed);
            drop(inner(noisy("never polled")));
            pause().await;
            1
        }
    } => { outer() }

    future shared_state [ok] {
        #[observe]
        async fn work(counts: &RefCell<HashMap<String, u32>>, name: &str) -> u32 {
            *counts.borrow_mut().entry(name.to_owned()).or_default() += 1;
            pause().await;
            counts.borrow()[name]
        }
    } => { work(&RefCell::default(), "a") }

    future a_lifetime_of_a_type [ok] {
        #[derive(Clone, Copy)]
        struct Words<'a>(&'a str);
        impl<'a> Words<'a> {
            #[observe]
            async fn first(self) -> Option<&'a str> {
                pause().await;
                self.0.split(' ').next()
            }
            #[observe]
            async fn both<'b>(&self, other: Words<'b>) -> (&'a str, &'b str) {
                pause().await;
                (self.0, other.0)
            }
        }
    } => { Words("a b").first() }

    future a_generic_implementation [ok] {
        struct Cache<K, V>(HashMap<K, V>);
        impl<K: std::hash::Hash + Eq, V: Clone> Cache<K, V> {
            #[observe]
            async fn get_or<F>(&mut self, key: K, make: F) -> V
            where
                F: Future<Output = V>,
            {
                if let Some(value) = self.0.get(&key) {
                    return value.clone();
                }
                let value = make.await;
                self.0.insert(key, value.clone());
                value
            }
        }
    } given { let mut cache = Cache(HashMap::new()); } => {
        cache.get_or(1, async { pause().await; "made" })
    }

}
