//! Methods that the language and the standard library call.

use std::cmp::Ordering;
use std::collections::hash_map::DefaultHasher;
use std::fmt::{self, Display, Write};
use std::future::Future;
use std::hash::{Hash, Hasher};
use std::ops::{Add, Deref, DerefMut, Index, IndexMut, Neg};
use std::pin::Pin;
use std::str::FromStr;
use std::task::{Context, Poll, Waker};

use futures::{Stream, StreamExt, executor::block_on};

use crate::harness::{Noisy, noisy, pause, say, shapes};

shapes! {
    /// The declaration of the trait has `#[track_caller]`, which goes for every implementation.
    call index_out_of_bounds [panic] {
        struct Grid(Vec<u8>);
        impl Index<usize> for Grid {
            type Output = u8;
            #[observe]
            fn index(&self, index: usize) -> &Self::Output {
                &self.0[index]
            }
        }
    } => { Grid(vec![1])[1] }

    call index_out_of_bounds_mutably [panic] {
        struct Grid(Vec<u8>);
        impl Index<usize> for Grid {
            type Output = u8;
            fn index(&self, index: usize) -> &u8 {
                &self.0[index]
            }
        }
        #[observe]
        impl IndexMut<usize> for Grid {
            fn index_mut(&mut self, index: usize) -> &mut u8 {
                &mut self.0[index]
            }
        }
    } => { Grid(vec![1])[1] = 1 }

    call drop_ [ok, ok] {
        struct Guard(&'static str, Noisy);
        impl Drop for Guard {
            #[observe]
            fn drop(&mut self) {
                say(self.0);
            }
        }
    } => {{ let a = Guard("a", noisy("in a")); let b = Guard("b", noisy("in b")); say("body") }}

    call drop_in_a_panic [ok] {
        struct Guard(Noisy);
        impl Drop for Guard {
            #[observe]
            fn drop(&mut self) {
                self.0.speak();
            }
        }
    } => {{ let guard = Guard(noisy("guard")); panic!("outside") }}

    call display [ok] {
        struct User(&'static str);
        impl Display for User {
            #[observe]
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_char('<')?;
                f.pad(self.0)?;
                f.write_char('>')
            }
        }
    } => { format!("{:>5}", User("ada")) }

    call debug_that_fails [error] {
        struct User;
        impl fmt::Debug for User {
            #[observe]
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                Err(fmt::Error)
            }
        }
    } => { write!(String::new(), "{:?}", User) }

    call iterator [ok, ok, ok] {
        struct Countdown(u32);
        impl Iterator for Countdown {
            type Item = u32;
            #[observe]
            fn next(&mut self) -> Option<Self::Item> {
                self.0 = self.0.checked_sub(1)?;
                Some(self.0)
            }
        }
    } => { Countdown(2).collect::<Vec<_>>() }

    call into_iterator [ok] {
        struct Users(Vec<Noisy>);
        impl IntoIterator for Users {
            type Item = Noisy;
            type IntoIter = std::vec::IntoIter<Noisy>;
            #[observe]
            fn into_iter(self) -> Self::IntoIter {
                self.0.into_iter()
            }
        }
    } => { for user in Users(vec![noisy("ada"), noisy("bob")]) { user.speak(); } }

    call from [ok, error, ok] {
        #[derive(Debug)]
        struct Failure(String);
        impl From<std::num::ParseIntError> for Failure {
            #[observe]
            fn from(error: std::num::ParseIntError) -> Self {
                Self(error.to_string())
            }
        }
        #[observe]
        fn parse(text: &str) -> Result<u32, Failure> {
            Ok(text.parse()?)
        }
    } => { (parse("x"), parse("1")) }

    call from_str [ok, error] {
        #[derive(Debug)]
        struct Id(u32);
        impl FromStr for Id {
            type Err = std::num::ParseIntError;
            #[observe]
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }
    } => { ("1".parse::<Id>(), "".parse::<Id>()) }

    call try_from [error] {
        #[derive(Debug)]
        struct Even(u32);
        impl TryFrom<u32> for Even {
            type Error = String;
            #[observe]
            fn try_from(n: u32) -> Result<Self, <Self as TryFrom<u32>>::Error> {
                let true = n % 2 == 0 else { return Err(format!("{n} is odd")) };
                Ok(Self(n))
            }
        }
    } => { Even::try_from(1) }

    call deref [ok, ok] {
        struct Wrapper(String);
        impl Deref for Wrapper {
            type Target = String;
            #[observe]
            fn deref(&self) -> &String {
                &self.0
            }
        }
        impl DerefMut for Wrapper {
            #[observe]
            fn deref_mut(&mut self) -> &mut String {
                &mut self.0
            }
        }
    } given { let mut text = Wrapper("a".into()); } => {{ text.push('b'); text.len() }}

    call index [ok] {
        struct Grid([u8; 4]);
        impl Index<(usize, usize)> for Grid {
            type Output = u8;
            #[observe]
            fn index(&self, (row, column): (usize, usize)) -> &u8 {
                &self.0[row * 2 + column]
            }
        }
    } => { Grid([1, 2, 3, 4])[(1, 0)] }

    call operators [ok, ok] {
        #[derive(Debug, Clone, Copy)]
        struct Point(i32, i32);
        impl Add for Point {
            type Output = Self;
            #[observe]
            fn add(self, Self(x, y): Self) -> Self {
                Self(self.0 + x, self.1 + y)
            }
        }
        impl Neg for &Point {
            type Output = Point;
            #[observe]
            fn neg(self) -> Point {
                Point(-self.0, -self.1)
            }
        }
    } => { -&(Point(1, 2) + Point(3, 4)) }

    call ordering [ok, ok, ok] {
        #[derive(Debug, PartialEq, Eq)]
        struct Reversed(u32);
        impl PartialOrd for Reversed {
            #[observe]
            fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
                Some(self.cmp(other))
            }
        }
        impl Ord for Reversed {
            #[observe]
            fn cmp(&self, Self(other): &Self) -> Ordering {
                other.cmp(&self.0)
            }
        }
    } => { (Reversed(1) < Reversed(2), Reversed(1).cmp(&Reversed(2))) }

    call hash [ok] {
        struct Name(&'static str);
        impl Hash for Name {
            #[observe]
            fn hash<H: Hasher>(&self, state: &mut H) {
                self.0.to_lowercase().hash(state)
            }
        }
    } => {{ let mut hasher = DefaultHasher::new(); Name("Ada").hash(&mut hasher); hasher.finish() }}

    call clone_and_default [ok, ok] {
        #[derive(Debug)]
        struct Settings(u32);
        impl Default for Settings {
            #[observe]
            fn default() -> Self {
                Self(3)
            }
        }
        impl Clone for Settings {
            #[observe]
            fn clone(&self) -> Self {
                Self(self.0)
            }
        }
    } => { Settings::default().clone() }

    call poll [ok, ok] {
        struct Later(bool);
        impl Future for Later {
            type Output = &'static str;
            #[observe]
            fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
                if std::mem::replace(&mut self.0, true) {
                    return Poll::Ready("later");
                }
                cx.waker().wake_by_ref();
                Poll::Pending
            }
        }
    } => { block_on(Later(false)) }

    call poll_with_a_question_mark [ok, ok] {
        #[observe]
        fn poll(input: Poll<Result<u32, String>>) -> Poll<Result<u32, String>> {
            let n = match input? {
                Poll::Ready(n) => n,
                Poll::Pending => return Poll::Pending,
            };
            Poll::Ready(Ok(n + 1))
        }
    } => { (poll(Poll::Pending), poll(Poll::Ready(Ok(1)))) }

    call poll_next [ok, ok] {
        struct Once(Option<u32>);
        impl Stream for Once {
            type Item = u32;
            #[observe]
            fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<u32>> {
                Poll::Ready(self.0.take())
            }
        }
    } => { block_on(Once(Some(1)).collect::<Vec<_>>()) }

    call write [ok] {
        struct Upper(String);
        impl Write for Upper {
            #[observe]
            fn write_str(&mut self, text: &str) -> fmt::Result {
                self.0.push_str(&text.to_uppercase());
                Ok(())
            }
        }
    } given { let mut upper = Upper(String::new()); } => {{ write!(upper, "a{}", 1); upper.0 }}
}
