//! Plans: what stays known, what becomes unknown, what forces a new object, and what is refused.

mod bookshelf;

use bookshelf::{Core, texts};
use tf_provider::lifecycle::DynResource as _;
use tf_provider::path::Path;
use tf_provider::plan::Draft;
use tf_provider::schema::{Attribute, Keep, Kind, Nesting, Presence, Shown};
use tf_provider::value::{Type, Value};

async fn created(set: &[(&str, Value)]) -> Core {
    let mut core = Core::new();
    let config = core.config(set);
    let outcome = core.apply(&config).await;
    assert!(outcome.diagnostics.is_empty(), "{}", texts(&outcome.diagnostics));
    core
}

fn planned(state: &Value, name: &str) -> Value {
    state.get(name).cloned().unwrap_or(Value::Null)
}

#[tokio::test(start_paused = true)]
async fn a_create_knows_what_can_be_known() {
    let core = Core::new();
    let plan = core.plan(&core.config(&[("title", "Emma".into())])).await.planned.state;
    assert!(planned(&plan, "id").is_unknown());
    assert_eq!(planned(&plan, "shelf"), "A".into(), "the plan function knew it");
    assert_eq!(planned(&plan, "locked"), false.into(), "the default");
    assert!(planned(&plan, "pages").is_null());
}

#[tokio::test(start_paused = true)]
async fn an_update_keeps_known_what_it_cannot_change() {
    let core = created(&[("title", "Emma".into())]).await;
    let plan = core.plan(&core.config(&[("title", "Emma".into()), ("pages", 9.into())])).await.planned.state;
    assert_eq!(planned(&plan, "id"), "b1".into());
    assert_eq!(planned(&plan, "initials"), "E".into(), "the title stays");
    assert!(planned(&plan, "revision").is_unknown());
    let plan = core.plan(&core.config(&[("title", "Persuasion".into())])).await.planned.state;
    assert!(planned(&plan, "initials").is_unknown(), "the title changes");
}

#[tokio::test(start_paused = true)]
async fn a_change_that_needs_a_new_object_says_so() {
    let core = created(&[("title", "Emma".into())]).await;
    let plan = core.plan(&core.config(&[("title", "Emma".into()), ("shelf", "B".into())])).await;
    assert_eq!(plan.replace, [Path::from("shelf")]);
}

#[tokio::test(start_paused = true)]
async fn a_value_that_was_not_recorded_before_never_forces_a_new_object() {
    let core = created(&[("title", "Emma".into())]).await;
    let config = core.config(&[("title", "Emma".into()), ("paper", "laid".into())]);
    let plan = core.plan(&config).await;
    assert!(plan.replace.is_empty());
    assert_eq!(planned(&plan.planned.state, "paper"), "laid".into());
    let said = texts(&plan.diagnostics);
    assert!(said.contains("Warning at paper: `paper` has no effect on an existing book: It is used only when a book is created. Its value is recorded in the state"), "{said}");
    // A new object, which takes the place of this one, gets it.
    let config = core.config(&[("title", "Emma".into()), ("paper", "laid".into()), ("shelf", "B".into())]);
    let plan = core.plan(&config).await;
    assert_eq!((plan.replace.len(), texts(&plan.diagnostics)), (1, String::new()));
}

/// No read would ever tell it.
#[test]
fn what_is_not_read_back_is_null_unless_the_user_sets_it() {
    let attribute = |shown| {
        let attribute = Attribute::new("snat", "Text.", Kind::Value(Type::Bool), Presence::OptionalComputed);
        [Attribute { shown, ..attribute }]
    };
    let create = |shown, config: Value| {
        let (attributes, config) = (attribute(shown), Value::object([("snat", config)]));
        let planned =
            Draft::new(&attributes, &config, &Value::Null, &config).finish(&attributes, &config, &Value::Null);
        planned.0.get("snat").cloned()
    };
    assert_eq!(create(Shown::Always, Value::Null), Some(Value::Unknown));
    for shown in [Shown::OnImport, Shown::Never] {
        assert_eq!(create(shown, Value::Null), Some(Value::Null));
        assert_eq!(create(shown, true.into()), Some(true.into()));
    }
}

#[tokio::test(start_paused = true)]
async fn protection_stops_destroy_and_replace_and_names_the_cause() {
    let core = created(&[("title", "Emma".into()), ("locked", true.into())]).await;
    let said = texts(&core.plan(&Value::Null).await.diagnostics);
    assert!(said.contains("Error at locked: `locked` stops the destroy of this book"), "{said}");
    let config = core.config(&[("title", "Emma".into()), ("shelf", "B".into()), ("locked", true.into())]);
    let said = texts(&core.plan(&config).await.diagnostics);
    assert!(said.contains("`locked` stops the replacement of this book"), "{said}");
    assert!(said.contains("`shelf` (a book cannot leave its shelf)"), "{said}");
}

