//! The data source of a resource: what its schema has, what it reads, and what it says when there is nothing.

mod bookshelf;

use std::collections::BTreeMap;

use bookshelf::{Book, Library, Record};
use tf_provider::data_source::DynDataSource;
use tf_provider::docs::data_source_page;
use tf_provider::schema::{Attribute, Kind, Nesting, Presence, null_object};
use tf_provider::value::Value;
use tf_provider::{
    Computed, Context, DataSources, Diagnostics, Fault, FaultKind, Lifecycle, Model, OptionalComputed, Progress,
    Resource, Severity,
};
use tokio_util::sync::CancellationToken;

fn book() -> std::sync::Arc<dyn DynDataSource<Library>> {
    let books = DataSources::new().of::<Book>();
    books.get("book").cloned().unwrap_or_else(|| panic!("the data source has the name of its resource"))
}

fn library() -> Library {
    let library = Library::default();
    let record =
        Record { shelf: "A".to_owned(), title: "Emma".to_owned(), state: "ready".to_owned(), ..Record::default() };
    library.room(|room| room.records.insert("b1".to_owned(), record));
    library
}

async fn read(library: &Library, set: &[(&str, Value)]) -> (Value, Diagnostics) {
    let mut config = null_object(&book().schema().attributes);
    config.extend(set.iter().map(|(name, value)| ((*name).to_owned(), value.clone())));
    book().read(Value::Object(config), library, &CancellationToken::new()).await
}

fn by_name(attributes: &[Attribute]) -> BTreeMap<&str, Presence> {
    attributes.iter().map(|a| (a.name, a.presence)).collect()
}

#[test]
fn its_schema_asks_for_the_identity_and_tells_what_is_read() {
    let source = book();
    let attributes = &source.schema().attributes;
    let mut expected = BTreeMap::from([("id", Presence::Required), ("shelf", Presence::OptionalComputed)]);
    expected
        .extend(["title", "pages", "locked", "revision", "initials", "seals"].map(|told| (told, Presence::Computed)));
    assert_eq!(by_name(attributes), expected, "neither `paper`, `code` nor `timeouts`");
    let seals = attributes.iter().find(|a| a.name == "seals").map(|a| &a.kind);
    let Some(Kind::Nested(Nesting::Map, inside)) = seals else { panic!("{seals:?}") };
    assert_eq!(
        by_name(inside),
        BTreeMap::from([("sign", Presence::Computed)]),
        "what is write-only is left out here, too"
    );
}

#[tokio::test(start_paused = true)]
async fn it_reads_the_object_of_that_identity() {
    for shelf in [Value::Null, "A".into()] {
        let (state, diagnostics) = read(&library(), &[("id", "b1".into()), ("shelf", shelf)]).await;
        assert!(diagnostics.is_empty(), "{diagnostics:?}");
        assert_eq!(state.get("title"), Some(&"Emma".into()));
        assert_eq!(state.get("shelf"), Some(&"A".into()));
        assert_eq!(state.get("paper"), None);
    }
}

#[tokio::test(start_paused = true)]
async fn what_does_not_exist_is_an_error_that_says_what_was_looked_for() {
    for (shelf, by) in [(Value::Null, "`shelf` as the provider has it"), ("A".into(), "`shelf = \"A\"`")] {
        let (state, diagnostics) = read(&library(), &[("id", "b2".into()), ("shelf", shelf)]).await;
        let found: Vec<_> = diagnostics.iter().collect();
        let [error] = found[..] else { panic!("{found:?}") };
        assert_eq!((error.severity, error.summary.as_str()), (Severity::Error, "There is no such book"));
        assert!(error.detail.contains(&format!("looked for by {by}, `id = \"b2\"`")), "{}", error.detail);
        assert!(error.detail.contains("No such book"), "what the service said: {}", error.detail);
        assert_eq!(error.attribute, Some("id".into()));
        assert!(state.is_null());
    }
}

