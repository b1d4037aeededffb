//! The ways in which control leaves a body.

use std::cell::Cell;
use std::error::Error;
use std::fmt;
use std::num::ParseIntError;
use std::ops::ControlFlow;

use crate::harness::{Noisy, noisy, say, shapes};

#[derive(Debug)]
enum Failure {
    Parse(ParseIntError),
    Empty,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("failure")
    }
}

impl Error for Failure {}

impl From<ParseIntError> for Failure {
    fn from(error: ParseIntError) -> Self {
        Self::Parse(error)
    }
}

shapes! {
    call early_return [ok, ok] {
        #[observe]
        fn sign(n: i32, argument: Noisy) -> &'static str {
            let local = noisy("local");
            if n < 0 {
                return "negative";
            }
            let later = noisy("later");
            "positive"
        }
    } => { (sign(1, noisy("first")), sign(-1, noisy("second"))) }

    call early_return_of_nothing [ok, ok] {
        #[observe]
        fn check(n: i32) {
            let local = noisy("local");
            if n < 0 {
                return;
            }
            say(n);
        }
    } => {{ check(1); check(-1) }}

    call last_return [ok] {
        #[observe]
        fn answer() -> u32 {
            return 42;
        }
    } => { answer() }

    call return_without_semicolon [ok] {
        #[observe]
        fn answer() -> u32 {
            return 42
        }
    } => { answer() }

    call return_in_every_arm [ok, error] {
        #[observe]
        fn answer(n: u32) -> Result<u32, Failure> {
            match n {
                0 => return Err(Failure::Empty),
                n => return Ok(n),
            }
        }
    } => { (answer(1), answer(0)) }

    call return_in_a_return [ok] {
        #[observe]
        fn answer(n: u32) -> u32 {
            return return n;
        }
    } => { answer(2) }

    call question_mark [ok, error] {
        #[observe]
        fn parse(text: &str) -> Result<u32, ParseIntError> {
            let n: u32 = text.parse()?;
            Ok(n + 1)
        }
    } => { (parse("1"), parse("x")) }

    call question_mark_with_conversion [ok, error, error] {
        #[observe]
        fn parse(text: &str) -> Result<u32, Failure> {
            let guard = noisy("guard");
            if text.is_empty() {
                Err(Failure::Empty)?;
            }
            let n = text.parse::<u32>()?;
            Ok(n)
        }
    } => { (parse("1"), parse("x"), parse("")) }

    call question_mark_in_nested_blocks [ok, error] {
        #[observe]
        fn sum(words: &[&str]) -> Result<u32, Failure> {
            let mut sum = 0;
            for word in words {
                let guard = noisy("guard");
                sum += {
                    let n = if word.len() > 1 { word[1..].parse::<u32>()? } else { word.parse()? };
                    n
                };
            }
            Ok(sum)
        }
    } => { (sum(&["1", "x2"]), sum(&["1", "y"])) }

    call question_mark_in_a_closure [ok] {
        #[observe]
        fn count(words: &[&str]) -> usize {
            let parse = |word: &&str| -> Result<u32, Failure> { Ok(word.parse::<u32>()?) };
            words.iter().map(parse).filter_map(Result::ok).count()
        }
    } => { count(&["1", "x"]) }

    call question_mark_on_option [ok, ok] {
        #[observe]
        fn second(text: &str) -> Option<char> {
            let mut letters = text.chars();
            letters.next()?;
            letters.next()
        }
    } => { (second("ab"), second("")) }

    call question_mark_as_last [ok, error] {
        #[observe]
        fn checked(text: &str) -> Result<(), Failure> {
            let n: u32 = text.parse()?;
            Ok(Err::<(), _>(Failure::Empty).or(if n > 0 { Ok(()) } else { Err(Failure::Empty) })?)
        }
    } => { (checked("1"), checked("0")) }

    call control_flow [ok, ok] {
        #[observe]
        fn find(items: &[i32], wanted: i32) -> ControlFlow<usize, ()> {
            items.iter().enumerate().try_for_each(|(index, item)| {
                if *item == wanted { ControlFlow::Break(index) } else { ControlFlow::Continue(()) }
            })?;
            say("not found");
            ControlFlow::Continue(())
        }
    } => { (find(&[1, 2], 2), find(&[1, 2], 3)) }

    call labelled_block [ok, ok] {
        #[observe]
        fn label(n: u32) -> &'static str {
            let found = 'search: {
                if n == 1 {
                    break 'search "one";
                }
                "other"
            };
            found
        }
    } => { (label(1), label(2)) }

    call labelled_loops [ok] {
        #[observe]
        fn pairs(limit: u32) -> Vec<(u32, u32)> {
            let mut pairs = Vec::new();
            'outer: for a in 0..limit {
                for b in 0..limit {
                    if a == b {
                        continue 'outer;
                    }
                    if a + b > 4 {
                        break 'outer;
                    }
                    pairs.push((a, b));
                }
            }
            pairs
        }
    } => { pairs(4) }

    call loop_with_a_value [ok] {
        #[observe]
        fn power(limit: u32) -> u32 {
            let mut n = 1;
            loop {
                n *= 2;
                if n > limit {
                    break n;
                }
            }
        }
    } => { power(100) }

    call return_out_of_a_loop [ok, ok] {
        #[observe]
        fn find(items: &[Noisy], wanted: usize) -> Option<usize> {
            for item in items {
                let guard = noisy("guard");
                if item.speak() == wanted {
                    return Some(wanted);
                }
            }
            None
        }
    } => {{ let items = [noisy("a"), noisy("bb")]; (find(&items, 1), find(&items, 3)) }}

    call endless_loop_with_a_return [ok] {
        #[observe]
        fn count() -> u32 {
            let mut n = 0;
            loop {
                n += 1;
                if n == 3 {
                    return n;
                }
            }
        }
    } => { count() }

    call while_let [ok] {
        #[observe]
        fn drain(mut items: Vec<Noisy>) -> usize {
            let mut count = 0;
            while let Some(item) = items.pop() {
                if item.speak() > 1 {
                    break;
                }
                count += 1;
            }
            count
        }
    } => { drain(vec![noisy("x"), noisy("long"), noisy("y")]) }

    call let_else [ok, error] {
        #[observe]
        fn first(items: &[u32]) -> Result<u32, Failure> {
            let [first, ..] = items else {
                return Err(Failure::Empty);
            };
            Ok(*first)
        }
    } => { (first(&[1]), first(&[])) }

    call let_chains [ok, ok] {
        #[observe]
        fn both(a: Option<u32>, b: Option<u32>) -> Option<u32> {
            if let Some(a) = a && let Some(b) = b && a < b {
                return Some(b - a);
            }
            None
        }
    } => { (both(Some(1), Some(3)), both(Some(1), None)) }

    call diverging_arms [ok, panic] {
        #[observe]
        fn digit(n: u32) -> char {
            match n {
                0..=9 => char::from_digit(n, 10).unwrap(),
                10 => return 'X',
                11 => unreachable!("eleven"),
                _ => panic!("{n} is no digit"),
            }
        }
    } => { (digit(1), digit(12)) }

    call everything_diverges [panic] {
        #[observe]
        fn fail(n: Noisy) -> Result<u32, Failure> {
            panic!("always")
        }
    } => { fail(noisy("n")) }

    call never [panic] {
        #[observe]
        fn fail(n: Noisy) -> ! {
            let local = noisy("local");
            panic!("{}", n.speak())
        }
    } => { fail(noisy("n")) }

    call never_as_a_value [ok] {
        #[observe]
        fn fail(text: &str) -> ! {
            panic!("{text}")
        }
        #[observe]
        fn parse(text: &str) -> u32 {
            text.parse().unwrap_or_else(|_| fail(text))
        }
    } => { parse("1") }

    call unfinished [panic] {
        #[observe]
        fn later() -> Vec<u32> {
            todo!("write this")
        }
    } => { later() }

    call recursion [ok, ok, ok, ok] {
        #[observe]
        fn factorial(n: u64) -> u64 {
            if n == 0 { 1 } else { n * factorial(n - 1) }
        }
    } => { factorial(3) }

    call mutual_recursion [ok, ok, ok] {
        #[observe]
        fn is_even(n: u32) -> bool {
            n == 0 || is_odd(n - 1)
        }
        #[observe]
        fn is_odd(n: u32) -> bool {
            n != 0 && is_even(n - 1)
        }
    } => { is_even(2) }

    call recursion_with_an_error [error, error, error] {
        #[observe]
        fn descend(n: u32) -> Result<(), Box<dyn Error>> {
            if n == 0 {
                return Err("bottom".into());
            }
            descend(n - 1)?;
            Ok(())
        }
    } => { descend(2).map_err(|error| error.to_string()) }

    call closures [ok] {
        #[observe]
        fn count(items: &[u32]) -> u32 {
            let mut calls = Cell::new(0);
            let mut seen = 0;
            let mut add = |n: u32| {
                calls.set(calls.get() + 1);
                if n == 2 {
                    return 0;
                }
                seen += n;
                n
            };
            let sum: u32 = items.iter().map(|n| add(*n)).sum();
            sum + seen + *calls.get_mut()
        }
    } => { count(&[1, 2, 3]) }

    call moving_closure [ok] {
        #[observe]
        fn consume(a: Noisy, b: Noisy, c: Noisy) -> usize {
            let speak = move || b.speak();
            let n = speak();
            drop(speak);
            n + c.speak()
        }
    } => { consume(noisy("a"), noisy("b"), noisy("c")) }

    call assigned_in_branches [ok, ok] {
        #[observe]
        fn choose(first: bool, mut out: String) -> String {
            let text;
            if first {
                text = noisy("first");
            } else {
                text = noisy("second");
                out.push('!');
            }
            out.push_str(&text.speak().to_string());
            out
        }
    } => { (choose(true, String::new()), choose(false, String::new())) }

    call empty_body [ok, ok] {
        #[observe]
        fn nothing() {}
        #[observe]
        fn unit(n: Noisy) -> () {}
    } => {{ nothing(); unit(noisy("n")) }}

    call unit_by_an_expression [ok] {
        #[observe]
        fn assign(n: &mut u32) -> () {
            *n = 3
        }
    } given { let mut n = 1; } => {{ assign(&mut n); n }}
}
