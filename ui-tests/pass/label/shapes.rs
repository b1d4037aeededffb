//! Every shape of an enum without fields is a label.
#![deny(warnings)]
#![allow(dead_code)]

use hyperion::Label;

#[derive(Label)]
enum Plain {
    Free,
    PaidMonthly,
    r#Type,
    EmptyTuple(),
    EmptyNamed {},
    #[label(rename = "as it is")]
    Renamed,
}

/// The index is the place of the variant, and not its discriminant.
#[derive(Clone, Copy, Label)]
#[repr(i8)]
enum Numbered {
    Third = 3,
    Negative = -1,
    First = 1,
}

#[derive(Label)]
#[label(rename_all = "kebab-case")]
#[non_exhaustive]
enum Cased {
    HTTPError,
    #[label(rename = "Kept")]
    Renamed,
}

#[derive(Label)]
#[deprecated]
enum Old {
    #[deprecated]
    Variant,
}

#[derive(Label)]
#[label(rename_all = "lowercase")]
enum Conditional {
    #[cfg(any())]
    Absent,
    #[cfg_attr(all(), label(rename = "there"))]
    Present,
}

macro_rules! declared {
    ($name:ident, $($variant:ident = $text:literal),*) => {
        #[derive(Label)]
        enum $name {
            $(#[label(rename = $text)] $variant),*
        }
    };
}

declared!(Declared, One = "1", Two = "2");

fn text<L: Label>(label: L) -> (usize, &'static str) {
    assert!(label.index() < L::CARDINALITY);
    (label.index(), L::value(label.index()))
}

fn main() {
    assert_eq!(Plain::CARDINALITY, 6);
    assert_eq!(text(Plain::Free), (0, "free"));
    assert_eq!(text(Plain::PaidMonthly), (1, "paid_monthly"));
    assert_eq!(text(Plain::r#Type), (2, "type"));
    assert_eq!(text(Plain::EmptyTuple()), (3, "empty_tuple"));
    assert_eq!(text(Plain::EmptyNamed {}), (4, "empty_named"));
    assert_eq!(text(&Plain::Renamed), (5, "as it is"));
    assert_eq!([Plain::value(6), Plain::value(usize::MAX)], ["_OTHER"; 2]);

    assert_eq!(text(Numbered::Third), (0, "third"));
    assert_eq!(text(Numbered::Negative), (1, "negative"));
    assert_eq!(text(&&Numbered::First), (2, "first"));
    assert_eq!(Numbered::Negative as i8, -1);

    assert_eq!(text(Cased::HTTPError), (0, "http-error"));
    assert_eq!(text(Cased::Renamed), (1, "Kept"));
    assert_eq!(text(Conditional::Present), (0, "there"));
    assert_eq!(text(Declared::Two), (1, "2"));
    assert_eq!((text(false), text(true)), ((0, "false"), (1, "true")));

    const SERIES: usize = Plain::CARDINALITY * <&Numbered>::CARDINALITY * bool::CARDINALITY;
    assert_eq!(SERIES, 36);
}
