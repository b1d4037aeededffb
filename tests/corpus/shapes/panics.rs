//! The payload of a panic, the place it is reported from, and what is dropped on its way.

use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind, panic_any, resume_unwind};

use crate::harness::{Noisy, noisy, pause, say, shapes};

shapes! {
    call message [panic] {
        #[observe]
        fn fail(a: Noisy, b: Noisy) -> u32 {
            let local = noisy("local");
            panic!("a message")
        }
    } => { fail(noisy("a"), noisy("b")) }

    call formatted_message [panic] {
        #[observe]
        fn fail(n: u32) {
            let local = noisy("local");
            panic!("{n} and {n:?}");
        }
    } => { fail(1) }

    call any_payload [panic] {
        #[observe]
        fn fail() -> u32 {
            panic_any(41_u32)
        }
    } => { fail() }

    call payload_of_an_own_type [panic] {
        struct Payload(Noisy);
        #[observe]
        fn fail() -> u32 {
            panic_any(Payload(noisy("payload")))
        }
    } => { fail() }

    call the_same_payload [panic] {
        #[observe]
        fn fail(payload: Box<Noisy>) -> u32 {
            say("resumed");
            resume_unwind(payload)
        }
    } => {{
        let payload = Box::new(noisy("payload"));
        let address = std::ptr::from_ref(&*payload).addr();
        let caught = catch_unwind(AssertUnwindSafe(|| fail(payload))).unwrap_err();
        let caught = caught.downcast::<Noisy>().unwrap();
        std::ptr::from_ref(&*caught).addr() == address
    }}

    call out_of_bounds [panic] {
        #[observe]
        fn third(items: &[u32]) -> u32 {
            items[2]
        }
    } => { third(&[1, 2]) }

    call unwrapped_none [panic] {
        #[observe]
        fn first(items: &[u32]) -> u32 {
            *items
                .first()
                .unwrap()
        }
    } => { first(&[]) }

    call expected_ok [panic] {
        #[observe]
        fn parse(text: &str) -> u32 {
            text.parse().expect("a number")
        }
    } => { parse("x") }

    call assertion [panic] {
        #[observe]
        fn check(n: u32) {
            assert_eq!(n, 2, "n is wrong");
        }
    } => { check(1) }

    call division_by_zero [panic] {
        #[observe]
        fn divide(a: u32, b: u32) -> u32 {
            a / b
        }
    } => { divide(1, 0) }

    call overflow [panic] {
        #[observe]
        fn add(a: u8, b: u8) -> u8 {
            let sum = a + b;
            sum
        }
    } => { add(200, 100) }

    call borrowed_twice [panic] {
        #[observe]
        fn borrow(cell: &RefCell<u32>) -> u32 {
            let first = cell.borrow_mut();
            *cell.borrow_mut()
        }
    } => { borrow(&RefCell::new(1)) }

    call in_a_closure [panic] {
        #[observe]
        fn each(items: &[u32]) -> Vec<u32> {
            let guard = noisy("guard");
            items.iter().map(|n| n.checked_sub(1).expect("positive")).collect()
        }
    } => { each(&[1, 0]) }

    call in_a_destructor [panic] {
        struct Bad;
        impl Drop for Bad {
            fn drop(&mut self) {
                panic!("dropped");
            }
        }
        #[observe]
        fn drops(a: Noisy, bad: Bad, c: Noisy) -> usize {
            a.speak()
        }
    } => { drops(noisy("a"), Bad, noisy("c")) }

    call in_a_destructor_of_a_local [panic] {
        struct Bad(&'static str);
        impl Drop for Bad {
            fn drop(&mut self) {
                panic!("dropped {}", self.0);
            }
        }
        #[observe]
        fn drops(a: Noisy) -> Result<Noisy, ()> {
            let bad = Bad("local");
            Ok(noisy("result"))
        }
    } => { drops(noisy("a")) }

    call caught_inside [ok] {
        #[observe]
        fn catch(n: Noisy) -> bool {
            let caught = catch_unwind(AssertUnwindSafe(|| {
                let inner = noisy("inner");
                panic!("inside {}", n.speak());
            }));
            caught.is_err()
        }
    } => { catch(noisy("n")) }

    call caught_outside [panic, ok] {
        #[observe]
        fn inner(n: Noisy) -> u32 {
            panic!("inner")
        }
        #[observe]
        fn outer(n: Noisy) -> u32 {
            catch_unwind(AssertUnwindSafe(|| inner(n))).unwrap_or(7)
        }
    } => { outer(noisy("n")) }

    call through_several [panic, panic, panic] {
        #[observe]
        fn third(n: Noisy) -> u32 {
            panic!("deep")
        }
        #[observe]
        fn second(n: Noisy) {
            let local = noisy("second local");
            third(n);
        }
        #[observe]
        fn first(n: Noisy) -> u32 {
            let local = noisy("first local");
            second(n);
            1
        }
    } => { first(noisy("n")) }

    call in_an_argument [ok] {
        #[observe]
        fn never_called(a: Noisy, n: u32) -> u32 {
            n
        }
        #[observe]
        fn called() -> Noisy {
            noisy("argument")
        }
    } => { never_called(called(), panic!("before the call")) }

    call with_the_file_that_a_macro_names [ok] {
        #[observe]
        fn place() -> (&'static str, u32, u32, &'static str) {
            (file!(), line!(), column!(), module_path!().split("::").nth(3).unwrap())
        }
    } => { place() }

    future before_the_first_await [panic] {
        #[observe]
        async fn fail(a: Noisy) -> u32 {
            let local = noisy("local");
            panic!("at once")
        }
    } => { fail(noisy("a")) }

    future after_an_await [panic] {
        #[observe]
        async fn fail(a: Noisy, b: Noisy) -> u32 {
            let local = noisy("local");
            pause().await;
            panic!("later {}", b.speak())
        }
    } => { fail(noisy("a"), noisy("b")) }

    future with_a_payload_after_an_await [panic] {
        #[observe]
        async fn fail() {
            pause().await;
            panic_any(42_u32);
        }
    } => { fail() }

    future through_several_futures [panic, panic] {
        #[observe]
        async fn inner(n: Noisy) -> u32 {
            pause().await;
            panic!("inner")
        }
        #[observe]
        async fn outer(n: Noisy) -> u32 {
            let local = noisy("local");
            inner(n).await + 1
        }
    } => { outer(noisy("n")) }

    future in_a_destructor_when_cancelled [ok] {
        struct Bad(bool);
        impl Drop for Bad {
            fn drop(&mut self) {
                assert!(self.0, "cancelled");
            }
        }
        #[observe]
        async fn work(a: Noisy) -> u32 {
            let mut bad = Bad(false);
            pause().await;
            bad.0 = true;
            1
        }
    } => { work(noisy("a")) }
}
