//! Shapes that do not come through yet.

use std::ops::Index;

use crate::harness::{Noisy, noisy, pause, say, shapes};

shapes! {
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
}
