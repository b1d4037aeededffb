//! A label of texts, in every shape.
#![deny(warnings)]

use hyperion::{Bounded, Label};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Label)]
struct Tenant(Bounded<2>);

#[derive(Clone, Copy, Label)]
struct Region {
    text: hyperion::Bounded<{ 1 + 1 }>,
}

macro_rules! declared {
    ($name:ident, $ty:ty) => {
        #[derive(Label)]
        struct $name($ty);
    };
}

declared!(Declared, Bounded<7>);

fn main() {
    assert_eq!((Tenant::CARDINALITY, Region::CARDINALITY, Declared::CARDINALITY), (3, 3, 8));
    let name = String::from("acme");
    assert_eq!(Tenant::from(&name), Tenant::from("acme"));
    for text in ["acme", "", "globex", "initech", "acme"] {
        let (tenant, region) = (Tenant::from(text), Region::from(text));
        assert!(tenant.index() < Tenant::CARDINALITY && region.index() < Region::CARDINALITY);
        let value = Tenant::value(tenant.index());
        assert!(value == text || value == "_OTHER", "{value}");
    }
    assert_eq!(Tenant::value(2), "_OTHER");
}
