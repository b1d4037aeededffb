//! The strictest lints have nothing to say about what the derives write, and no `allow` of its own is needed.
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
    unused_parens,
    unused_qualifications,
    unreachable_code,
    unreachable_pub,
    single_use_lifetimes,
    trivial_casts,
    variant_size_differences,
    deprecated,
    clippy::used_underscore_binding,
    clippy::used_underscore_items
)]

use std::io;

use hyperion::{
    Bounded, Counter, ErrorType, Field, Gauge, Histogram, Label, LabelSet, Metrics, UpDownCounter,
};

/// An error of every shape.
#[derive(Debug, ErrorType)]
#[error_type(rename_all = "snake_case")]
pub enum Failure<'a, E> {
    /// Nothing is held.
    NotFound,
    /// Nothing is held, and a name is shared.
    #[error_type(rename = "not_found")]
    Missing,
    /// A field that is not asked.
    Io(io::ErrorKind),
    /// The one field.
    #[error_type(inner)]
    Inner(E),
    /// The same again.
    #[error_type(inner)]
    Again(E),
    /// A borrow.
    #[error_type(inner)]
    Borrowed(&'a E),
    /// One field of several.
    Several {
        /// The one that is asked.
        #[error_type(inner)]
        source: Box<E>,
        /// Another.
        at: u8,
    },
    /// It asks itself.
    #[error_type(inner)]
    Next(Box<Self>),
    /// An old variant.
    #[deprecated]
    Old,
    /// An old field.
    OldField {
        /// Its.
        #[deprecated]
        #[error_type(inner)]
        source: Timeout,
    },
}

/// An error without cases.
#[derive(Debug, ErrorType)]
pub struct Timeout;

/// An error around another.
#[derive(Debug, ErrorType)]
pub struct Wrapper {
    /// The other.
    #[error_type(inner)]
    pub source: Timeout,
    /// Something else.
    pub at: u8,
}

/// An error that never happens.
#[derive(Debug, ErrorType)]
pub enum Never {}

/// An attribute's value.
#[derive(Clone, Copy, Debug, Field)]
pub struct Id<T>(pub T);

/// Another.
#[derive(Clone, Copy, Debug, Field)]
#[field(debug)]
pub struct Point {
    /// One.
    pub x: u8,
    /// Two.
    #[deprecated]
    pub y: u8,
}

/// One of few.
#[derive(Clone, Copy, Debug, Field)]
pub enum State {
    /// The first.
    Paid,
    /// The same.
    #[field(rename = "paid")]
    Free,
    /// An old variant.
    #[deprecated]
    Old,
}

/// The values of a label.
#[derive(Clone, Copy, Debug, Label)]
pub enum Tier {
    /// The first.
    Free = 4,
    /// The second.
    Paid = 2,
    /// An old variant.
    #[deprecated]
    Old = 1,
}

/// A label with one value.
#[derive(Clone, Copy, Debug, Label)]
#[label(rename_all = "UPPERCASE")]
pub enum One {
    /// The one.
    Only,
}

/// A label with texts that nobody knows in advance.
#[derive(Clone, Copy, Debug, Label)]
pub struct Tenant(Bounded<100>);

/// The same with a name.
#[derive(Clone, Copy, Debug, Label)]
pub(crate) struct Region {
    /// Its.
    text: Bounded<2>,
}

/// Labels.
#[derive(Clone, Copy, Debug, LabelSet)]
pub struct Lookup {
    /// One.
    pub tier: Tier,
    /// Two.
    #[deprecated]
    #[label(rename = "cache.hit")]
    pub hit: bool,
}

/// Metrics of every kind.
#[derive(Debug, Metrics)]
#[metrics(prefix = "user", max_series = 2000, zero)]
pub struct UserMetrics {
    /// Users looked up.
    #[counter(unit = "{user}", zero)]
    pub lookups: Counter<Lookup>,
    /// An old one.
    #[deprecated]
    #[histogram(unit = "s", buckets = [0.1, 1])]
    pub registration: Histogram,
    /// A temperature.
    #[gauge(unit = "Cel")]
    pub temperature: Gauge,
    /// Connections that are open.
    #[up_down_counter]
    pub open: UpDownCounter<(), f64>,
    /// A pool.
    #[metrics(flatten, instance("primary"))]
    pub pool: PoolMetrics,
    /// Nothing of its own.
    #[metrics(flatten)]
    pub all: AllMetrics,
}

/// Metrics of a pool.
#[derive(Debug, Metrics)]
#[metrics(instance_labels(pool))]
pub struct PoolMetrics {
    /// Connections that were opened.
    #[counter]
    pub opened: Counter,
}

/// Metrics of others.
#[derive(Debug, Metrics)]
pub struct AllMetrics {
    /// Another pool.
    #[metrics(flatten, instance("secondary"))]
    pool: PoolMetrics,
}

/// Metrics that nobody but the crate sees, and of which only a part is used.
#[derive(Debug, Metrics)]
pub(crate) struct Inner {
    /// One.
    #[counter]
    calls: Counter,
}

static METRICS: UserMetrics = UserMetrics::new();
static INNER: Inner = Inner::new();

#[test]
fn the_derives_do_what_they_say() {
    let named: [Failure<'_, Timeout>; 3] = [
        Failure::NotFound,
        Failure::Missing,
        Failure::Io(io::ErrorKind::NotFound),
    ];
    assert_eq!(
        named.map(|error| error.error_type()),
        ["not_found", "not_found", "io"]
    );
    let asked = [
        Failure::Inner(Timeout),
        Failure::Again(Timeout),
        Failure::Borrowed(&Timeout),
        Failure::Several {
            source: Box::new(Timeout),
            at: 1,
        },
        Failure::Next(Box::new(Failure::Inner(Timeout))),
    ];
    assert_eq!(asked.map(|error| error.error_type()), ["Timeout"; 5]);
    let wrapper = Wrapper {
        source: Timeout,
        at: 1,
    };
    assert_eq!((wrapper.error_type(), wrapper.at), ("Timeout", 1));
    assert!(None::<Never>.as_ref().map(ErrorType::error_type).is_none());
    assert_eq!((Tier::Free.index(), Tier::Paid.index()), (0, 1));
    assert_eq!(
        (Tier::value(1), One::value(One::Only.index())),
        ("paid", "ONLY")
    );
    assert_eq!(Tenant::from("acme").index(), Tenant::CARDINALITY - 1);
    assert_eq!(Region::from(&String::from("eu")).index(), 2);
    METRICS.open.add(0.5);
    METRICS.all.pool.opened.inc();
    INNER.calls.inc();
    assert_eq!(UserMetrics::SERIES, 6 + 3 + 17 + 17);
}
