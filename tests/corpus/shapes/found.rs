//! Shapes that do not come through yet, and why.

use std::ops::Index;

use crate::harness::{Noisy, noisy, pause, say, shapes};

shapes! {
    /// The declaration of the trait has `#[track_caller]`, which goes for every implementation.
    call index_out_of_bounds [panic] {
        struct Grid(Vec<u8>);
        impl Index<usize> for Grid {
            type Output = u8;
            #[observe]
            fn index(&self, index: usize) -> &Self::Output {
                &self.0[index]
            }
        }
    } => { Grid(vec![1])[1] }

    /// The future holds every argument twice where another attribute makes the function keep its `async`.
    future arguments_with_another_attribute [ok] {
        #[observe]
        #[must_use]
        async fn work(a: Noisy, _: Noisy, (b, _): (Noisy, Noisy), c: Noisy) -> usize {
            drop(c);
            let local = noisy("local");
            pause().await;
            a.speak()
        }
    } => { work(noisy("a"), noisy("ignored"), (noisy("b"), noisy("rest")), noisy("c")) }

    /// The same: the function keeps its `async`, because of the `impl` in its output.
    future an_opaque_value_of_a_future [ok] {
        #[observe]
        async fn work(text: &str) -> Result<impl std::fmt::Display, String> {
            pause().await;
            if text.is_empty() {
                return Err(String::new());
            }
            Ok(text)
        }
    } => { work("text") }

    /// The compiler warns that the label of the macro is shadowed.
    call labels_of_our_name [ok] {
        #[observe]
        fn find() -> u32 {
            '__hyperion: loop {
                loop {
                    break '__hyperion;
                }
            }
            '__hyperion: { break '__hyperion 3 }
        }
    } => { find() }
}
