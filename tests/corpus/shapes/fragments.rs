//! Functions that a user's macro writes: what it was given as a fragment comes in an invisible group.

use crate::harness::{Noisy, noisy, pause, say, shapes};

shapes! {
    call expressions [ok] {
        macro_rules! product {
            ($name:ident, $a:expr, $b:expr) => {
                #[observe]
                fn $name() -> i32 {
                    $a * $b
                }
            };
        }
        product!(product, 1 + 2, 3 + 4);
    } => { product() }

    call an_expression_as_the_body [ok] {
        macro_rules! constant {
            ($name:ident, $type:ty, $value:expr) => {
                #[observe]
                fn $name() -> $type {
                    $value
                }
            };
        }
        constant!(text, &'static str, { "text" });
    } => { text() }

    call a_block [ok, ok] {
        macro_rules! function {
            ($name:ident $body:block) => {
                #[observe]
                fn $name() -> u32 $body
            };
        }
        function!(work {
            if true {
                return 1;
            }
            2
        });
        function!(other { 2 });
    } => { work() + other() }

    call a_block_without_output [ok] {
        macro_rules! function {
            ($name:ident $body:block) => {
                #[observe]
                fn $name() $body
            };
        }
        function!(work {
            let local = noisy("local");
            assert_ne!(noisy("temporary").speak(), 0)
        });
    } => { work() }

    call a_block_with_a_temporary_at_the_end [ok] {
        macro_rules! function {
            ($name:ident $body:block) => {
                #[observe]
                fn $name(argument: Noisy) -> usize $body
            };
        }
        function!(work {
            let local = noisy("local");
            noisy("temporary").speak()
        });
    } => { work(noisy("argument")) }

    call types [ok, ok] {
        macro_rules! convert {
            ($name:ident($argument:ident: $type:ty) -> $output:ty $body:block) => {
                #[observe(fields($argument))]
                fn $name($argument: $type) -> $output $body
            };
        }
        convert!(widen(n: u32) -> u64 { u64::from(n) });
        convert!(double(n: u64) -> Option<u64> { n.checked_mul(2) });
    } => { (widen(1), double(2)) }

    call a_result_type [ok, error] {
        macro_rules! checked {
            ($name:ident -> $output:ty) => {
                #[observe]
                fn $name(n: u32) -> $output {
                    if n == 0 {
                        return Err("zero".into());
                    }
                    Ok(n)
                }
            };
        }
        checked!(work -> Result<u32, String>);
    } => { (work(1), work(0)) }

    call a_unit_type [ok] {
        macro_rules! with_output {
            ($output:ty) => {
                #[observe]
                fn work(n: Noisy) -> $output {}
            };
        }
        with_output!(());
    } => { work(noisy("n")) }

    call an_opaque_type [ok] {
        macro_rules! with_output {
            ($output:ty) => {
                #[observe]
                fn work() -> $output {
                    |text| text.len()
                }
            };
        }
        with_output!(impl Fn(&str) -> usize);
    } => { work()("four") }

    call a_reference_type [ok] {
        macro_rules! with_types {
            ($type:ty, $object:ty) => {
                #[observe]
                fn work(text: &$type, object: Box<$object>) -> usize {
                    text.len() + object()
                }
            };
        }
        with_types!(str, dyn Fn() -> usize + Send);
    } => { work("text", Box::new(|| 3)) }

    call patterns [ok] {
        macro_rules! function {
            ($name:ident($pattern:pat, $type:ty) $body:expr) => {
                #[observe]
                fn $name($pattern: $type, last: Noisy) -> usize {
                    $body
                }
            };
        }
        function!(work((a, _), (Noisy, Noisy)) a.speak() + 1);
    } => { work((noisy("a"), noisy("rest")), noisy("last")) }

    call a_whole_item [ok] {
        macro_rules! on_item {
            ($item:item) => {
                #[observe(component = "Item")]
                $item
            };
        }
        on_item! {
            /// Documented.
            fn work(n: u32) -> u32 {
                n + 1
            }
        }
    } => { work(1) }

    call literals_and_paths [ok] {
        macro_rules! function {
            ($component:literal, $name:expr, $kind:ident, $key:ident, $value:expr, $visibility:vis) => {
                #[observe(component = $component, name = $name, kind = $kind, fields($key = $value, shown = %$value))]
                $visibility fn work(n: u32) -> u32 {
                    n
                }
            };
        }
        function!("Component", "name", server, key, 1 + 1, pub(crate));
    } => { work(1) }

    call generics [ok] {
        macro_rules! function {
            ($lifetime:lifetime, $type:ident: $bound:path, $output:ty) => {
                #[observe]
                fn work<$lifetime, $type: $bound>(n: &$lifetime $type) -> $output {
                    format!("{n:?}")
                }
            };
        }
        function!('a, T: std::fmt::Debug, String);
    } => { work(&1) }

    call statements [ok, ok] {
        macro_rules! function {
            ($n:ident; $first:stmt; $second:stmt; $result:expr) => {
                #[observe]
                fn work($n: u32) -> Option<u32> {
                    $first;
                    $second;
                    Some($result)
                }
            };
        }
        function!(n; let m = n.checked_sub(1)?; let m = m * 2; m + 1);
    } => { (work(0), work(3)) }

    call a_method_for_each_type [ok, ok] {
        trait Bits {
            fn bits(&self) -> u32;
        }
        macro_rules! implement {
            ($($type:ty),*) => {$(
                impl Bits for $type {
                    #[observe]
                    fn bits(&self) -> u32 {
                        self.count_ones()
                    }
                }
            )*};
        }
        implement!(u8, u16);
    } => { (3_u8.bits(), 7_u16.bits()) }

    call hygiene [ok] {
        macro_rules! function {
            ($argument:ident) => {
                #[observe]
                fn work($argument: u32, n: u32, _unused: u32) -> u32 {
                    let m = 100;
                    $argument + n + m
                }
            };
        }
        function!(m);
    } => { work(1, 2, 3) }

    call a_macro_of_a_macro [ok] {
        macro_rules! outer {
            ($a:expr) => { inner!($a, $a * 2); };
        }
        macro_rules! inner {
            ($a:expr, $b:expr) => {
                #[observe]
                fn work() -> i32 {
                    $a * $b
                }
            };
        }
        outer!(1 + 1);
    } => { work() }

    call tracking_its_caller [ok, panic] {
        macro_rules! function {
            ($name:ident $body:block) => {
                #[observe]
                #[track_caller]
                fn $name(n: u32) -> u32 $body
            };
        }
        function!(work { std::panic::Location::caller().line() });
        function!(fail { panic!("at the caller") });
    } => { work(1) + fail(1) }

    future a_future_with_an_expression [ok] {
        macro_rules! function {
            ($a:expr, $argument:ident: $type:ty) => {
                #[observe]
                async fn work($argument: $type) -> $type {
                    pause().await;
                    $a * $argument
                }
            };
        }
        function!(1 + 2, n: i32);
    } => { work(4) }

    future a_future_with_a_block [ok] {
        macro_rules! function {
            ($name:ident -> $output:ty $body:block) => {
                #[observe]
                async fn $name(a: Noisy) -> $output $body
            };
        }
        function!(work -> Result<usize, String> {
            let local = noisy("local");
            pause().await;
            Ok(noisy("temporary").speak())
        });
    } => { work(noisy("a")) }
}