#[tokio::test(start_paused = true)]
async fn another_object_than_the_one_that_was_asked_for_is_an_error() {
    let (state, diagnostics) = read(&library(), &[("id", "b1".into()), ("shelf", "B".into())]).await;
    assert!(diagnostics.has_errors() && state.is_null(), "{state:?}");
}

#[tokio::test(start_paused = true)]
async fn what_is_being_deleted_is_read_with_a_warning_and_an_outage_is_waited_out() {
    let library = library();
    library.next("read", bookshelf::Misbehaviour::Fail(FaultKind::Unavailable));
    library.next("read", bookshelf::Misbehaviour::Shows("pulping"));
    let (state, diagnostics) = read(&library, &[("id", "b1".into())]).await;
    let said: Vec<_> = diagnostics.iter().map(|d| (d.severity, d.summary.as_str())).collect();
    assert_eq!(said, [(Severity::Warning, "The book is being deleted")]);
    assert_eq!(state.get("title"), Some(&"Emma".into()));
}

/// A drawer of a desk. It has a lock.
///
/// ## Keys
///
/// There are none.
#[derive(Clone, Resource)]
#[resource(name = "drawer", identity(room?, number))]
struct Drawer {
    /// Room that it is in. Without it, the first one when the drawer is made.
    #[attr(keep, len = ..=5, replace = "a drawer does not move")]
    room: OptionalComputed<String>,
    /// Number; the lowest is 1.
    #[attr(range = 1..=9, replace = "a drawer keeps its number")]
    number: i64,
    /// Name of what is inside. Empty for nothing.
    #[attr(len = ..=9, default = "", conflicts(weight))]
    content: String,
    /// Weight of it; heavy ones fall out.
    #[attr(deprecated = "use a scale instead")]
    weight: Option<i64>,
    /// Who pulled it.
    #[attr(unread)]
    puller: Option<String>,
    /// How it is decorated.
    trim: Option<Trim>,
    /// Whether it is open.
    open: Computed<bool>,
}

/// A trim.
#[derive(Clone, Model)]
struct Trim {
    /// Colour of it. Any will do.
    colour: String,
    /// What it is called by its maker.
    #[attr(unread)]
    maker: Option<String>,
}

impl Lifecycle for Drawer {
    type Service = Library;
    type Remote = ();

    async fn create(&mut self, _: &Context<'_, Library>) -> Result<Option<String>, Fault> {
        Err(Fault::other("No drawers", ""))
    }

    async fn read(&self, _: &Context<'_, Library>) -> Result<(), Fault> {
        Ok(())
    }

    fn progress((): &()) -> Progress {
        Progress::Ready
    }

    fn absorb(&mut self, (): &()) {}

    async fn update(&mut self, _: &Self, (): &(), _: &Context<'_, Library>) -> Result<(), Fault> {
        Ok(())
    }

    async fn delete(&self, _: &Context<'_, Library>) -> Result<Option<String>, Fault> {
        Ok(None)
    }
}

#[test]
fn its_page_reads_like_that_of_a_data_source() {
    let drawers = DataSources::new().of::<Drawer>();
    let page = data_source_page("desk", &**drawers.get("drawer").expect("a drawer"), "data \"desk_drawer\" \"d\" {}");
    similar_asserts::assert_eq!(page, include_str!("existing/drawer.md"));
}

#[test]
fn the_rules_of_the_identity_hold_and_those_of_the_rest_are_gone() {
    let drawers = DataSources::new().of::<Drawer>();
    let drawer = drawers.get("drawer").expect("a drawer");
    let mut config = null_object(&drawer.schema().attributes);
    config.extend([("number".to_owned(), 10.into()), ("room".to_owned(), "cellar".into())]);
    let found = drawer.validate(&Value::Object(config));
    let at: Vec<_> = found.iter().filter_map(|d| d.attribute.as_ref().map(ToString::to_string)).collect();
    assert_eq!(at, ["room", "number"], "{found:?}");
    let others = drawer.schema().attributes.iter().filter(|a| a.presence == Presence::Computed);
    assert!(others.into_iter().all(|a| a.checks.is_empty() && a.default.is_none() && a.conflicts.is_empty()));
}
