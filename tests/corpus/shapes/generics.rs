//! Parameters of types, lifetimes and constants; opaque types; traits.

use std::collections::HashMap;
use std::fmt::{Debug, Display};
use std::iter;
use std::ops::{Add, Deref};

use futures::{Stream, StreamExt, executor::block_on, stream};

use crate::harness::{Noisy, noisy, say, shapes};

shapes! {
    call a_type [ok, ok] {
        #[observe]
        fn largest<T: PartialOrd + Copy>(items: &[T]) -> Option<T> {
            let mut largest = *items.first()?;
            for &item in items {
                if item > largest {
                    largest = item;
                }
            }
            Some(largest)
        }
    } => { (largest(&[1, 3, 2]), largest::<f32>(&[])) }

    call a_constant [ok] {
        #[observe]
        fn repeat<const N: usize, T: Copy>(item: T) -> [T; N] {
            [item; N]
        }
    } => { repeat::<3, _>('a') }

    call a_where_clause [ok] {
        #[observe]
        fn sum<T>(a: T, b: T) -> T::Output
        where
            T: Add + Clone,
            T::Output: Debug,
        {
            a + b
        }
    } => { sum(1, 2) }

    call a_type_of_no_size [ok] {
        #[observe]
        fn show<T: ?Sized + Display>(item: &T) -> String {
            item.to_string()
        }
    } => { show("text") }

    call a_bound_for_every_lifetime [ok] {
        #[observe]
        fn apply<F>(f: F) -> usize
        where
            F: for<'a> Fn(&'a str) -> &'a str,
        {
            f(&String::from("text")).len()
        }
    } => { apply(|text| &text[1..]) }

    call an_elided_lifetime [ok] {
        #[observe]
        fn trimmed(text: &str) -> &str {
            let text = text.trim();
            text
        }
    } => { trimmed(" text ") }

    call named_lifetimes [ok] {
        #[observe]
        fn longer<'a, 'b: 'a>(a: &'a str, b: &'b str) -> &'a str {
            if a.len() > b.len() { a } else { b }
        }
    } => { longer("one", "three") }

    call a_lifetime_of_a_type [ok] {
        #[derive(Debug)]
        struct Words<'a>(Vec<&'a str>);
        #[observe]
        fn words(text: &str) -> Words<'_> {
            Words(text.split(' ').collect())
        }
    } => { words("a b") }

    call a_static_lifetime [ok] {
        #[observe]
        fn name(n: u32) -> &'static str {
            match n {
                1 => "one",
                _ => return "many",
            }
        }
    } => { name(1) }

    call an_impl_block_with_parameters [ok] {
        struct Cache<'a, K, const N: usize>(HashMap<K, &'a str>);
        impl<'a, K: std::hash::Hash + Eq, const N: usize> Cache<'a, K, N> {
            #[observe]
            fn get<Q>(&self, key: &Q) -> (Option<&'a str>, usize)
            where
                K: std::borrow::Borrow<Q>,
                Q: ?Sized + std::hash::Hash + Eq,
            {
                (self.0.get(key).copied(), N)
            }
        }
    } => { Cache::<_, 7>(HashMap::from([("a".to_owned(), "b")])).get("a") }

    call an_opaque_argument [ok] {
        #[observe]
        fn write(value: impl Display, mut sink: impl FnMut(String)) -> usize {
            let text = value.to_string();
            sink(text.clone());
            text.len()
        }
    } => { write(12, say) }

    call an_opaque_output [ok] {
        #[observe]
        fn shown(n: u32) -> impl Display + Debug {
            n
        }
    } => { shown(3) }

    call an_opaque_output_that_captures_a_lifetime [ok] {
        #[observe]
        fn lengths<'a>(words: &'a [&'a str], by: &u32) -> impl Iterator<Item = usize> + use<'a> {
            let by = *by as usize;
            words.iter().map(move |word| word.len() * by)
        }
    } => { lengths(&["a", "bc"], &2).collect::<Vec<_>>() }

    call an_opaque_output_that_captures_nothing [ok] {
        #[observe]
        fn counter(text: &str) -> impl Fn() -> usize + 'static + use<> {
            let length = text.len();
            move || length
        }
    } given { let count = counter(&String::from("text")); } => { say(count()) }

    call a_closure [ok] {
        #[observe]
        fn adder(n: Noisy) -> impl Fn(usize) -> usize {
            move |m| n.speak() + m
        }
    } => {{ let add = adder(noisy("n")); say(add(1)); add }}

    call a_closure_with_inferred_parameters [ok] {
        #[observe]
        fn measure() -> impl Fn(&str) -> usize {
            |text| text.len()
        }
    } => { measure()("four") }

    call a_boxed_closure [ok, ok] {
        #[observe]
        fn adder(n: u32) -> Box<dyn Fn(u32) -> u32 + Send> {
            if n == 0 {
                return Box::new(|m| m);
            }
            Box::new(move |m| m + n)
        }
    } => { (adder(0)(1), adder(1)(1)) }

    call a_function_pointer [ok] {
        #[observe]
        fn twice() -> fn(u32) -> u32 {
            |n| n * 2
        }
    } => { twice()(4) }

    call an_iterator [ok] {
        #[observe]
        fn evens(limit: u32) -> impl Iterator<Item = u32> + Clone {
            (0..limit).filter(|n| n % 2 == 0)
        }
    } => { evens(5).collect::<Vec<_>>() }

    call an_iterator_as_it_is [ok] {
        #[observe]
        fn evens(limit: std::rc::Rc<u32>) -> impl Iterator<Item = u32> {
            (0..*limit).filter(move |n| n % 2 == 0 && *limit > 0)
        }
    } => { evens(5.into()) }

    call a_boxed_iterator [ok, ok] {
        #[observe]
        fn numbers<'a>(items: &'a [u32]) -> Box<dyn Iterator<Item = u32> + 'a> {
            if items.is_empty() {
                return Box::new(iter::once(0));
            }
            Box::new(items.iter().copied())
        }
    } => { (numbers(&[]).collect::<Vec<_>>(), numbers(&[1, 2]).sum::<u32>()) }

    call a_stream [ok] {
        #[observe]
        fn ticks(n: u32) -> impl Stream<Item = u32> {
            stream::iter(0..n)
        }
    } => { block_on(ticks(3).collect::<Vec<_>>()) }

    call a_stream_with_state [ok] {
        #[observe]
        fn countdown(from: u32, end: Noisy) -> impl Stream<Item = u32> {
            let unused = noisy("local");
            stream::unfold((from, end), |(n, end)| async move {
                let next = n.checked_sub(1)?;
                Some((n, (next, end)))
            })
        }
    } => { block_on(countdown(3, noisy("end")).collect::<Vec<_>>()) }

    call a_trait_method [ok, ok] {
        trait Area {
            fn area(&self) -> f64;
        }
        struct Square(f64);
        impl Area for Square {
            #[observe(component = "Square")]
            fn area(&self) -> f64 {
                self.0 * self.0
            }
        }
        fn of_a_reference(area: &dyn Area) -> f64 {
            area.area()
        }
    } => { (Square(2.0).area(), of_a_reference(&Square(3.0))) }

    call a_default_method [ok, ok] {
        trait Named {
            fn name(&self) -> String;
            #[observe]
            fn greeting(&self, end: char) -> Option<String>
            where
                Self: Debug,
            {
                let name = Some(self.name()).filter(|name| !name.is_empty())?;
                Some(format!("hello {name}{end}"))
            }
        }
        impl Named for u8 {
            fn name(&self) -> String {
                self.to_string()
            }
        }
        impl Named for () {
            fn name(&self) -> String {
                String::new()
            }
        }
    } => { (1.greeting('!'), ().greeting('?')) }

    call a_default_method_of_an_object [ok] {
        trait Named {
            #[observe]
            fn name(&self) -> &str {
                "nobody"
            }
        }
        impl Named for () {}
    } => { (Box::new(()) as Box<dyn Named>).name().to_owned() }

    call an_associated_type [ok, error] {
        trait Parse: Sized {
            type Error;
            fn parse_from(text: &str) -> Result<Self, Self::Error>;
        }
        impl Parse for u8 {
            type Error = std::num::ParseIntError;
            #[observe]
            fn parse_from(text: &str) -> Result<Self, Self::Error> {
                let n = text.parse()?;
                Ok(n)
            }
        }
    } => { (u8::parse_from("1"), u8::parse_from("x")) }

    call a_generic_trait [ok, ok] {
        trait Convert<T> {
            fn convert(&self) -> T;
        }
        impl Convert<String> for u8 {
            #[observe]
            fn convert(&self) -> String {
                self.to_string()
            }
        }
        impl<T: Clone> Convert<Vec<T>> for (T, T) {
            #[observe]
            fn convert(&self) -> Vec<T> {
                vec![self.0.clone(), self.1.clone()]
            }
        }
    } => { (Convert::<String>::convert(&1), (1, 2).convert()) }

    call a_blanket_implementation [ok] {
        trait Shout {
            fn shout(&self) -> String;
        }
        impl<T: ?Sized + AsRef<str>> Shout for T {
            #[observe]
            fn shout(&self) -> String {
                self.as_ref().to_uppercase()
            }
        }
    } => { "quiet".shout() }

    call a_trait_object_argument [ok] {
        #[observe]
        fn total(items: &mut dyn Iterator<Item = u32>, log: &(dyn Fn(&str) + Send)) -> u32 {
            log("summing");
            items.sum()
        }
    } => { total(&mut [1, 2].into_iter(), &|text| say(text)) }

    call an_opaque_output_in_a_trait [ok] {
        trait Source {
            fn items(&self) -> impl Iterator<Item = u32>;
        }
        impl Source for Vec<u32> {
            #[observe]
            fn items(&self) -> impl Iterator<Item = u32> {
                self.iter().map(|n| n + 1)
            }
        }
    } => { vec![1, 2].items().collect::<Vec<_>>() }

    call an_associated_constant [ok] {
        trait Limit {
            const LIMIT: usize;
            #[observe]
            fn limit() -> [u8; 2] {
                [Self::LIMIT as u8; 2]
            }
        }
        impl Limit for () {
            const LIMIT: usize = 2;
        }
    } => { <() as Limit>::limit() }

    call an_inferred_output [ok] {
        #[observe]
        fn count(words: &[&str]) -> HashMap<String, usize> {
            words.iter().map(|word| (word.to_string(), word.len())).collect()
        }
    } => { count(&["ab"]) }

    call a_coerced_output [ok, ok] {
        #[observe]
        fn slice(items: &[u8; 3]) -> &[u8] {
            items
        }
        #[observe]
        fn object(n: &u32) -> &dyn Debug {
            n
        }
    } => { (slice(&[1, 2, 3]), object(&1)) }

    call a_dereferenced_output [ok] {
        #[observe]
        fn text(text: &Box<String>) -> &str {
            text
        }
    } => { text(&Box::new("text".to_owned())) }

    call a_tuple_with_an_opaque_type [ok] {
        #[observe]
        fn pair() -> (impl Fn(u32) -> u32, u32) {
            (|n: u32| n + 1, 2)
        }
    } => {{ let (f, n) = pair(); f(n) }}
}
