//! Fragments that `macro_rules!` grouped stay grouped, and its names stay its own.
#![deny(warnings)]

use hyperion::observe;

macro_rules! arithmetic {
    ($name:ident, $a:expr, $b:expr) => {
        #[observe]
        fn $name() -> i32 {
            $a * $b
        }
    };
}

arithmetic!(product, 1 + 2, 3 + 4);

macro_rules! whole {
    ($visibility:vis $name:ident($argument:ident: $type:ty) -> $output:ty $body:block) => {
        #[observe(name = "whole", fields($argument))]
        $visibility fn $name($argument: $type) -> $output $body
    };
}

whole!(pub(crate) doubled(n: i32) -> i32 { n * 2 });

macro_rules! on_item {
    ($item:item) => {
        #[observe(component = "Item")]
        $item
    };
}

on_item! {
    fn item(n: i32) -> i32 {
        n + 1
    }
}

on_item! {
    /// Documented.
    pub async fn async_item(n: i32) -> i32 {
        n + 1
    }
}

macro_rules! arguments {
    ($component:literal, $name:expr, $kind:ident, $key:ident, $value:expr) => {
        #[observe(component = $component, name = $name, kind = $kind, fields($key = $value, shown = %$value))]
        fn arguments(n: i32) -> i32 {
            n
        }
    };
}

arguments!("Component", "name", server, key, 1 + 1);

macro_rules! patterns {
    ($pattern:pat, $type:ty, $body:expr) => {
        #[observe]
        fn patterns($pattern: $type) -> i32 {
            $body
        }
    };
}

patterns!((a, b), (i32, i32), a - b);

macro_rules! unit_body {
    ($body:block) => {
        #[observe]
        fn unit_body() $body
    };
}

unit_body!({ assert_ne!(1, 2) });

/// The macro's own variable is not the argument of the same name.
macro_rules! hygiene {
    ($argument:ident) => {
        #[observe]
        fn hygiene($argument: i32, n: i32, _unused: i32) -> i32 {
            let m = 100;
            $argument + n + m
        }
    };
}

hygiene!(m);

macro_rules! tracked {
    ($a:expr, $body:block) => {
        #[observe]
        #[track_caller]
        fn tracked() -> i32 $body

        #[observe]
        async fn tracked_future() -> i32 {
            $a * 2
        }
    };
}

tracked!(1 + 1, { 7 });

fn main() {
    assert_eq!(product(), 21);
    assert_eq!(doubled(2), 4);
    assert_eq!(item(1), 2);
    drop(async_item(1));
    assert_eq!(arguments(1), 1);
    assert_eq!(patterns((5, 3)), 2);
    unit_body();
    assert_eq!(hygiene(1, 2, 3), 103);
    assert_eq!(tracked(), 7);
    drop(tracked_future());
}
