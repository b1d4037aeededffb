//! The macro's tokens follow the rules of its own edition, the user's follow theirs.

use std::cell::RefCell;
use std::future::Future;
use std::pin::pin;
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

struct Users {
    names: Vec<String>,
}

impl Users {
    /// The future captures two lifetimes that nothing in its type names.
    #[observe]
    async fn find(&self, name: &str) -> bool {
        self.names.iter().any(|other| other == name)
    }

    #[observe(fields(%name))]
    async fn get<'a>(&'a self, name: &str) -> Option<&'a str> {
        self.names
            .iter()
            .find(|other| *other == name)
            .map(String::as_str)
    }
}

#[test]
fn a_future_captures_every_lifetime() {
    let users = Users {
        names: vec!["ada".to_owned()],
    };
    let name = "ada".to_owned();
    assert!(block_on(users.find(&name)));
    let found = block_on(users.get(&name));
    drop(name);
    assert_eq!(found, Some("ada"));
}

thread_local!(static DROPPED: RefCell<Vec<&'static str>> = const { RefCell::new(Vec::new()) });

struct Noisy(&'static str);

impl Noisy {
    fn len(&self) -> usize {
        self.0.len()
    }
}

impl Drop for Noisy {
    fn drop(&mut self) {
        DROPPED.with(|dropped| dropped.borrow_mut().push(self.0));
    }
}

/// Before edition 2024 the temporaries of the last expression are dropped after the variables of the block.
fn plain(_argument: Noisy) -> usize {
    let _variable = Noisy("variable");
    Noisy("temporary").len()
}

#[observe]
fn observed(_argument: Noisy) -> usize {
    let _variable = Noisy("variable");
    Noisy("temporary").len()
}

#[observe]
#[track_caller]
fn tracked(_argument: Noisy) -> usize {
    let _variable = Noisy("variable");
    Noisy("temporary").len()
}

#[observe]
#[expect(
    clippy::semicolon_if_nothing_returned,
    reason = "the last expression is what is tested"
)]
fn unit(_argument: Noisy) {
    let _variable = Noisy("variable");
    assert_ne!(Noisy("temporary").len(), 0)
}

#[observe]
async fn future(_argument: Noisy) -> usize {
    let _variable = Noisy("variable");
    Noisy("temporary").len()
}

#[test]
fn temporaries_live_as_long_as_the_users_edition_says() {
    let taken = || DROPPED.with(|dropped| std::mem::take(&mut *dropped.borrow_mut()));
    plain(Noisy("argument"));
    let expected = taken();
    assert_eq!(expected, ["variable", "temporary", "argument"]);
    observed(Noisy("argument"));
    assert_eq!(taken(), expected);
    tracked(Noisy("argument"));
    assert_eq!(taken(), expected);
    block_on(future(Noisy("argument")));
    assert_eq!(taken(), expected);
    unit(Noisy("argument"));
    assert_eq!(taken(), expected);
}

mod gen {
    use hyperion::observe;

    /// A name that is a keyword in edition 2024.
    #[observe]
    pub(super) fn gen(gen: u32) -> u32 {
        gen + 1
    }
}

#[test]
fn names_that_are_keywords_later_stay_names() {
    assert_eq!(gen::gen(1), 2);
}
