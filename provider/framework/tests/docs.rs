//! Registry pages, as they are made from schemas.

mod bookshelf;
#[allow(dead_code, reason = "the example is a program of its own")]
#[path = "../examples/notes/main.rs"]
mod example;

use bookshelf::{Book, Books};
use example::Notes;
use similar_asserts::assert_eq;
use tf_provider::Provider as _;
use tf_provider::docs::{
    action_page, data_source_page, ephemeral_resource_page, function_page, list_resource_page, provider_page,
    resource_page,
};
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

/// Compares a page with `tests/docs/<kind>/<name>.md`, or writes that with `UPDATE=1`.
fn check(kind: &str, name: &str, page: &str) {
    let file = format!("{}/tests/docs/{kind}/{name}.md", env!("CARGO_MANIFEST_DIR"));
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&file, page).unwrap_or_else(|error| panic!("{file}: {error}"));
    }
    let written = std::fs::read_to_string(&file).unwrap_or_default();
    assert_eq!(written, page, "{file}: run this test with UPDATE=1");
}

#[test]
fn every_kind_has_a_page() {
    for data_source in Notes::data_sources().iter() {
        let (name, example) = match data_source.name() {
            "note" => ("note", "data \"notes_note\" \"a\" {\n  name = \"a\"\n}\n"),
            name => (name, "data \"notes_notes\" \"all\" {}\n"),
        };
        check("data-sources", name, &data_source_page(Notes::NAME, data_source, example));
    }
    for ephemeral in Notes::ephemeral_resources().iter() {
        let example = "ephemeral \"notes_lock\" \"mine\" {\n  name = \"mine\"\n}\n";
        check("ephemeral-resources", ephemeral.name(), &ephemeral_resource_page(Notes::NAME, ephemeral, example));
    }
    for list in Notes::list_resources().iter() {
        let example = "list \"notes_note\" \"all\" {\n  provider = notes\n}\n";
        check("list-resources", list.name(), &list_resource_page(Notes::NAME, list, example));
    }
    for action in Notes::actions().iter() {
        let example =
            "action \"notes_stamp\" \"seen\" {\n  config {\n    notes = [\"a\"]\n    line  = \"seen\"\n  }\n}\n";
        check("actions", action.name(), &action_page(Notes::NAME, action, example));
    }
    for function in Notes::functions().iter() {
        let example = format!("output \"example\" {{\n  value = provider::notes::{}(\"a\")\n}}\n", function.name());
        check("functions", function.name(), &function_page(Notes::NAME, function, &example));
    }
}

/// Old, and long.
#[derive(Clone, tf_provider::Function)]
#[function(deprecated = "call `slug` instead")]
struct Shorten {
    /// Where it is cut.
    at: Cut,
    /// Words that stay.
    #[attr(variadic, len = 1..=3)]
    words: Vec<String>,
}

/// A place.
#[derive(Clone, tf_provider::Model)]
struct Cut {
    /// Characters before it.
    after: i64,
}

impl tf_provider::Call for Shorten {
    type Output = i64;

    fn call(self) -> Result<i64, tf_provider::WrongArgument> {
        Ok(self.at.after + self.words.len() as i64)
    }
}

#[test]
fn what_is_deprecated_says_what_to_use_instead_and_objects_have_a_section() {
    let functions = tf_provider::Functions::new().with::<Shorten>();
    let function = functions.get("shorten").expect("it was added");
    let page = function_page("notes", &**function, "");
    assert!(
        page.contains("# function: shorten\n\n~> **Deprecated:** call `slug` instead.\n\nOld, and long."),
        "{page}"
    );
    assert!(page.contains("shorten(at object, words string...) number"), "{page}");
    assert!(page.contains("2. `words` (String, Variadic) Words that stay. 1 to 3 elements."), "{page}");
    assert!(
        page.contains("### Nested Schema for `at`\n\nRequired:\n\n- `after` (Number) Characters before it."),
        "{page}"
    );
}
