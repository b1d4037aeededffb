//! Functions of every shape compile and give what they give without the attribute.
#![deny(warnings)]

use std::cell::Cell;
use std::collections::HashMap;
use std::error::Error;
use std::fmt::{self, Display};
use std::num::ParseIntError;

use hyperion::observe;

#[derive(Debug)]
enum Failure {
    Parse(ParseIntError),
    Empty,
}

impl Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Parse(error) => error.fmt(f),
            Self::Empty => f.write_str("empty"),
        }
    }
}

impl Error for Failure {}

impl From<ParseIntError> for Failure {
    fn from(error: ParseIntError) -> Self {
        Self::Parse(error)
    }
}

#[observe]
fn question_mark(text: &str) -> Result<u32, Failure> {
    if text.is_empty() {
        return Err(Failure::Empty);
    }
    let number = text.parse::<u32>()?;
    Ok(number)
}

#[observe]
fn boxed_error(text: &str) -> Result<u32, Box<dyn Error>> {
    if text == "x" {
        return Err("x".into());
    }
    if text.is_empty() {
        return Err(Box::new(Failure::Empty));
    }
    Ok(text.parse()?)
}

#[observe]
fn option(text: &str) -> Option<char> {
    let first = text.chars().next()?;
    Some(first)
}

type Aliased<T> = std::result::Result<T, Failure>;

#[observe]
fn aliased(ok: bool) -> Aliased<()> {
    if ok { Ok(()) } else { Err(Failure::Empty) }
}

#[observe]
fn inferred_collection(words: &[&str]) -> HashMap<String, usize> {
    words
        .iter()
        .map(|word| ((*word).to_owned(), word.len()))
        .collect()
}

#[observe]
fn coerced() -> Box<dyn Fn(u32) -> u32> {
    Box::new(|n| n + 1)
}

#[observe]
fn coerced_slice(items: &[u8; 3]) -> &[u8] {
    items
}

#[observe]
fn coerced_pointer() -> fn(u32) -> u32 {
    |n| n * 2
}

#[observe]
fn diverges(really: bool) -> u32 {
    if really {
        panic!("really")
    } else {
        return 3;
    }
}

#[observe]
fn only_panics() -> u32 {
    unreachable!("never called")
}

#[observe]
fn never() -> ! {
    std::process::exit(0)
}

#[observe]
fn opaque(numbers: &[u32]) -> impl Iterator<Item = u32> + '_ {
    numbers.iter().map(|n| n + 1)
}

/// The parameter of the closure is inferred from the bounds of the return type.
#[observe]
fn opaque_closure() -> impl Fn(&str) -> usize {
    |text| text.len()
}

#[observe]
fn opaque_inside(ok: bool) -> Result<impl Display, Failure> {
    if ok { Ok(4) } else { Err(Failure::Empty) }
}

#[observe]
fn opaque_argument(value: impl Display, mut sink: impl FnMut(String)) -> usize {
    let text = value.to_string();
    sink(text.clone());
    text.len()
}

#[observe]
fn generic<T: Default + PartialEq, const N: usize>(items: [T; N]) -> usize
where
    T: Clone,
{
    items.iter().filter(|item| **item == T::default()).count() + N
}

#[observe]
fn generic_result<T, E>(result: Result<T, E>) -> Result<T, E> {
    result
}

#[observe]
fn lifetimes<'a, 'b: 'a>(first: &'a str, second: &'b str) -> &'a str {
    if first.is_empty() { second } else { first }
}

#[observe]
fn recursion(n: u64) -> u64 {
    if n == 0 { 1 } else { n * recursion(n - 1) }
}

#[observe]
unsafe fn unsafe_function(pointer: *const u32) -> u32 {
    // SAFETY: the caller gives a pointer to a number.
    unsafe { *pointer }
}

#[observe]
extern "C" fn foreign(n: i32) -> i32 {
    n + 1
}

#[observe]
fn patterns(
    (a, _): (u8, u8),
    [b, ..]: [u8; 2],
    Point { x, y: mut z }: Point,
    _: u8,
    &c: &u8,
    whole @ (_, _): (u8, u8),
) -> u8 {
    z += 1;
    a + b + x + z + c + whole.1
}

struct Point {
    x: u8,
    y: u8,
}

#[observe]
fn reference(ref text: String, mut number: u32) -> u32 {
    number += 1;
    number + text.len() as u32
}

#[observe]
fn conditional(#[cfg(any())] missing: Missing, #[cfg(all())] there: u32) -> u32 {
    there
}

#[observe]
fn lints(#[allow(unused_variables)] unused: u32, #[expect(unused_variables)] expected: u32) -> u32 {
    1
}

#[observe]
fn inner_attribute(unused: u32) -> u32 {
    #![allow(unused_variables)]
    //! Documentation may stand here, too.
    2
}

#[observe]
fn items() -> u32 {
    const N: u32 = 1;
    fn inner() -> u32 {
        N
    }
    inner()
}

