//! A shelf of attributes, and the documents that come of it.

use std::collections::BTreeMap;

use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Value as Json, json};

use super::{Body, Document, Form, absorb, attribute_of, changes, create, forms, places, together};
use crate::value::Value;
use crate::{Computed, Model, OptionalComputed, Resource, Set};

/// A text that travels backwards.
const BACKWARDS: Form = Form {
    write: |value| json!(value.as_str().unwrap_or_default().chars().rev().collect::<String>()),
    read: |found| Some(Value::from(found.as_str()?.chars().rev().collect::<String>().as_str())),
};

/// A thing with attributes of every kind.
#[derive(Clone, Debug, Resource)]
#[resource(identity(id))]
#[api(create = "CreateThing", modify = "ModifyThing", read = "DescribeThing")]
struct Thing {
    /// Id.
    #[attr(keep)]
    #[api(at = "thing_id")]
    id: Computed<String>,
    /// Name.
    #[api(modify = "new_name")]
    name: String,
    /// What it is made of.
    #[attr(replace = "it is made of that for good")]
    #[api(at = "body.matter")]
    matter: Option<String>,
    /// Colour.
    colour: OptionalComputed<String>,
    /// Note.
    note: Option<String>,
    /// Backwards.
    #[api(form = BACKWARDS)]
    backwards: Option<String>,
    /// Size, for which 0 is none.
    #[api(form = forms::NOT_ZERO)]
    size: Option<i64>,
    /// Mask.
    #[api(form = forms::NUMBER_AS_TEXT)]
    mask: OptionalComputed<i64>,
    /// Whether it is on.
    #[attr(default = true)]
    on: bool,
    /// Whether it is loud.
    #[attr(default = false)]
    loud: bool,
    /// Policy.
    #[attr(default = "fair")]
    policy: String,
    /// Words in order.
    order: Option<Vec<String>>,
    /// Words.
    #[api(form = forms::COMMAS)]
    words: Option<Set<String>>,
    /// Tags.
    #[api(own, at = "tags")]
    tags: Option<BTreeMap<String, String>>,
    /// Password.
    #[attr(write_only)]
    #[api(at = "body.password")]
    password: Option<SecretString>,
    /// Its disk.
    #[api(at = "body.disk_*")]
    disk: OptionalComputed<Disk>,
    /// Further disks.
    disks: Option<Vec<Disk>>,
    /// Its window.
    #[api(switch = "enable", whole)]
    window: Option<Window>,
    /// Its repair.
    #[api(whole)]
    repair: Option<Repair>,
    /// State.
    #[api(read = "status.state")]
    state: Computed<String>,
    /// Kept to itself.
    #[api(own)]
    private: Option<String>,
    /// Never shown.
    #[attr(unread, default = 7)]
    hidden: i64,
}

impl PartialEq for Thing {
    fn eq(&self, other: &Self) -> bool {
        self.to_members() == other.to_members()
    }
}

/// A disk.
#[derive(Clone, Debug, Default, PartialEq, Model)]
#[api]
struct Disk {
    /// Kind.
    #[attr(one_of("fast", "slow"))]
    kind: OptionalComputed<String>,
    /// Key.
    key: Option<String>,
    /// Whether it is encrypted.
    #[attr(default = false)]
    #[api(form = forms::FLAG_AS_TEXT)]
    encrypted: bool,
}

/// A window.
#[derive(Clone, Debug, PartialEq, Model)]
#[api]
struct Window {
    /// Start.
    start: String,
    /// Length.
    length: Option<String>,
}

/// A repair.
#[derive(Clone, Debug, PartialEq, Model)]
#[api]
struct Repair {
    /// Whether it restarts.
    #[attr(default = true)]
    restart: bool,
    /// How many at a time.
    #[attr(default = "1")]
    parallel: String,
}

fn thing() -> Thing {
    Thing {
        name: "a".to_owned(),
        matter: Some("wood".to_owned()),
        on: true,
        policy: "fair".to_owned(),
        hidden: 7,
        ..<Thing as Blank>::blank()
    }
}

