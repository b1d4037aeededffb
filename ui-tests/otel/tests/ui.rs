//! The same programs with the runtime that records, and what only a full build of it finds.

#[test]
fn ui() {
    let tests = trybuild::TestCases::new();
    // Where something has to run, everything is built to the end.
    tests.pass("../pass/*/*.rs");
    tests.compile_fail("fail/*.rs");
}
