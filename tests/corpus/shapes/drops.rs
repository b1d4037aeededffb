//! When arguments, locals, temporaries, fields and captured values are dropped.

use std::cell::RefCell;
use std::mem;
use std::sync::Mutex;

use crate::harness::{Noisy, noisy, pause, say, shapes};

struct Pair {
    left: Noisy,
    right: Noisy,
}

fn pair() -> Pair {
    Pair {
        left: noisy("left"),
        right: noisy("right"),
    }
}

shapes! {
    call arguments [ok] {
        #[observe]
        fn work(a: Noisy, b: Noisy, c: Noisy) -> usize {
            c.speak() + a.speak()
        }
    } => { work(noisy("a"), noisy("b"), noisy("c")) }

    call arguments_without_output [ok] {
        #[observe]
        fn work(a: Noisy, b: Noisy, c: Noisy) {
            c.speak();
        }
    } => { work(noisy("a"), noisy("b"), noisy("c")) }

    call arguments_dropped_by_hand [ok] {
        #[observe]
        fn work(a: Noisy, b: Noisy, c: Noisy) -> usize {
            drop(b);
            let local = noisy("local");
            drop(a);
            local.speak()
        }
    } => { work(noisy("a"), noisy("b"), noisy("c")) }

    call argument_returned [ok] {
        #[observe]
        fn pick(a: Noisy, b: Noisy, c: Noisy) -> Noisy {
            let local = noisy("local");
            b
        }
    } => { pick(noisy("a"), noisy("b"), noisy("c")) }

    call locals [ok] {
        #[observe]
        fn work(a: Noisy) -> usize {
            let first = noisy("first");
            let second = noisy("second");
            {
                let inner = noisy("inner");
            }
            let third = noisy("third");
            first.speak()
        }
    } => { work(noisy("a")) }

    call shadowed_locals [ok] {
        #[observe]
        fn work(a: Noisy) -> usize {
            let a = (noisy("second"), a);
            let a = noisy("third");
            a.speak()
        }
    } => { work(noisy("first")) }

    call ignored_values [ok] {
        #[observe]
        fn work(a: Noisy, b: Noisy) -> usize {
            let _ = noisy("at once");
            let _kept = noisy("kept");
            let _ = a;
            _ = noisy("at once too");
            b.speak()
        }
    } => { work(noisy("a"), noisy("b")) }

    call temporaries [ok] {
        #[observe]
        fn work(a: Noisy) -> usize {
            let n = noisy("in a statement").speak();
            say("between");
            n + match noisy("matched").speak() {
                1.. => noisy("in an arm").speak(),
                _ => 0,
            }
        }
    } => { work(noisy("a")) }

    call a_temporary_at_the_end [ok] {
        #[observe]
        fn work(a: Noisy) -> usize {
            let local = noisy("local");
            noisy("temporary").speak()
        }
    } => { work(noisy("a")) }

    call a_temporary_at_the_end_without_output [ok] {
        #[observe]
        fn work(a: Noisy) {
            let local = noisy("local");
            assert_ne!(noisy("temporary").speak(), 0)
        }
    } => { work(noisy("a")) }

    call a_temporary_at_the_end_under_track_caller [ok] {
        #[observe]
        #[track_caller]
        fn work(a: Noisy) -> usize {
            let local = noisy("local");
            noisy("temporary").speak()
        }
    } => { work(noisy("a")) }

    call a_temporary_that_borrows_a_local [ok] {
        #[observe]
        fn length() -> usize {
            let cell = RefCell::new(noisy("local"));
            cell.borrow().speak()
        }
    } => { length() }

    call a_lock_at_the_end [ok] {
        #[observe]
        fn locked(argument: Noisy) -> usize {
            let mutex = Mutex::new(noisy("inside"));
            mutex.lock().unwrap().speak()
        }
    } => { locked(noisy("argument")) }

    call a_temporary_that_lives_longer [ok] {
        #[observe]
        fn work() -> usize {
            let borrowed = &noisy("extended");
            let tuple = (&noisy("in a tuple"), 1);
            borrowed.speak() + tuple.0.speak()
        }
    } => { work() }

    call temporaries_of_if_let [ok] {
        #[observe]
        fn work(n: Option<usize>) -> usize {
            if let Some(0) = n.map(|n| n + noisy("condition").speak()) {
                1
            } else {
                noisy("else").speak()
            }
        }
    } => { work(Some(1)) }

    call temporaries_of_a_match [ok] {
        #[observe]
        fn work() -> usize {
            match Some(noisy("scrutinee")).as_ref() {
                Some(n) if noisy("guard").speak() > 0 => n.speak(),
                _ => 0,
            }
        }
    } => { work() }

    call fields [ok] {
        #[observe]
        fn work(pair: Pair, other: Noisy) -> usize {
            pair.right.speak()
        }
    } => { work(pair(), noisy("other")) }

    call fields_moved_out [ok] {
        #[observe]
        fn work(pair: Pair, other: Noisy) -> Noisy {
            let moved = pair.right;
            let local = noisy("local");
            moved
        }
    } => { work(pair(), noisy("other")) }

    call fields_of_a_tuple [ok] {
        #[observe]
        fn work(pair: (Noisy, Noisy), other: Noisy) -> usize {
            drop(pair.1);
            other.speak()
        }
    } => { work((noisy("first"), noisy("second")), noisy("other")) }

    call captured_values [ok] {
        #[observe]
        fn work(a: Noisy, b: Noisy) -> usize {
            let by_reference = || a.speak();
            let by_value = {
                let c = noisy("c");
                move || b.speak() + c.speak()
            };
            by_reference() + by_value()
        }
    } => { work(noisy("a"), noisy("b")) }

    call captured_fields [ok] {
        #[observe]
        fn work(pair: Pair) -> usize {
            let speak = move || pair.left.speak();
            say("made");
            speak()
        }
    } => { work(pair()) }

    call what_a_closure_captured [ok] {
        #[observe]
        fn made(a: Noisy, b: Noisy) -> impl FnOnce() -> usize {
            let local = noisy("local");
            move || a.speak()
        }
    } => {{ let f = made(noisy("a"), noisy("b")); say("made"); f() }}

    call on_an_early_return [ok, ok] {
        #[observe]
        fn work(n: u32, a: Noisy) -> Option<usize> {
            let first = noisy("first");
            let second = if n == 0 { None? } else { noisy("second") };
            Some(second.speak())
        }
    } => { (work(0, noisy("a")), work(1, noisy("a"))) }

    call on_an_error [error] {
        #[observe]
        fn work(a: Noisy) -> Result<usize, Noisy> {
            let local = noisy("local");
            Err(noisy("error"))?;
            Ok(a.speak())
        }
    } => { work(noisy("a")) }

    call on_a_panic_in_an_expression [panic] {
        #[observe]
        fn work(a: Noisy, b: Noisy) -> (Noisy, Noisy, usize) {
            let local = noisy("local");
            (a, noisy("temporary"), panic!("half way"))
        }
    } => { work(noisy("a"), noisy("b")) }

    call on_a_break [ok] {
        #[observe]
        fn work(items: Vec<Noisy>) -> usize {
            for item in items {
                let local = noisy("local");
                if item.speak() == 2 {
                    break;
                }
            }
            noisy("after").speak()
        }
    } => { work(vec![noisy("a"), noisy("bb"), noisy("ccc")]) }

    call replaced_and_forgotten [ok] {
        #[observe]
        fn work(mut a: Noisy, b: Noisy) -> Noisy {
            let old = mem::replace(&mut a, noisy("new"));
            mem::forget(b);
            a = noisy("newest");
            old
        }
    } => { work(noisy("a"), noisy("b")) }

    call initialised_later [ok, ok] {
        #[observe]
        fn work(early: bool) -> usize {
            let late;
            let local = noisy("local");
            if early {
                return 0;
            }
            late = noisy("late");
            late.speak()
        }
    } => { (work(true), work(false)) }

    call moved_in_one_branch [ok, ok] {
        #[observe]
        fn work(a: Noisy, b: Noisy, moves: bool) -> usize {
            if moves {
                drop(a);
            }
            let local = noisy("local");
            b.speak()
        }
    } => { (work(noisy("a"), noisy("b"), true), work(noisy("a"), noisy("b"), false)) }

    call boxed_and_in_collections [ok] {
        #[observe]
        fn work(a: Box<Noisy>, b: Vec<Noisy>, c: [Noisy; 2], d: Option<Noisy>) -> usize {
            let [first, _] = c;
            first.speak() + d.map_or(0, |d| d.speak())
        }
    } => {
        work(
            Box::new(noisy("a")),
            vec![noisy("b"), noisy("bb")],
            [noisy("c"), noisy("cc")],
            Some(noisy("d")),
        )
    }

    future arguments_of_a_future [ok] {
        #[observe]
        async fn work(a: Noisy, _: Noisy, (b, _): (Noisy, Noisy), _d: Noisy) -> usize {
            let local = noisy("local");
            pause().await;
            drop(b);
            pause().await;
            a.speak()
        }
    } => { work(noisy("a"), noisy("ignored"), (noisy("b"), noisy("rest")), noisy("d")) }

    future arguments_that_are_not_mentioned [ok] {
        #[observe]
        async fn work(a: Noisy, b: Noisy) {
            pause().await;
        }
    } => { work(noisy("a"), noisy("b")) }

    future fields_moved_out_of_an_argument [ok] {
        #[observe]
        async fn work(pair: Pair, other: Noisy) -> usize {
            drop(pair.left);
            pause().await;
            pair.right.speak()
        }
    } => { work(pair(), noisy("other")) }

    future a_temporary_at_the_end_of_a_future [ok] {
        #[observe]
        async fn work(a: Noisy) -> usize {
            let local = noisy("local");
            pause().await;
            noisy("temporary").speak()
        }
    } => { work(noisy("a")) }

    future a_temporary_across_an_await [ok] {
        async fn shown(n: &Noisy) -> usize {
            pause().await;
            n.speak()
        }
        #[observe]
        async fn work(a: Noisy) -> usize {
            let local = noisy("local");
            shown(&noisy("temporary")).await
        }
    } => { work(noisy("a")) }

    future an_early_return_of_a_future [ok] {
        #[observe]
        async fn work(a: Noisy, stop: bool) -> Option<usize> {
            let first = noisy("first");
            pause().await;
            if stop {
                return None;
            }
            let second = noisy("second");
            pause().await;
            Some(second.speak())
        }
    } => { work(noisy("a"), true) }
}
