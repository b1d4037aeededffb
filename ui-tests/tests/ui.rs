//! The programs that compile, and the messages a user reads where one does not.

#[test]
fn ui() {
    let tests = trybuild::TestCases::new();
    tests.pass("pass/*/*.rs");
    tests.compile_fail("fail/*/*.rs");
}
