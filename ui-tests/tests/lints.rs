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

use std::fmt::{self, Display};
use std::future::{Future, ready};
use std::io;
use std::marker::PhantomData;
use std::pin::Pin;

use hyperion::{ErrorType, Label, SpanContext, observe, span};

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
    #[must_use]
    pub fn panics<T>(_kind: PhantomData<T>) -> u32 {
        panic!("always")
    }

    /// # Panics
    ///
    /// Always.
    #[observe]
    #[must_use]
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
    ready(()).await;
}

#[observe]
fn generic<T: Clone>(value: &T) -> T {
    value.clone()
}

/// The values of a label.
#[derive(Clone, Copy, Debug, Label)]
pub enum Tier {
    /// The first.
    Free,
    /// The second.
    Paid,
}

/// The kinds of failure.
#[derive(Debug, ErrorType)]
pub enum Failure {
    /// Nothing is there.
    NotFound,
    /// Something else.
    Io(io::ErrorKind),
}

impl Failure {
    const fn is_not_found(&self) -> bool {
        matches!(self, Self::NotFound)
    }
}

impl Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("failed")
    }
}

impl std::error::Error for Failure {}

/// A future in a box.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// A public type with an observed block.
#[derive(Debug)]
pub struct Groups {
    count: u32,
}

/// The block has documentation.
#[observe(
    component = "Groups",
    kind = client,
    level = debug,
    log = trace,
    in_flight,
    buckets = [0.1, 1, MAX],
    fields(count = self.count),
    labels(group = true),
    links = [hyperion::current().context()]
)]
impl Groups {
    /// A constant between methods.
    pub const NONE: Self = Self::new(0);

    /// It cannot be observed.
    #[must_use]
    pub const fn new(count: u32) -> Self {
        Self { count }
    }

    /// # Errors
    ///
    /// When the number is zero.
    #[observe(err(ok_if = Failure::is_not_found, error_if = Result::is_err, record = status))]
    pub fn find(&self, id: u32) -> Result<u32, Failure> {
        if id == 0 {
            return Err(Failure::NotFound);
        }
        id.checked_add(self.count)
            .ok_or(Failure::Io(io::ErrorKind::Other))
    }

    /// # Errors
    ///
    /// When the number is zero.
    #[observe(err(
        ok_if = |error| !matches!(error, Failure::Io(_)),
        error_if = |output| matches!(output, Ok(0)),
        record = none
    ))]
    pub async fn find_later(&self, id: u32) -> Result<u32, Failure> {
        pause().await;
        self.find(id)
    }

    /// An argument that only labels are about.
    #[observe(labels(tier, first = matches!(tier, Tier::Free)))]
    #[must_use]
    pub fn labelled(&self, tier: Tier) -> u32 {
        self.count
    }

    /// The same, later.
    #[observe(labels(tier))]
    pub async fn labelled_later(&self, tier: Tier) -> u32 {
        pause().await;
        self.count
    }

    /// Hangs its span below a parent.
    #[observe(parent = parent, links = [parent, parent])]
    #[must_use]
    pub fn hangs(&self, parent: &SpanContext) -> u32 {
        self.count
    }

    /// The same, later.
    #[observe(parent = parent)]
    pub async fn hangs_later(&self, parent: &SpanContext) -> u32 {
        pause().await;
        self.count
    }

    /// Arguments that only the attribute is about, beside a pattern.
    #[observe(parent = parent, labels(first = matches!(tier, Tier::Free)))]
    #[must_use]
    pub fn hangs_beside(&self, parent: &SpanContext, tier: Tier, (count, _): (u32, u8)) -> u32 {
        self.count + count
    }

    /// The same, later.
    #[observe(parent = parent, labels(tier))]
    pub async fn hangs_beside_later(
        &self,
        parent: &SpanContext,
        tier: Tier,
        (count, _): (u32, u8),
    ) -> u32 {
        pause().await;
        self.count + count
    }

    /// Parts of arguments that only the attribute is about.
    #[observe(parent = parent, labels(tier, many = count > 1, named = matches!(tier, Tier::Free)))]
    pub async fn lends_later(
        &self,
        (parent, tier): (SpanContext, Tier),
        (count, kind, _): (u32, u8, u8),
    ) -> u32 {
        pause().await;
        self.count + u32::from(kind)
    }

    /// The same, at once.
    #[observe(parent = parent, links = [&parent], labels(tier))]
    #[must_use]
    pub fn lends(&self, (parent, tier): (SpanContext, Tier), mut kind: u8) -> u32 {
        kind += 1;
        self.count + u32::from(kind)
    }

    /// The same, of a future that is made elsewhere.
    #[observe(fields(count), labels(tier))]
    pub fn lends_elsewhere(
        &self,
        (tier, mut count): (Tier, u32),
    ) -> impl Future<Output = u32> + use<> {
        count += self.count;
        ready(count)
    }

    /// The same, beside a name that is not used.
    #[observe(labels(tier))]
    pub async fn labelled_beside(&self, tier: Tier, _kind: u8) -> u32 {
        pause().await;
        self.count
    }

    /// A future that is made elsewhere.
    #[observe(fields(id))]
    pub fn made_beside(&self, id: u32, _kind: u8) -> impl Future<Output = u32> + use<> {
        ready(self.count)
    }

    /// A future from an `async` block.
    #[observe(root, only(trace, metrics, "audit"))]
    pub fn block(&self, id: u32) -> impl Future<Output = u32> {
        let sum = id + self.count;
        async move {
            pause().await;
            sum
        }
    }

    /// A future that is made elsewhere, of arguments that only the attribute is about.
    #[observe(fields(id, %name), labels(tier))]
    pub fn made(&self, id: u32, name: &str, tier: Tier) -> impl Future<Output = u32> + use<> {
        ready(self.count)
    }

    /// A box around an `async` block.
    #[must_use]
    pub fn boxed(&self, id: u32) -> BoxFuture<'_, u32> {
        Box::pin(async move {
            pause().await;
            id + self.count
        })
    }

    /// A box that is made elsewhere.
    #[observe(exclude(log, "audit"))]
    #[must_use]
    pub fn boxed_elsewhere(&self) -> BoxFuture<'_, Result<u32, Failure>> {
        Box::pin(ready(Err(Failure::NotFound)))
    }

    /// In place.
    #[observe(only(log))]
    #[track_caller]
    #[must_use]
    pub fn in_place(&self) -> u32 {
        self.count
    }

    /// Nothing is left to a default.
    #[observe(name = "whole")]
    #[must_use]
    pub fn whole(&self) -> u32 {
        self.count
    }

    /// Left alone.
    #[observe(skip)]
    #[must_use]
    pub const fn skipped(&self) -> u32 {
        self.count
    }

    /// The receiver moves.
    #[must_use]
    pub fn into_count(self) -> u32 {
        self.count
    }
}

