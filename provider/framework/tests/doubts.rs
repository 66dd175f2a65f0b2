//! What a configuration is told at once: mistakes with all that the attribute allows, and doubts as warnings.

use std::collections::BTreeMap;

use tf_provider::lifecycle::{Driver, DynResource as _};
use tf_provider::value::{Number, Value};
use tf_provider::{
    AttributeValue as _, Context, Fault, Lifecycle, Path, Progress, Resource, Service, Severity, StringEnum,
};

/// How it goes.
#[derive(Clone, Debug, PartialEq, Eq, StringEnum)]
enum Carrier {
    /// On the road.
    #[value("road")]
    Road,
    /// In the air.
    #[value("air")]
    Air,
    /// In a way that came later.
    Other(String),
}

/// Something that is sent.
#[derive(Clone, Debug, Resource)]
#[resource(identity(name))]
struct Parcel {
    /// What it is called.
    name: String,
    /// How it goes.
    carrier: Option<Carrier>,
    /// In what it is.
    #[attr(known("box", "tube"))]
    wrapping: Option<String>,
    /// What it is marked with.
    #[attr(known("fragile", "heavy"))]
    marks: Option<Vec<String>>,
    /// Where it goes to.
    #[attr(check = filled, doubt = looks_like_a_place)]
    place: Option<String>,
    /// How many there are.
    #[attr(range = 1..=10)]
    count_of_things: Option<i64>,
    /// How many fit.
    #[attr(range = 1..)]
    room: Option<i64>,
    /// Which kind it is.
    #[attr(one_of("letter"))]
    kind: Option<String>,
    /// Notes by author.
    notes: Option<BTreeMap<String, String>>,
    /// Notes in the order of their pages.
    pages: Option<Vec<Vec<String>>>,
    /// Needs two others.
    #[attr(requires(wrapping, kind))]
    seal: Option<String>,
    /// In which street it is left.
    #[attr(conflicts(locker, counter))]
    street: Option<String>,
    /// In which locker it is left.
    #[attr(conflicts(street, counter))]
    locker: Option<String>,
    /// At which counter it is left.
    counter: Option<String>,
}

fn filled(text: &str) -> Result<(), String> {
    if text.is_empty() { Err("must not be empty".to_owned()) } else { Ok(()) }
}

fn looks_like_a_place(text: &str) -> Result<(), String> {
    if text.contains(' ') { Ok(()) } else { Err("has no house number".to_owned()) }
}

struct Nobody;

impl Service for Nobody {
    type Error = Fault;
    type Task = String;

    async fn task(&self, _: &String) -> Result<Progress, Fault> {
        Ok(Progress::Ready)
    }
}

impl Lifecycle for Parcel {
    type Service = Nobody;
    type Remote = ();

    async fn create(&mut self, _: &Context<'_, Nobody>) -> Result<Option<String>, Fault> {
        Ok(None)
    }

    async fn read(&self, _: &Context<'_, Nobody>) -> Result<(), Fault> {
        Ok(())
    }

    fn progress((): &()) -> Progress {
        Progress::Ready
    }

    fn absorb(&mut self, (): &()) {}

    async fn update(&mut self, _: &Self, (): &(), _: &Context<'_, Nobody>) -> Result<(), Fault> {
        Ok(())
    }

    async fn delete(&self, _: &Context<'_, Nobody>) -> Result<Option<String>, Fault> {
        Ok(None)
    }
}

/// What validation says of a parcel with this attribute.
fn said(attribute: &str, value: impl Into<Value>) -> Vec<String> {
    said_of([(attribute, value.into())])
}

fn said_of<const N: usize>(set: [(&str, Value); N]) -> Vec<String> {
    let mut members = tf_provider::schema::null_object(&Driver::<Parcel>::new().schema().attributes);
    members.insert("name".to_owned(), "p".into());
    members.extend(set.map(|(attribute, value)| (attribute.to_owned(), value)));
    let diagnostics = Driver::<Parcel>::new().validate(&Value::Object(members), true);
    let text = |severity: Severity| if severity == Severity::Error { "Error" } else { "Warning" };
    diagnostics.iter().map(|d| format!("{}: {}: {}", text(d.severity), d.summary, d.detail)).collect()
}

fn texts(texts: &[&str]) -> Value {
    Value::List(texts.iter().map(|text| Value::from(*text)).collect())
}

