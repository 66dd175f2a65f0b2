//! Every mistake in a declaration is a compile error at the user's token, and says what to write instead.
//!
//! The expected texts are those of the compiler that `rust-version` names. To write them anew:
//! `TRYBUILD=overwrite cargo test -p tf-provider --test compile_fail`.

#[test]
fn every_mistake_is_shown_where_it_was_made() {
    trybuild::TestCases::new().compile_fail("tests/compile_fail/*.rs");
}
