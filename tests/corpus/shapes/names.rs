//! Items and names in bodies and around them, also those that the macro uses itself.

use crate::harness::{Noisy, noisy, pause, say, shapes};

shapes! {
    call a_nested_function [ok] {
        #[observe]
        fn outer(n: u32) -> u32 {
            fn inner(n: u32) -> u32 {
                n + 1
            }
            inner(n)
        }
    } => { outer(1) }

    call an_observed_nested_function [ok, ok] {
        #[observe]
        fn outer(n: u32) -> u32 {
            #[observe]
            fn inner(n: u32) -> u32 {
                n + 1
            }
            inner(n)
        }
    } => { outer(1) }

    call a_nested_function_named_path [ok] {
        #[observe]
        fn outer(n: u32) -> u32 {
            fn path() -> u32 {
                10
            }
            path() + n
        }
    } => { outer(1) }

    call an_argument_named_path [ok] {
        #[observe]
        fn outer(path: &str) -> String {
            path.to_owned()
        }
    } => { outer("here") }

    call statics_of_our_name [ok] {
        use std::sync::atomic::{AtomicU32, Ordering};
        #[observe]
        fn count() -> u32 {
            static CALLSITE: AtomicU32 = AtomicU32::new(5);
            const LEVEL: u32 = 3;
            CALLSITE.fetch_add(1, Ordering::Relaxed) + LEVEL
        }
    } => { count() }

    call items_of_our_names_outside [ok] {
        const CALLSITE: u32 = 1;
        static path: u32 = 2;
        struct Callsite;
        struct Call;
        fn observe_future() -> u32 {
            4
        }
        #[observe]
        fn sum() -> u32 {
            let _ = (Callsite, Call);
            CALLSITE + path + observe_future()
        }
    } => { sum() }

    call arguments_of_our_names [ok] {
        #[observe(fields(__call, output = __output))]
        fn sum(__call: u32, __output: u32, __fields: u32, __arg0: u32, _: u32, __arg4: u32) -> u32 {
            __call + __output + __fields + __arg0 + __arg4
        }
    } => { sum(1, 2, 4, 8, 16, 32) }

    call locals_of_our_names [ok] {
        #[observe]
        fn sum(n: u32) -> u32 {
            let __call = n;
            let __output = __call + 1;
            let __entered = __output + 1;
            let call_once = |n: u32| n + 1;
            call_once(__entered)
        }
    } => { sum(1) }

    call locals_of_our_names_in_place [ok] {
        #[observe]
        #[track_caller]
        fn sum(__output: u32) -> u32 {
            let __call = __output;
            let returned = || __call;
            returned()
        }
    } => { sum(1) }

    future names_of_ours_in_a_future [ok] {
        #[observe(fields(__callsite, __fields))]
        async fn sum(__callsite: u32, __fields: u32, __output: u32) -> u32 {
            pause().await;
            let __future = __callsite;
            __future + __fields + __output
        }
    } => { sum(1, 2, 4) }

    call nested_types [ok] {
        #[observe]
        fn work() -> String {
            #[derive(Debug)]
            struct Local<T>(T);
            impl<T> Local<T> {
                const N: usize = 3;
                fn n(&self) -> usize {
                    Self::N
                }
            }
            trait Shown {
                fn shown(&self) -> String;
            }
            impl<T: std::fmt::Debug> Shown for Local<T> {
                fn shown(&self) -> String {
                    format!("{self:?}{}", self.n())
                }
            }
            Local(1).shown()
        }
    } => { work() }

    call an_item_after_its_use [ok] {
        #[observe]
        fn work() -> u32 {
            use later::value;
            return value(N);
            const N: u32 = 3;
            mod later {
                pub(super) fn value(n: u32) -> u32 {
                    n
                }
            }
        }
    } => { work() }

    call a_macro_in_the_body [ok, ok] {
        #[observe]
        fn work(n: u32) -> Option<u32> {
            macro_rules! positive {
                ($n:expr) => {
                    if $n == 0 {
                        return None;
                    } else {
                        $n
                    }
                };
            }
            Some(positive!(n) * 2)
        }
    } => { (work(0), work(1)) }

    call a_macro_around [ok, error] {
        macro_rules! ensure {
            ($condition:expr, $($message:tt)+) => {
                if !$condition {
                    return Err(format!($($message)+));
                }
            };
        }
        #[observe]
        fn work(n: u32) -> Result<u32, String> {
            ensure!(n > 0, "{n} is not positive");
            Ok(n)
        }
    } => { (work(1), work(0)) }

    call standard_macros [ok] {
        #[observe]
        fn work(n: u32) -> (Vec<u32>, String, bool) {
            (vec![n; 2], format!("{n:>3}"), matches!(n, 1..=3))
        }
    } => { work(2) }

    call raw_names [ok] {
        #[observe(fields(r#type, r#match = r#type + 1))]
        fn r#loop(r#type: u32) -> u32 {
            let r#fn = r#type;
            r#fn + 1
        }
    } => { r#loop(1) }

    call a_name_in_another_script [ok] {
        #[observe(fields(größe))]
        fn über(größe: u32) -> u32 {
            größe * 2
        }
    } => { über(2) }

    call shadowed_prelude [ok, ok] {
        #[derive(Debug)]
        struct Option;
        #[derive(Debug)]
        struct Result(u32);
        struct Some;
        struct None;
        struct Ok;
        struct Err;
        struct Box;
        struct Vec;
        struct String;
        #[observe]
        fn option() -> Option {
            let (Some, None, Ok, Err) = (Some, None, Ok, Err);
            Option
        }
        #[observe]
        fn result(n: u32) -> Result {
            let (Box, Vec, String) = (Box, Vec, String);
            Result(n)
        }
    } => { (option(), result(1)) }

    future shadowed_prelude_of_a_future [ok] {
        #[derive(Debug)]
        struct Result(u32);
        struct Future;
        struct Pin;
        struct Send;
        #[observe]
        async fn result(n: u32) -> Result {
            let (Future, Pin, Send) = (Future, Pin, Send);
            pause().await;
            Result(n)
        }
    } => { result(1) }

    call shadowed_primitives [ok] {
        type u64 = ::core::primitive::u8;
        struct bool;
        struct str;
        struct usize;
        #[observe]
        fn work(n: u64) -> u64 {
            let (bool, str, usize) = (bool, str, usize);
            n
        }
    } => { work(255) }

    call modules_of_well_known_names [ok, ok] {
        mod std {}
        mod core {
            pub mod result {}
        }
        mod alloc {}
        mod hyperion {
            pub mod __private {}
        }
        mod hyperion_derive {}
        mod __private {}
        #[observe]
        fn value(n: u32) -> Option<u32> {
            let n = Some(n)?;
            Some(n)
        }
        #[observe(fields(n))]
        fn unit(n: u32) {}
    } => {{ unit(1); value(1) }}

    future modules_of_well_known_names_around_a_future [ok] {
        mod std {}
        mod core {}
        mod hyperion {}
        #[observe(fields(n))]
        async fn value(n: u32) -> u32 {
            pause().await;
            n
        }
    } => { value(1) }

    call macros_of_well_known_names [ok] {
        macro_rules! file {
            () => { compile_error!("not this one") };
        }
        macro_rules! line {
            () => { compile_error!("not this one") };
        }
        macro_rules! concat {
            ($($any:tt)*) => { compile_error!("not this one") };
        }
        macro_rules! stringify {
            ($($any:tt)*) => { compile_error!("not this one") };
        }
        #[observe]
        fn value(n: u32) -> u32 {
            n
        }
    } => { value(1) }

    call methods_of_our_names [ok, error] {
        trait Everything {
            fn enter(&self) {}
            fn fields(&self) {}
            fn finish_with(&self) {}
            fn outcome(&self) {}
        }
        impl<T: ?Sized> Everything for T {}
        #[observe(fields(n))]
        fn value(n: u32) -> Result<u32, String> {
            n.enter();
            n.fields();
            if n == 0 { Err("zero".into()) } else { Ok(n) }
        }
    } => { (value(1), value(0)) }

    call a_function_named_like_a_module [ok] {
        mod load {
            pub fn inner() -> u32 {
                1
            }
        }
        #[observe]
        fn load() -> u32 {
            load::inner()
        }
    } => { load() }

    call a_function_in_a_function_in_a_method [ok, ok] {
        struct Users;
        impl Users {
            #[observe]
            fn all(&self) -> Vec<u32> {
                struct Loader;
                impl Loader {
                    #[observe]
                    fn load(&self) -> Vec<u32> {
                        vec![1]
                    }
                }
                Loader.load()
            }
        }
    } => { Users.all() }

    call another_name_of_the_attribute [ok] {
        use observe as watched;
        #[watched(component = "Renamed", name = "whole", kind = client)]
        fn work() -> u32 {
            1
        }
    } => { work() }

    call a_type_parameter_of_our_name [ok] {
        #[observe]
        fn work<R, F: FnOnce() -> R, P>(call: F, probe: P) -> (R, P) {
            (call(), probe)
        }
    } => { work(|| 1, 2) }

    call a_lifetime_of_our_name [ok] {
        #[observe]
        fn work<'__hyperion, '__body>(a: &'__hyperion str, b: &'__body str) -> &'__hyperion str {
            a
        }
    } => { work("a", "b") }
}