/// What an import begins with.
trait Blank {
    fn blank() -> Self;
}

impl<M: Model> Blank for M {
    fn blank() -> Self {
        M::from_members(BTreeMap::new(), &crate::Path::root()).expect("nothing is of a wrong type")
    }
}

fn read(model: &Thing, answer: &Json) -> Thing {
    let mut model = model.clone();
    absorb(&mut model, answer, true);
    model
}

fn change(before: &Thing, after: &Thing) -> Json {
    together(changes(before, after)).json
}

#[test]
fn a_create_has_what_is_set_and_says_something() {
    let full = Thing {
        colour: "red".to_owned().into(),
        note: Some(String::new()),
        backwards: Some("abc".to_owned()),
        size: Some(0),
        mask: 26.into(),
        on: false,
        order: Some(vec![]),
        words: Some(["b".to_owned(), "a".to_owned()].into_iter().collect()),
        tags: Some(BTreeMap::new()),
        password: Some("s3cret".into()),
        disk: Disk { kind: "fast".to_owned().into(), key: None, encrypted: true }.into(),
        disks: Some(vec![Disk { key: Some(String::new()), ..Disk::default() }]),
        window: Some(Window { start: "03:00".to_owned(), length: None }),
        private: Some("mine".to_owned()),
        ..thing()
    };
    let body = create(&full);
    let expected = json!({
        "name": "a",
        "body": {"matter": "wood", "disk_kind": "fast", "disk_encrypted": "true"},
        "colour": "red", "backwards": "cba", "mask": "26", "on": false, "policy": "fair", "order": [], "words": "a,b",
        "disks": [{}], "window": {"enable": true, "start": "03:00"}, "hidden": 7,
        "repair": {"restart": true, "parallel": "1"},
    });
    assert_eq!(body.json, expected);
    assert_eq!(body.secrets.len(), 1);
    assert_eq!((body.secrets[0].0.as_str(), body.secrets[0].1.expose_secret()), ("body.password", "s3cret"));
    assert!(!format!("{body:?}").contains("s3cret"));
}

#[test]
fn a_change_has_what_differs_and_clears_what_is_taken_back() {
    let before = Thing {
        colour: "red".to_owned().into(),
        note: Some("x".to_owned()),
        backwards: Some("abc".to_owned()),
        loud: true,
        policy: "unfair".to_owned(),
        order: Some(vec!["a".to_owned()]),
        words: Some(["a".to_owned()].into_iter().collect()),
        disk: Disk { kind: "fast".to_owned().into(), key: Some("k".to_owned()), encrypted: true }.into(),
        window: Some(Window { start: "03:00".to_owned(), length: Some("3h".to_owned()) }),
        repair: Some(Repair { restart: false, parallel: "2".to_owned() }),
        ..thing()
    };
    assert_eq!(change(&before, &before), json!({}));
    let cleared = change(&before, &thing());
    let expected = json!({
        // Neither the colour nor the disk: the service chooses those.
        "note": "", "backwards": "", "loud": false, "policy": "fair", "order": [], "words": "",
        "window": {"enable": false}, "repair": {"restart": true, "parallel": "1"},
    });
    assert_eq!(cleared, expected);
    let window = Window { start: "03:00".to_owned(), length: None };
    let disk = Disk { kind: "slow".to_owned().into(), key: None, encrypted: true };
    let after = Thing {
        name: "b".to_owned(),
        window: Some(window),
        disk: disk.into(),
        password: Some("s".into()),
        ..before.clone()
    };
    let expected = json!({
        "new_name": "b", "window": {"enable": true, "start": "03:00"}, "body": {"disk_kind": "slow", "disk_key": ""},
    });
    assert_eq!(change(&before, &after), expected);
    let named: Vec<String> = changes(&before, &after).iter().map(|change| change.attribute.to_string()).collect();
    assert_eq!(named, ["name", "disk", "window"]);
}