#[tokio::test(start_paused = true)]
async fn unknown_configuration_is_planned_as_unknown() {
    let core = Core::new();
    let config = core.config(&[("title", Value::Unknown), ("pages", Value::Unknown)]);
    let plan = core.plan(&config).await;
    assert!(plan.diagnostics.is_empty(), "{}", texts(&plan.diagnostics));
    assert!(planned(&plan.planned.state, "title").is_unknown());
    assert!(core.driver.validate(&config, true).is_empty());
}

#[test]
fn bad_values_are_named_with_their_rule() {
    let core = Core::new();
    let check = |set: &[(&str, Value)]| texts(&core.driver.validate(&core.config(set), true));
    let said = check(&[("title", "".into())]);
    assert!(said.contains("Error at title: Invalid value for `title`"), "{said}");
    assert!(said.contains("from 1 to 20 characters, but has 0"), "{said}");
    let said = check(&[("title", "Emma".into()), ("pages", 0.into())]);
    assert!(said.contains("from 1 to 9999, but is 0"), "{said}");
    let said = check(&[("title", "Emma".into()), ("pages", 1.5.into())]);
    assert!(said.contains("must be a whole number"), "{said}");
    let said = check(&[("title", "Emma".into()), ("pages", 13.into())]);
    assert!(said.contains("Take 12 or 14."), "{said}");
}

#[test]
fn what_must_have_a_value_is_not_null() {
    let core = Core::new();
    let said = texts(&core.driver.validate(&core.config(&[]), true));
    assert_eq!(said, "Error at title: `title` must have a value: It is required, so it cannot be null.\n");
    // What is not known yet may come to have one.
    assert!(core.driver.validate(&core.config(&[("title", Value::Unknown)]), true).is_empty());
}

#[test]
fn a_write_only_value_needs_a_client_that_can_keep_it_out_of_the_state() {
    let core = Core::new();
    let config = core.config(&[("title", "Emma".into()), ("code", "x".into())]);
    assert!(texts(&core.driver.validate(&config, false)).contains("Error at code: `code` needs a newer Terraform"));
    assert!(core.driver.validate(&config, true).is_empty());
}

/// Nobody knows which object of a list is which, nor what a service does to one when another one changes.
#[test]
fn computed_members_of_nested_objects_are_open_in_every_update_unless_they_are_kept() {
    let attribute = |name, ty, presence| Attribute::new(name, "Text.", Kind::Value(ty), presence);
    let kept = Attribute { keep: Keep::Always, ..attribute("id", Type::String, Presence::Computed) };
    let entry = vec![
        attribute("title", Type::String, Presence::Required),
        attribute("length", Type::Number, Presence::Computed),
        kept,
    ];
    let attributes = |nesting| {
        let entries = Attribute::new("entries", "Text.", Kind::Nested(nesting, entry.clone()), Presence::Required);
        [entries, attribute("note", Type::String, Presence::Optional)]
    };
    let object = |title: &str, length: Value, id: Value| {
        Value::object([("title", title.into()), ("length", length), ("id", id)])
    };
    let configured = |title: &str| object(title, Value::Null, Value::Null);
    let stored = |title: &str, id: &str| object(title, (title.len() as i64).into(), id.into());
    let whole = |entries: Value, note: Value| Value::object([("entries", entries), ("note", note)]);
    let plan = |nesting, config: &Value, prior: &Value| {
        let attributes = attributes(nesting);
        Draft::new(&attributes, config, prior, config).finish(&attributes, config, prior).0
    };

    let prior = whole(Value::List(vec![stored("one", "1"), stored("three", "2")]), Value::Null);
    let config =
        |titles: &[&str], note: Value| whole(Value::List(titles.iter().map(|title| configured(title)).collect()), note);
    assert_eq!(plan(Nesting::List, &config(&["one", "three"], Value::Null), &prior), prior, "nothing changes");
    let open = |title: &str, id: Value| object(title, Value::Unknown, id);
    let planned = plan(Nesting::List, &config(&["zero", "one", "three"], Value::Null), &prior);
    let expected = [open("zero", "1".into()), open("one", "2".into()), open("three", Value::Unknown)];
    assert_eq!(planned.get("entries"), Some(&Value::List(expected.into())));
    let planned = plan(Nesting::List, &config(&["one", "three"], "new".into()), &prior);
    assert_eq!(planned.get("entries"), Some(&Value::List(vec![open("one", "1".into()), open("three", "2".into())])));

    let by_key = |entry: Value| Value::Map([("a".to_owned(), entry)].into());
    let prior = whole(by_key(stored("one", "1")), Value::Null);
    let planned = plan(Nesting::Map, &whole(by_key(configured("three")), Value::Null), &prior);
    assert_eq!(planned.get("entries"), Some(&by_key(open("three", "1".into()))));
    let prior = whole(stored("one", "1"), Value::Null);
    let planned = plan(Nesting::Single, &whole(configured("three"), Value::Null), &prior);
    assert_eq!(planned.get("entries"), Some(&open("three", "1".into())));
    let prior = whole(Value::Set(vec![stored("one", "1")]), Value::Null);
    let planned = plan(Nesting::Set, &whole(Value::Set(vec![configured("one")]), "new".into()), &prior);
    assert_eq!(planned.get("entries"), Some(&Value::Set(vec![open("one", "1".into())])));
}
