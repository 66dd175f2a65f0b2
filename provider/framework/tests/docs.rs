//! Registry pages, as they are made from schemas.

mod bookshelf;

use bookshelf::{Book, Books};
use similar_asserts::assert_eq;
use tf_provider::docs::{provider_page, resource_page};
use tf_provider::lifecycle::Driver;

#[test]
fn a_resource_page_says_all_that_the_schema_says() {
    let page =
        resource_page("books", &Driver::<Book>::new(), "resource \"books_book\" \"b\" {}\n", "terraform import x y\n");
    assert_eq!(page, include_str!("docs/book.md"));
}

#[test]
fn a_provider_page_has_no_word_about_changes() {
    let page = provider_page::<Books>("provider \"books\" {}");
    assert!(page.starts_with("---\npage_title: \"books Provider\"\n"), "{page}");
    assert!(page.contains("```terraform\nprovider \"books\" {}\n```"), "{page}");
    assert!(!page.contains("in place") && !page.contains("## Import"), "{page}");
}
