//! Every shape of an error says what it is called.
#![deny(warnings)]
#![allow(dead_code)]

use std::borrow::Cow;
use std::fmt::Debug;
use std::marker::PhantomData;
use std::rc::Rc;
use std::sync::Arc;

use hyperion::ErrorType;

#[derive(ErrorType)]
enum Plain {
    Unit,
    Tuple(u8, String),
    EmptyTuple(),
    Named {
        at: u8,
    },
    EmptyNamed {},
    r#Type,
    #[error_type(rename = "shared")]
    Renamed,
    #[error_type(rename = "shared")]
    RenamedToo(u8),
}

#[derive(ErrorType)]
#[error_type(rename_all = "SCREAMING_SNAKE_CASE")]
#[error_type()]
enum Cased {
    HTTPError,
    Http2Error,
    #[error_type(rename = "as it is, größer")]
    Kept,
    #[error_type(inner)]
    Inner(Plain),
}

#[derive(ErrorType)]
struct Unit;

#[derive(ErrorType)]
#[error_type(rename = "renamed")]
struct Renamed<'a, T: ?Sized + Debug, const N: usize>(&'a [u8; N], PhantomData<T>);

#[derive(ErrorType)]
#[error_type(inner)]
struct Newtype<T>(Arc<T>);

#[derive(ErrorType)]
struct Reported {
    at: u8,
    #[error_type(inner)]
    r#source: Box<dyn ErrorType + Send + Sync>,
}

/// No bound where a parameter is not asked.
#[derive(ErrorType)]
enum Generic<'a, T, E>
where
    T: Clone,
{
    Plain(Cow<'a, T>),
    #[error_type(inner)]
    Inner(Rc<E>),
    #[error_type(inner)]
    Borrowed(&'a E),
    #[error_type(inner)]
    Mutable(&'a mut Option2<E>),
}

#[derive(ErrorType)]
#[error_type(inner)]
struct Option2<E>(E);

/// It asks itself.
#[derive(ErrorType)]
enum Chain<E> {
    #[error_type(inner)]
    Last(E),
    #[error_type(inner)]
    Next(Box<Chain<E>>),
    #[error_type(inner)]
    Same(Box<Self>),
}

#[derive(ErrorType)]
enum Never {}

#[derive(ErrorType)]
#[non_exhaustive]
enum One {
    Only,
}

/// A private type in a bound.
struct Hidden<T>(T);

impl<T> ErrorType for Hidden<T> {
    fn error_type(&self) -> &'static str {
        "hidden"
    }
}

pub mod public {
    use super::{ErrorType, Hidden};

    #[derive(ErrorType)]
    #[allow(private_interfaces)]
    pub struct Public<T>(#[error_type(inner)] Hidden<T>);

    impl<T> Public<T> {
        pub fn new(value: T) -> Self {
            Self(Hidden(value))
        }
    }
}

#[derive(ErrorType)]
#[deprecated]
enum Old {
    #[deprecated]
    Variant,
    Field {
        #[deprecated]
        #[error_type(inner)]
        field: Unit,
    },
}

macro_rules! declared {
    ($name:ident, $text:literal, $inner:ty, $variant:ident) => {
        #[derive(ErrorType)]
        enum $name {
            #[error_type(rename = $text)]
            Text,
            #[error_type(inner)]
            $variant($inner),
        }
    };
}

declared!(Declared, "from a macro", Box<Plain>, Inner);

fn of(error: impl ErrorType) -> &'static str {
    error.error_type()
}

fn main() {
    assert_eq!(of(Plain::Unit), "Unit");
    assert_eq!(of(Plain::Tuple(1, String::new())), "Tuple");
    assert_eq!(of(Plain::EmptyTuple()), "EmptyTuple");
    assert_eq!(of(Plain::Named { at: 1 }), "Named");
    assert_eq!(of(Plain::EmptyNamed {}), "EmptyNamed");
    assert_eq!(of(Plain::r#Type), "Type");
    assert_eq!(
        (of(Plain::Renamed), of(Plain::RenamedToo(1))),
        ("shared", "shared")
    );

    assert_eq!(of(Cased::HTTPError), "HTTP_ERROR");
    assert_eq!(of(Cased::Http2Error), "HTTP2_ERROR");
    assert_eq!(of(Cased::Kept), "as it is, größer");
    assert_eq!(of(Cased::Inner(Plain::Unit)), "Unit");

    assert_eq!(of(Unit), "Unit");
    assert_eq!(of(Renamed::<str, 1>(&[1], PhantomData)), "renamed");
    assert_eq!(of(Newtype(Arc::new(Unit))), "Unit");
    let reported = Reported {
        at: 1,
        source: Box::new(Unit),
    };
    assert_eq!(of(reported), "Unit");

    assert_eq!(of(Generic::<'_, u8, Unit>::Plain(Cow::Owned(1))), "Plain");
    assert_eq!(of(Generic::<'_, u8, _>::Inner(Rc::new(Unit))), "Unit");
    assert_eq!(of(Generic::<'_, u8, _>::Borrowed(&Unit)), "Unit");
    assert_eq!(
        of(Generic::<'_, u8, _>::Mutable(&mut Option2(Unit))),
        "Unit"
    );
    assert_eq!(of(Chain::Next(Box::new(Chain::Last(Unit)))), "Unit");

    let never: Option<Never> = None;
    assert!(never.map(of).is_none());
    assert_eq!(of(One::Only), "Only");
    assert_eq!(of(public::Public::new(1)), "hidden");
    assert_eq!(of(Declared::Text), "from a macro");
    assert_eq!(of(Declared::Inner(Box::new(Plain::Unit))), "Unit");
}