#[test]
fn an_answer_is_read_in_whatever_form_it_comes() {
    let answer = json!({
        "thing_id": "t1", "name": "a", "body": {"matter": "wood", "disk_kind": "fast", "disk_encrypted": true},
        "colour": "", "backwards": "cba", "size": 0, "mask": 26, "on": "false", "order": ["b", "a"], "words": "b,a",
        "disks": [{"kind": "slow", "encrypted": "true"}], "window": {"enable": "true", "start": "03:00"},
        "repair": {"restart": true, "parallel": 1}, "status": {"state": "fine"}, "tags": {"x": "y"}, "hidden": 9,
    });
    let before = Thing { order: Some(vec!["a".to_owned(), "b".to_owned()]), ..thing() };
    let expected = Thing {
        id: "t1".to_owned().into(),
        backwards: Some("abc".to_owned()),
        mask: 26.into(),
        on: false,
        words: Some(["b".to_owned(), "a".to_owned()].into_iter().collect()),
        disk: Disk { kind: "fast".to_owned().into(), key: None, encrypted: true }.into(),
        disks: Some(vec![Disk { kind: "slow".to_owned().into(), key: None, encrypted: true }]),
        window: Some(Window { start: "03:00".to_owned(), length: None }),
        state: "fine".to_owned().into(),
        ..before.clone()
    };
    assert_eq!(read(&before, &answer), expected);
    let other = json!({"name": "a", "repair": {"restart": false}});
    let repair = Repair { restart: false, parallel: "1".to_owned() };
    assert_eq!(read(&thing(), &other).repair, Some(repair));
}

#[test]
fn what_an_answer_lacks_is_gone_unless_it_was_empty_or_is_still_to_come() {
    let before = Thing {
        note: Some(String::new()),
        backwards: Some("abc".to_owned()),
        loud: true,
        policy: "unfair".to_owned(),
        order: Some(vec![]),
        ..thing()
    };
    let after = read(&before, &json!({"name": "a"}));
    assert_eq!(after, Thing { backwards: None, loud: false, ..before.clone() });
    let mut made = before.clone();
    absorb(&mut made, &json!({"name": "a"}), false);
    assert_eq!(made, before);
}

#[test]
fn an_unexpected_value_costs_its_attribute_and_no_more() {
    let before =
        Thing { size: Some(3), disk: Disk { kind: "slow".to_owned().into(), ..Disk::default() }.into(), ..thing() };
    let odd =
        json!({"name": "b", "body": {"matter": "wood", "disk_kind": "odd"}, "size": {"x": 1}, "order": "a", "on": []});
    assert_eq!(read(&before, &odd), Thing { name: "b".to_owned(), ..before });
}

#[test]
fn places_and_the_attributes_that_stand_there() {
    let attributes = Thing::attributes();
    let of = |document| -> BTreeMap<String, String> { places(&attributes, document).into_iter().collect() };
    let (create, modify, read) = (of(Document::Create), of(Document::Modify), of(Document::Read));
    assert_eq!(create["body.disk_kind"], "disk.kind");
    assert_eq!(create["window.enable"], "window");
    assert_eq!(create["disks.key"], "disks.key");
    assert_eq!(modify["new_name"], "name");
    assert!(!modify.contains_key("body.matter") && !create.contains_key("thing_id") && !create.contains_key("private"));
    assert_eq!(read["status.state"], "state");
    assert!(!read.contains_key("hidden") && !read.contains_key("body.password"));
    assert_eq!(create["tags"], "tags");
    let shown = |field: &str| attribute_of(&attributes, field).map(|path| path.to_string());
    assert_eq!(shown("DiskKind").as_deref(), Some("disk.kind"));
    assert_eq!(shown("NewName").as_deref(), Some("name"));
    assert_eq!(shown("Banana"), None);
    assert_eq!(Thing::OPERATIONS[1], (Document::Modify, "ModifyThing"));
}

#[test]
fn what_code_adds_to_a_body() {
    let mut body = Body::new();
    body.put("a.b", 1);
    body.put("a.c", "x");
    body.remove("a.b");
    body.remove("z.b");
    assert_eq!((body.json.clone(), body.at("a.c")), (json!({"a": {"c": "x"}}), Some(&json!("x"))));
    assert!(!body.is_empty() && Body::new().is_empty());
}