#[observe]
fn r#type(r#match: u32) -> u32 {
    r#match
}

struct Stack {
    items: Vec<u32>,
    name: String,
}

impl Stack {
    #[observe]
    fn top(&mut self) -> Option<&mut u32> {
        self.items.last_mut()
    }

    #[observe]
    fn first_or_push(&mut self, item: u32) -> &mut u32 {
        if self.items.is_empty() {
            self.items.push(item);
        }
        &mut self.items[0]
    }

    #[observe]
    fn into_items(self) -> Vec<u32> {
        self.items
    }

    #[observe]
    fn renamed(mut self, name: &str) -> Self {
        self.name = name.to_owned();
        self
    }

    #[observe]
    fn boxed(self: Box<Self>) -> usize {
        self.items.len()
    }

    #[observe]
    fn by_type(self: &Self) -> usize {
        self.items.len()
    }

    #[observe]
    fn new() -> Self {
        Self {
            items: Vec::new(),
            name: String::new(),
        }
    }

    #[observe]
    fn unit(&self) {
        if self.items.is_empty() {
            return;
        }
        let _: usize = self.items.len();
    }
}

trait Service {
    type Item;

    fn serve(&self) -> Self::Item;

    #[observe]
    fn provided(&self) -> Self::Item
    where
        Self: Sized,
    {
        self.serve()
    }
}

impl Service for Stack {
    type Item = usize;

    #[observe(component = "Stack")]
    fn serve(&self) -> Self::Item {
        self.items.len()
    }
}

#[observe]
#[track_caller]
fn tracked(early: bool) -> u32 {
    if early {
        return 0;
    }
    std::panic::Location::caller().line()
}

#[observe]
#[track_caller]
fn tracked_return() -> u32 {
    return std::panic::Location::caller().line();
}

#[observe]
#[track_caller]
fn tracked_unit(line: &Cell<u32>) {
    line.set(std::panic::Location::caller().line());
}

fn main() {
    assert_eq!(question_mark("12").unwrap(), 12);
    assert!(matches!(question_mark("x"), Err(Failure::Parse(_))));
    assert!(matches!(question_mark(""), Err(Failure::Empty)));
    assert!(boxed_error("x").is_err() && boxed_error("").is_err() && boxed_error("y").is_err());
    assert_eq!(boxed_error("1").unwrap(), 1);
    assert_eq!(option("abc"), Some('a'));
    assert!(aliased(true).is_ok() && aliased(false).is_err());
    assert_eq!(inferred_collection(&["ab"])["ab"], 2);
    assert_eq!(coerced()(1), 2);
    assert_eq!(coerced_slice(&[1, 2, 3]).len(), 3);
    assert_eq!(coerced_pointer()(2), 4);
    assert_eq!(diverges(false), 3);
    assert!(std::panic::catch_unwind(|| diverges(true)).is_err());
    let _: fn() -> u32 = only_panics;
    let _: fn() -> ! = never;
    assert_eq!(opaque(&[1, 2]).sum::<u32>(), 5);
    assert_eq!(opaque_closure()("four"), 4);
    assert_eq!(opaque_inside(true).unwrap().to_string(), "4");
    let mut sunk = Vec::new();
    assert_eq!(opaque_argument(12, |text| sunk.push(text)), 2);
    assert_eq!(sunk, ["12"]);
    assert_eq!(generic([0, 1, 0]), 5);
    assert_eq!(generic_result::<u8, ()>(Ok(1)), Ok(1));
    assert_eq!(lifetimes("", "b"), "b");
    assert_eq!(recursion(5), 120);
    // SAFETY: the pointer comes from a reference.
    assert_eq!(unsafe { unsafe_function(&raw const *&5) }, 5);
    assert_eq!(foreign(1), 2);
    assert_eq!(
        patterns((1, 2), [3, 4], Point { x: 5, y: 6 }, 7, &8, (9, 10)),
        1 + 3 + 5 + 7 + 8 + 10
    );
    assert_eq!(reference("ab".to_owned(), 1), 4);
    assert_eq!(conditional(3), 3);
    assert_eq!(lints(1, 2), 1);
    assert_eq!(inner_attribute(1), 2);
    assert_eq!(items(), 1);
    assert_eq!(r#type(3), 3);

    let mut stack = Stack::new();
    *stack.first_or_push(1) += 1;
    *stack.top().unwrap() += 1;
    stack.unit();
    assert_eq!(
        (stack.serve(), stack.provided(), stack.by_type()),
        (1, 1, 1)
    );
    let stack = stack.renamed("other");
    assert_eq!(stack.name, "other");
    assert_eq!(stack.into_items(), [3]);
    assert_eq!(Box::new(Stack::new()).boxed(), 0);

    assert_eq!(tracked(false), line!());
    assert_eq!(tracked(true), 0);
    assert_eq!(tracked_return(), line!());
    let line = Cell::new(0);
    tracked_unit(&line);
    assert_eq!(line.get(), line!() - 1);
}