const MAX: f64 = 5.0;

#[observe]
impl Display for Groups {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.count)
    }
}

/// A trait with a method that has a body.
pub trait Load {
    /// The value that is loaded.
    type Item;

    /// Loads.
    #[observe(fields(id))]
    fn load(&self, id: u32) -> Option<Self::Item> {
        None
    }

    /// Loads later.
    fn load_later(&self, id: u32) -> impl Future<Output = Option<Self::Item>> + Send;
}

#[observe(err(error_if = Option::is_none))]
impl Load for Groups {
    type Item = u32;

    fn load(&self, id: u32) -> Option<u32> {
        (id > 0).then_some(self.count)
    }

    async fn load_later(&self, id: u32) -> Option<u32> {
        pause().await;
        (id > 0).then_some(self.count)
    }
}

/// Spans by hand.
#[must_use]
pub fn by_hand(parent: &SpanContext) -> u32 {
    let entered = span!(
        "by hand",
        kind = producer,
        component = "Groups",
        parent = parent,
        links = [parent],
        fields(n = 1, text = "literal", shown = %2, debugged = ?3)
    )
    .enter();
    drop(entered);
    span!("whole", kind = client, level = debug, component = "Groups").in_scope(|| ());
    span!("scope", root).in_scope(|| 1)
}

#[test]
fn the_groups_do_what_they_say() {
    let groups = Groups::NONE;
    assert!(groups.find(0).is_err());
    assert_eq!(groups.find(1).ok(), Some(1));
    drop((groups.find_later(1), groups.labelled_later(Tier::Paid)));
    assert_eq!(groups.labelled(Tier::Free), 0);
    let context = hyperion::current().context();
    assert_eq!(groups.hangs(&context), 0);
    drop((groups.hangs_later(&context), groups.block(1)));
    assert_eq!(groups.hangs_beside(&context, Tier::Free, (1, 0)), 1);
    drop(groups.hangs_beside_later(&context, Tier::Free, (1, 0)));
    drop((
        groups.labelled_beside(Tier::Paid, 0),
        groups.made_beside(1, 0),
    ));
    drop((groups.made(1, "", Tier::Free), groups.boxed(1)));
    drop(groups.boxed_elsewhere());
    assert_eq!((groups.in_place(), groups.skipped()), (0, 0));
    assert_eq!(groups.whole(), 0);
    assert_eq!(groups.to_string(), "0");
    assert_eq!(groups.load(1), Some(0));
    drop(groups.load_later(1));
    assert_eq!(by_hand(&context), 1);
    assert_eq!(groups.into_count(), 0);
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
