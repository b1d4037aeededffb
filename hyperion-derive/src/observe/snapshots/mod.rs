//! The shape of the code that is written.
#![expect(
    clippy::needless_raw_string_hashes,
    clippy::too_many_lines,
    reason = "this is how `expect-test` writes them"
)]

mod arguments;
mod blocks;
mod futures;
mod returned;
mod spans;
mod sync;

use expect_test::Expect;
use proc_macro2::TokenStream;

use super::observe;

#[expect(
    clippy::needless_pass_by_value,
    reason = "a test reads better when its input stands in the call"
)]
fn check(arguments: TokenStream, item: TokenStream, expected: Expect) {
    check_tokens(observe(arguments, &item), &expected);
}

fn check_tokens(expansion: TokenStream, expected: &Expect) {
    let text = expansion.to_string();
    let file = syn::parse2(expansion).unwrap_or_else(|error| panic!("{error} in {text}"));
    // The path is most of the text and says nothing about the shape.
    expected.assert_eq(
        &prettyplease::unparse(&file)
            .replace("my::hyperion::__private", "my::P")
            .replace("::hyperion::__private", "P"),
    );
}
