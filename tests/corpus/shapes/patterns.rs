//! Parameters that are patterns.

use crate::harness::{Noisy, noisy, pause, say, shapes};

shapes! {
    call tuple [ok] {
        #[observe]
        fn sum((a, b): (u32, u32)) -> u32 {
            a + b
        }
    } => { sum((1, 2)) }

    call tuple_in_part [ok] {
        #[observe]
        fn first((a, _): (Noisy, Noisy), other: Noisy) -> usize {
            a.speak()
        }
    } => { first((noisy("a"), noisy("rest")), noisy("other")) }

    call tuple_with_a_rest [ok] {
        #[observe]
        fn ends((a, .., z): (Noisy, Noisy, Noisy, Noisy)) -> (Noisy, Noisy) {
            (z, a)
        }
    } => { ends((noisy("a"), noisy("b"), noisy("c"), noisy("z"))) }

    call structure [ok] {
        struct Point { x: Noisy, y: Noisy, z: Noisy }
        #[observe]
        fn x(Point { x, z: depth, .. }: Point, last: Noisy) -> usize {
            x.speak() + depth.speak()
        }
    } => { x(Point { x: noisy("x"), y: noisy("y"), z: noisy("z") }, noisy("last")) }

    call tuple_structure [ok] {
        struct Json<T>(T);
        #[observe]
        fn handle(Json(body): Json<String>) -> String {
            body
        }
    } => { handle(Json("body".into())) }

    call wildcard [ok] {
        #[observe]
        fn ignore(first: Noisy, _: Noisy, last: Noisy) -> usize {
            last.speak()
        }
    } => { ignore(noisy("first"), noisy("ignored"), noisy("last")) }

    call several_wildcards [ok] {
        #[observe]
        fn ignore(_: Noisy, _: Noisy, _: Noisy) -> bool {
            say("body");
            true
        }
    } => { ignore(noisy("first"), noisy("second"), noisy("third")) }

    call unused_names [ok] {
        #[observe]
        fn ignore(_first: Noisy, __second: Noisy, _: Noisy, mut _third: Noisy) -> bool {
            say("body");
            true
        }
    } => { ignore(noisy("first"), noisy("second"), noisy("ignored"), noisy("third")) }

    call mutable [ok] {
        #[observe]
        fn grow(mut items: Vec<u32>, mut n: u32) -> Vec<u32> {
            n += 1;
            items.push(n);
            items
        }
    } => { grow(vec![1], 1) }

    call mutable_inside [ok] {
        #[observe]
        fn grow((mut a, [mut b, _]): (u32, [u32; 2])) -> u32 {
            a += 1;
            b += a;
            a + b
        }
    } => { grow((1, [2, 3])) }

    call by_reference [ok] {
        #[observe]
        fn length(ref text: String, n: Noisy) -> usize {
            n.speak() + text.len()
        }
    } => { length("text".into(), noisy("n")) }

    call by_reference_in_a_tuple [ok] {
        #[observe]
        fn speak((ref a, b): (Noisy, Noisy)) -> usize {
            a.speak() + b.speak()
        }
    } => { speak((noisy("a"), noisy("b"))) }

    call slice [ok] {
        #[observe]
        fn ends([first, .., last]: [u32; 4]) -> u32 {
            first * last
        }
    } => { ends([2, 3, 4, 5]) }

    call slice_of_values [ok] {
        #[observe]
        fn second([_, b, ..]: [Noisy; 4]) -> usize {
            b.speak()
        }
    } => { second([noisy("a"), noisy("b"), noisy("c"), noisy("d")]) }

    call slice_with_a_named_rest [ok] {
        #[observe]
        fn rest([first, rest @ ..]: [u32; 3]) -> ([u32; 2], u32) {
            (rest, first)
        }
    } => { rest([1, 2, 3]) }

    call reference [ok] {
        #[observe]
        fn sum(&a: &u32, &(b, ref c): &(u32, String)) -> usize {
            (a + b) as usize + c.len()
        }
    } => { sum(&1, &(2, "c".into())) }

    call mutable_reference [ok] {
        #[observe]
        fn set(&mut (ref mut a, _): &mut (u32, u32)) -> u32 {
            *a += 1;
            *a
        }
    } => { set(&mut (1, 2)) }

    call nested [ok] {
        struct Outer { pair: (Noisy, [Noisy; 2]), other: Noisy }
        #[observe]
        fn deep(Outer { pair: (a, [_, b]), .. }: Outer, (c, ()): (Noisy, ())) -> usize {
            a.speak() + b.speak() + c.speak()
        }
    } => {
        deep(
            Outer { pair: (noisy("a"), [noisy("x"), noisy("b")]), other: noisy("other") },
            (noisy("c"), ()),
        )
    }

    call bound_as_a_whole [ok] {
        #[observe]
        fn both(whole @ (a, _): (u32, u32), r @ &_: &u32) -> u32 {
            whole.1 + a + r
        }
    } => { both((1, 2), &3) }

    call alternatives [ok, ok] {
        #[observe]
        fn either((Ok(n) | Err(n)): Result<u32, u32>) -> u32 {
            n
        }
    } => { (either(Ok(1)), either(Err(2))) }

    call matched_by_reference [ok] {
        struct User { name: String, age: u32 }
        #[observe]
        fn show(User { name, age }: &User, (a, b): &mut (u32, u32)) -> String {
            *a += *b;
            format!("{name} {age} {a}")
        }
    } => { show(&User { name: "ada".into(), age: 36 }, &mut (1, 2)) }

    call by_mutable_reference [ok] {
        #[observe]
        fn push(ref mut text: String) -> usize {
            text.push('!');
            text.len()
        }
    } => { push("text".into()) }

    call by_mutable_reference_in_a_tuple [ok] {
        #[observe]
        fn push((ref mut text, _): (String, Noisy), n: Noisy) -> usize {
            text.push('!');
            text.len()
        }
    } => { push(("text".into(), noisy("rest")), noisy("n")) }

    future by_mutable_reference_in_a_future [ok] {
        #[observe]
        async fn push(ref mut text: String, n: Noisy) -> usize {
            pause().await;
            text.push('!');
            text.len()
        }
    } => { push("text".into(), noisy("n")) }

    call by_mutable_reference_and_by_value [ok] {
        struct Pair { left: Noisy, right: Noisy }
        #[observe]
        fn swap(Pair { left, ref mut right }: Pair, [.., ref mut last]: [Noisy; 2]) -> usize {
            std::mem::swap(right, last);
            drop(left);
            right.speak()
        }
    } => { swap(Pair { left: noisy("left"), right: noisy("right") }, [noisy("first"), noisy("last")]) }

    call by_mutable_reference_behind_a_reference [ok] {
        #[observe]
        fn push(&mut (ref mut text, n): &mut (String, u32)) -> usize {
            text.push('!');
            text.len()
        }
    } => { push(&mut ("text".into(), 1)) }

    call by_mutable_reference_in_a_macro [ok] {
        macro_rules! changed {
            ($name:ident) => { (ref mut $name, _) };
        }
        #[observe]
        fn push(changed!(text): (String, Noisy)) -> usize {
            text.push('!');
            text.len()
        }
    } => { push(("text".into(), noisy("rest"))) }

    call by_mutable_reference_without_output [ok] {
        #[observe]
        fn push(ref mut text: Noisy, n: Noisy) {
            *text = noisy("new");
        }
    } => { push(noisy("text"), noisy("n")) }

    call conditional [ok] {
        #[observe]
        fn conditional(
            #[cfg(any())] missing: Missing,
            #[cfg(all())] there: Noisy,
            #[cfg(any())] (a, b): (Missing, u8),
            #[cfg(all())] (c, _): (Noisy, Noisy),
            #[cfg(not(any()))] _: Noisy,
        ) -> usize {
            there.speak()
        }
    } => { conditional(noisy("there"), (noisy("c"), noisy("rest")), noisy("ignored")) }

    call constant_in_a_pattern [ok] {
        const ONLY: () = ();
        #[observe]
        fn nothing(ONLY: (), n: u32) -> u32 {
            n
        }
    } => { nothing((), 1) }

    call shadowed [ok] {
        #[observe]
        fn shadow(text: Noisy, n: Noisy) -> usize {
            let text = (text, noisy("new"));
            let n = n.speak();
            let text = text.1.speak();
            n + text
        }
    } => { shadow(noisy("text"), noisy("n")) }

    call without_output [ok] {
        #[observe]
        fn nothing((a, _): (Noisy, Noisy), _: Noisy, [b, _]: [Noisy; 2]) {
            a.speak();
        }
    } => { nothing((noisy("a"), noisy("rest")), noisy("ignored"), [noisy("b"), noisy("end")]) }

    call with_fields [ok] {
        #[observe(fields(a, length = text.len(), "all" = a + n, shown = %text, ?n))]
        fn fields((a, _): (u32, Noisy), text: String, n: u32) -> u32 {
            drop(text);
            a
        }
    } => { fields((1, noisy("rest")), "text".into(), 2) }
}