#[test]
fn an_unknown_word_of_an_open_list_is_warned_of_and_kept() {
    assert_eq!(said("carrier", "air"), [""; 0]);
    assert_eq!(
        said("carrier", "sea"),
        [
            r#"Warning: Unusual value for `carrier`: The value is not among those that this version of the provider knows: "road" and "air". It is sent as it is, and the service may refuse it."#
        ]
    );
    assert_eq!(said("carrier", ""), ["Error: Invalid value for `carrier`: The value must not be empty."]);
    let sea = Carrier::from_value(Value::from("sea"), &Path::root()).unwrap();
    assert_eq!((sea.as_str(), sea.to_value(), sea.to_string()), ("sea", Value::from("sea"), "sea".to_owned()));
    assert_eq!(sea, Carrier::Other("sea".to_owned()));
    assert_eq!(Carrier::parse("air"), Some(Carrier::Air));
    assert_eq!(Carrier::parse(""), None);
    assert_eq!(Carrier::VALUES, ["road", "air"]);
    assert_eq!(said("wrapping", "box"), [""; 0]);
    assert!(said("wrapping", "foil")[0].starts_with("Warning: Unusual value for `wrapping`: The value is not among"));
    assert_eq!(said("marks", texts(&["heavy"])), [""; 0]);
    assert!(said("marks", texts(&["heavy", "red"]))[0].contains("A value here is not among"));
}

#[test]
fn a_doubt_is_told_only_of_what_is_no_mistake() {
    assert_eq!(said("place", "Main Street 1"), [""; 0]);
    assert_eq!(
        said("place", "Nowhere"),
        [
            "Warning: Unusual value for `place`: The value has no house number. It is sent as it is, and the service may refuse it."
        ]
    );
    assert_eq!(said("place", ""), ["Error: Invalid value for `place`: The value must not be empty."]);
}

#[test]
fn a_number_that_is_not_whole_is_told_the_range_of_the_attribute() {
    let number = |digits: &str| Value::Number(digits.parse::<Number>().unwrap());
    let wrong = |attribute, digits| said(attribute, number(digits)).join(" ");
    let error = |attribute, wrong| format!("Error: Invalid value for `{attribute}`: The value {wrong}.");
    assert_eq!(
        wrong("count_of_things", "2.5"),
        error("count_of_things", "must be a whole number from 1 to 10, but is 2.5")
    );
    assert_eq!(wrong("count_of_things", "11"), error("count_of_things", "must be from 1 to 10, but is 11"));
    assert_eq!(wrong("count_of_things", "1e300"), error("count_of_things", "must be a whole number from 1 to 10"));
    assert_eq!(wrong("room", "0.5"), error("room", "must be a whole number of at least 1, but is 0.5"));
    assert_eq!(wrong("count_of_things", "10"), "");
}

#[test]
fn a_list_of_one_word_is_that_word() {
    assert_eq!(said("kind", "parcel"), [r#"Error: Invalid value for `kind`: The value must be "letter"."#]);
}

#[test]
fn what_is_null_in_a_collection_is_named() {
    let notes = Value::Map(BTreeMap::from([("ann".to_owned(), "x".into()), ("bob".to_owned(), Value::Null)]));
    assert_eq!(
        said("notes", notes),
        [
            r#"Error: `notes["bob"]` is null: Give it a value, or leave it out; `{ for key, value in … : key => value if value != null }` leaves out all that are null."#
        ]
    );
    let pages = Value::List(vec![texts(&["a"]), Value::List(vec!["b".into(), Value::Null])]);
    assert_eq!(
        said("pages", pages),
        [
            "Error: `pages[1][1]` is null: Give it a value, or leave it out; `[for x in … : x if x != null]` leaves out all that are null."
        ]
    );
}

#[test]
fn all_that_must_be_set_together_is_told_at_once() {
    assert_eq!(
        said("seal", "red"),
        ["Error: `seal` needs `wrapping` and `kind`: Set `wrapping` and `kind` as well, or remove `seal`."]
    );
}

/// A pair that excludes each other is one mistake, whichever of the two says so.
#[test]
fn each_pair_that_excludes_each_other_is_told_once() {
    let (street, locker, counter) = (("street", "Elm".into()), ("locker", "7".into()), ("counter", "2".into()));
    let wrong =
        |one: &str, others: &str| format!("Error: `{one}` cannot be set together with {others}: Remove one of them.");
    assert_eq!(said_of([street.clone(), locker.clone()]), [wrong("street", "`locker`")]);
    assert_eq!(said_of([locker.clone(), counter.clone()]), [wrong("locker", "`counter`")]);
    assert_eq!(
        said_of([street, locker, counter]),
        [wrong("street", "`locker` or `counter`"), wrong("locker", "`counter`")]
    );
}
