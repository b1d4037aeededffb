//! What compiles, and what a user reads when something does not.

#[test]
fn ui() {
    let tests = trybuild::TestCases::new();
    tests.pass("pass/*/*.rs");
    tests.compile_fail("fail/*/*.rs");
}
