//! The strictest lints have nothing to say about an expansion, and no `allow` of its own is needed.
#![deny(
    warnings,
    missing_docs,
    unsafe_code,
    unused,
    nonstandard_style,
    rust_2018_idioms,
    let_underscore,
    clippy::all,
    clippy::pedantic,
    clippy::nursery
)]
#![forbid(
    unused_variables,
    unused_mut,
    unused_braces,
    unused_parens,
    unused_labels,
    unused_must_use,
    unused_qualifications,
    unreachable_code,
    unreachable_pub,
    single_use_lifetimes,
    trivial_casts,
    unit_bindings,
    variant_size_differences,
    clippy::items_after_statements,
    clippy::needless_return,
    clippy::redundant_locals,
    clippy::used_underscore_binding,
    clippy::used_underscore_items
)]

use std::fmt::Display;
use std::io;
use std::marker::PhantomData;

use hyperion::observe;

/// A public type, so that its methods need documentation.
#[derive(Debug, Default)]
pub struct Users {
    names: Vec<String>,
}

impl Users {
    /// Short enough for one line.
    #[observe]
    #[must_use]
    #[rustfmt::skip]
    pub fn count(&self) -> usize { self.names.len() }

    /// As short, and in place.
    #[observe]
    #[must_use]
    #[track_caller]
    #[rustfmt::skip]
    pub fn count_in_place(&self) -> usize { self.names.len() }

    /// As short, and later.
    #[observe]
    #[rustfmt::skip]
    pub async fn count_later(&self) -> usize { self.names.len() }

    /// As short, and nothing is returned.
    #[observe]
    #[rustfmt::skip]
    pub fn ping(&self) { let _: usize = self.names.len(); }

    /// A unit that is returned by the last expression.
    #[observe]
    pub fn clear(&mut self) {
        self.names.clear();
    }

    /// Every form of a field.
    ///
    /// # Errors
    ///
    /// When there are no names.
    #[observe(component = "Users", kind = server, fields(id, user.name = %name, debugged = ?name, op = "add"))]
    pub fn add(
        &mut self,
        id: u64,
        mut name: String,
        _ignored: u8,
        (a, _b): (u8, u8),
    ) -> io::Result<&mut String> {
        if id == 0 {
            return Err(io::Error::other("zero"));
        }
        name.push(char::from(a));
        self.names.push(name);
        self.names
            .last_mut()
            .ok_or_else(|| io::Error::other("none"))
    }

    /// Arguments that only fields are about.
    #[observe(fields(id, text = format!("{name}"), %user))]
    #[must_use]
    pub fn only_fields(&self, id: u64, name: &str, user: &str) -> usize {
        self.names.len()
    }

    /// Arguments that only fields are about, later.
    #[observe(fields(id, name_length = name.len(), %user))]
    pub async fn only_fields_later(&self, id: u64, name: String, (user, _): (&str, u8)) {
        pause().await;
    }

    /// The same, without a pattern.
    #[observe(fields(id, name_length = name.len()))]
    pub async fn only_fields_borrowed(&self, id: u64, name: String) {
        pause().await;
    }

    /// The receiver moves.
    #[observe]
    #[must_use]
    pub fn into_names(self) -> Vec<String> {
        self.names
    }

    /// A future with fields.
    ///
    /// # Errors
    ///
    /// Never.
    #[observe(name = "find", fields(%name))]
    pub async fn find(
        &self,
        name: &str,
        _ignored: u8,
        mut limit: usize,
    ) -> io::Result<Option<&String>> {
        limit += 1;
        pause().await;
        Ok(self.names.iter().take(limit).find(|other| *other == name))
    }

    /// An async function that stays one.
    #[observe]
    #[must_use]
    pub async fn opaque(&self) -> impl Display + use<> {
        pause().await;
        self.names.len()
    }

    /// Inspected in place, with nothing after it.
    #[observe]
    #[track_caller]
    #[must_use]
    pub fn caller(early: bool) -> u32 {
        if early {
            return 0;
        }
        std::panic::Location::caller().line()
    }

    /// # Panics
    ///
    /// Always.
    #[observe]
    #[track_caller]
    pub fn panics<T>(_kind: PhantomData<T>) -> u32 {
        panic!("always")
    }

    /// # Panics
    ///
    /// Always.
    #[observe]
    pub fn panics_in_a_closure() -> u32 {
        panic!("always")
    }

    /// # Panics
    ///
    /// Always.
    #[observe]
    pub async fn panics_later() -> u32 {
        panic!("always")
    }

    /// Never comes back.
    #[observe]
    pub async fn never() -> ! {
        loop {
            pause().await;
        }
    }

    /// Never comes back.
    #[observe]
    pub fn exit() -> ! {
        std::process::exit(0)
    }
}

#[observe]
async fn pause() {
    std::future::ready(()).await;
}

#[observe]
fn generic<T: Clone>(value: &T) -> T {
    value.clone()
}

#[test]
fn the_functions_do_what_they_say() {
    let mut users = Users::default();
    users.ping();
    assert!(users.add(0, String::new(), 0, (0, 0)).is_err());
    assert_eq!(
        users
            .add(1, "ada".to_owned(), 0, (b'!', 0))
            .ok()
            .map(|name| name.as_str()),
        Some("ada!")
    );
    assert_eq!((users.count(), generic(&1)), (1, 1));
    drop(users.find("ada", 0, 1));
    drop((users.opaque(), users.count_later()));
    assert_eq!(users.count_in_place(), 1);
    drop(users.only_fields_later(1, String::new(), ("", 1)));
    drop(users.only_fields_borrowed(1, String::new()));
    assert_eq!(users.only_fields(1, "", ""), 1);
    drop((Users::never(), Users::panics_later(), pause()));
    assert_eq!(Users::caller(false), line!());
    assert_eq!(Users::caller(true), 0);
    let _: [fn() -> u32; 1] = [Users::panics_in_a_closure];
    let _: fn(PhantomData<u8>) -> u32 = Users::panics;
    let _: fn() -> ! = Users::exit;
    assert_eq!(users.into_names(), ["ada!"]);
    Users::default().clear();
}
