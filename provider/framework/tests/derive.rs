//! What the derives make of documented structs and enums.

use std::collections::BTreeMap;
use std::time::Duration;

use secrecy::SecretString;
use tf_provider::path::Path;
use tf_provider::resource::{IdentityAttribute, Timeouts};
use tf_provider::schema::{Attribute, Check, Keep, Kind, Nesting, Presence};
use tf_provider::value::{Type, Value, ValueError};
use tf_provider::{AttributeValue, Computed, Field, Json, Model, OptionalComputed, Resource, Set, StringEnum};

/// How fast a disk is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, StringEnum)]
enum DiskCategory {
    /// The slow one.
    #[value("cloud_efficiency")]
    Efficiency,
    /// The fast one.
    #[value("cloud_essd")]
    Essd,
    /// What the service calls so.
    Auto,
}

/// A disk.
#[derive(Clone, Debug, PartialEq, Model)]
struct Disk {
    /// Size in GiB.
    #[attr(default = 120, range = 40..=500)]
    size: i64,
    /// How fast it is.
    #[attr(default = DiskCategory::Essd)]
    category: DiskCategory,
    /// A name for people.
    label: OptionalComputed<String>,
}

/// A machine.
///
/// It runs programs.
#[derive(Clone, Debug, Resource)]
#[resource(
    spoken = "VM",
    version = 2,
    identity(region?, id),
    timeouts(create = "1h30m", delete = "90s"),
    protected_by = protected,
)]
struct VirtualMachine {
    /// The region.
    #[attr(keep, replace = "A machine cannot move.")]
    region: OptionalComputed<String>,
    /// The id.
    #[attr(keep)]
    id: Computed<String>,
    /// The name.
    #[attr(len = 1..=63, check = starts_with_a_letter)]
    name: String,
    /// The address.
    #[attr(keep_unless(name, r#type))]
    address: Computed<String>,
    /// The kind of machine.
    #[attr(one_of("small", "large"), deprecated = "Use `size` instead.")]
    r#type: Option<String>,
    /// The size.
    #[attr(name = "machine_size", range = -0.5.., conflicts(r#type), requires(name, disk))]
    size: Option<f64>,
    /// The first disk.
    disk: Disk,
    /// More disks.
    #[attr(len = 1.., check = Self::check_disks)]
    data_disks: Option<Vec<Disk>>,
    /// Categories that are wanted.
    categories: Option<Set<DiskCategory>>,
    /// Words for people.
    labels: Option<BTreeMap<String, String>>,
    /// The password.
    #[attr(write_only, requires(name))]
    password: Option<SecretString>,
    /// Not for everybody.
    #[attr(sensitive)]
    notes: Option<Json>,
    /// Whether it must stay.
    #[attr(default = true)]
    protected: bool,
}

fn starts_with_a_letter(name: &str) -> Result<(), String> {
    if name.starts_with(|c: char| c.is_ascii_alphabetic()) {
        Ok(())
    } else {
        Err("must start with a letter".to_owned())
    }
}

impl VirtualMachine {
    fn check_disks(disks: &[Disk]) -> Result<(), String> {
        if disks.iter().all(|disk| disk.label.get().is_some()) {
            Ok(())
        } else {
            Err("must all have a label".to_owned())
        }
    }
}

fn attribute(name: &str) -> Attribute {
    VirtualMachine::attributes()
        .into_iter()
        .find(|a| a.name == name)
        .unwrap_or_else(|| panic!("there is no attribute {name}"))
}

fn disk(size: i64, label: Value) -> Value {
    Value::object([("size", Value::from(size)), ("category", Value::from("cloud_essd")), ("label", label)])
}

/// A machine of which only what is required is set.
fn small_machine() -> BTreeMap<String, Value> {
    let mut members: BTreeMap<String, Value> =
        VirtualMachine::attributes().iter().map(|a| (a.name.to_owned(), Value::Null)).collect();
    members.insert("name".to_owned(), Value::from("web"));
    members.insert("disk".to_owned(), disk(40, Value::Null));
    members.insert("protected".to_owned(), Value::Bool(false));
    members
}

fn read(members: BTreeMap<String, Value>) -> Result<VirtualMachine, ValueError> {
    VirtualMachine::from_members(members, &Path::root())
}

#[test]
fn doc_comments_are_the_descriptions() {
    assert_eq!(VirtualMachine::DESCRIPTION, "A machine.\n\nIt runs programs.");
    assert_eq!(Disk::DESCRIPTION, "A disk.");
    assert_eq!(attribute("region").description, "The region.");
}

#[test]
fn attributes_keep_the_order_and_the_names_of_the_fields() {
    let names: Vec<_> = VirtualMachine::attributes().iter().map(|a| a.name).collect();
    assert_eq!(
        names,
        [
            "region",
            "id",
            "name",
            "address",
            "type",
            "machine_size",
            "disk",
            "data_disks",
            "categories",
            "labels",
            "password",
            "notes",
            "protected"
        ]
    );
}

#[test]
fn the_type_says_who_writes_the_value() {
    assert_eq!(attribute("name").presence, Presence::Required);
    assert_eq!(attribute("type").presence, Presence::Optional);
    assert_eq!(attribute("id").presence, Presence::Computed);
    assert_eq!(attribute("region").presence, Presence::OptionalComputed);
}

#[test]
fn the_type_says_what_the_value_is() {
    assert_eq!(attribute("name").kind.ty(), Type::String);
    assert_eq!(attribute("machine_size").kind.ty(), Type::Number);
    assert_eq!(attribute("categories").kind.ty(), Type::Set(Box::new(Type::String)));
    assert_eq!(attribute("labels").kind.ty(), Type::Map(Box::new(Type::String)));
    let Kind::Nested(Nesting::Single, disk) = attribute("disk").kind else { panic!("disk is not a nested object") };
    assert_eq!(disk.iter().map(|a| a.name).collect::<Vec<_>>(), ["size", "category", "label"]);
    assert!(matches!(attribute("data_disks").kind, Kind::Nested(Nesting::List, disks) if disks.len() == 3));
}

#[test]
fn a_default_makes_the_attribute_optional_and_computed() {
    let protected = attribute("protected");
    assert_eq!(protected.presence, Presence::OptionalComputed);
    assert_eq!(protected.default, Some(Value::Bool(true)));
    let disk = Disk::attributes();
    assert_eq!(disk[0].default, Some(Value::from(120)));
    assert_eq!(disk[1].default, Some(Value::from("cloud_essd")));
    assert_eq!(disk[2].default, None);
}

#[test]
fn words_become_schema() {
    assert_eq!(attribute("region").replace, Some("A machine cannot move."));
    assert_eq!(attribute("region").keep, Keep::Always);
    assert_eq!(attribute("address").keep, Keep::Unless(&["name", "type"]));
    assert_eq!(attribute("name").keep, Keep::Never);
    assert_eq!(attribute("type").deprecated, Some("Use `size` instead."));
    assert_eq!(attribute("machine_size").conflicts, ["type"]);
    assert_eq!(attribute("machine_size").requires, ["name", "disk"]);
    assert!(attribute("password").write_only);
    assert!(!attribute("notes").write_only);
}

#[test]
fn values_are_sensitive_by_type_or_by_word() {
    assert!(attribute("password").sensitive);
    assert!(attribute("notes").sensitive);
    assert!(!attribute("name").sensitive);
}

#[test]
fn checks_of_the_type_come_before_those_of_the_words() {
    let disk = Disk::attributes();
    assert!(matches!(disk[0].checks[..], [Check::Whole, Check::Range(40.0, 500.0)]), "{:?}", disk[0].checks);
    assert!(matches!(&disk[1].checks[..], [Check::OneOf(words)] if *words == DiskCategory::VALUES));
    assert!(matches!(attribute("name").checks[..], [Check::Length(1, 63), Check::Function(_)]));
    assert!(matches!(attribute("data_disks").checks[0], Check::Length(1, usize::MAX)));
    assert!(matches!(attribute("machine_size").checks[..], [Check::Function(_), Check::Range(-0.5, f64::MAX)]));
    assert!(matches!(&attribute("type").checks[..], [Check::OneOf(words)] if *words == ["small", "large"]));
    assert!(matches!(&attribute("categories").checks[..], [Check::Each(_)]));
}

#[test]
fn a_check_in_code_sees_the_typed_value() {
    let name = &attribute("name").checks[1];
    assert_eq!(name.apply(&Value::from("web")), Ok(()));
    assert_eq!(name.apply(&Value::from("1web")), Err("must start with a letter".to_owned()));
    let disks = &attribute("data_disks").checks[1];
    assert_eq!(disks.apply(&Value::List(vec![disk(40, Value::from("a"))])), Ok(()));
    assert_eq!(disks.apply(&Value::List(vec![disk(40, Value::Null)])), Err("must all have a label".to_owned()));
}

#[test]
fn a_check_in_code_waits_until_every_part_is_known() {
    let disks = &attribute("data_disks").checks[1];
    let partly_known = Value::List(vec![disk(40, Value::Unknown)]);
    assert_eq!(disks.apply(&partly_known), Ok(()));
}

#[test]
fn equality_is_that_of_the_type() {
    let notes = attribute("notes");
    assert!(notes.same(&Value::from("{\"a\": 1}"), &Value::from("{\"a\":1}")));
    assert!(!notes.same(&Value::from("{\"a\": 1}"), &Value::from("{\"a\": 2}")));
    assert!(attribute("name").same.is_none());
}

#[test]
fn values_survive_the_round_trip() {
    let mut members = small_machine();
    assert_eq!(read(members.clone()).unwrap().to_members(), members);

    members.insert("id".to_owned(), Value::from("m-1"));
    members.insert("type".to_owned(), Value::from("small"));
    members.insert("machine_size".to_owned(), Value::from(2));
    members.insert("data_disks".to_owned(), Value::List(vec![disk(50, Value::from("data"))]));
    members.insert("categories".to_owned(), Value::Set(vec![Value::from("Auto")]));
    members.insert("labels".to_owned(), Value::Map(BTreeMap::from([("a".to_owned(), Value::from("b"))])));
    members.insert("password".to_owned(), Value::from("s3cret"));
    let machine = read(members.clone()).unwrap();
    assert_eq!(machine.id.get().map(String::as_str), Some("m-1"));
    assert_eq!(machine.r#type.as_deref(), Some("small"));
    assert_eq!(machine.disk, Disk { size: 40, category: DiskCategory::Essd, label: OptionalComputed::default() });
    assert_eq!(machine.to_members(), members);
}

#[test]
fn a_member_of_another_type_is_an_error_that_names_it() {
    let mut members = small_machine();
    members.insert("name".to_owned(), Value::Unknown);
    assert_eq!(read(members).unwrap_err().path, Path::from("name"));

    let mut members = small_machine();
    members.insert("disk".to_owned(), Value::object([("size", Value::from("large"))]));
    assert_eq!(read(members).unwrap_err().path, Path::from("disk").attribute("size"));
}

#[test]
fn what_is_missing_is_blank() {
    let blank = Disk { size: 0, category: DiskCategory::Efficiency, label: OptionalComputed::default() };
    let machine = VirtualMachine::from_members(BTreeMap::new(), &Path::root()).unwrap();
    assert_eq!((machine.name.as_str(), machine.disk), ("", blank));
    assert!(machine.region.get().is_none() && machine.data_disks.is_none());

    let mut members = small_machine();
    members.insert("disk".to_owned(), Value::object([("category", Value::from("Auto"))]));
    assert_eq!(read(members).unwrap().disk.size, 0);
}

#[test]
fn a_nested_object_is_an_attribute_value() {
    assert_eq!(Disk::PRESENCE, Presence::Required);
    let value = disk(40, Value::from("data"));
    assert_eq!(Disk::from_value(value.clone(), &Path::root()).unwrap().to_value(), value);
    for value in [Value::Null, Value::Unknown, Value::from("disk")] {
        let error = Disk::from_value(value, &Path::from("disk")).unwrap_err();
        assert_eq!(error.path, Path::from("disk"));
        assert!(error.reason.starts_with("must be an object, but is"), "{}", error.reason);
    }
}

#[test]
fn constants_name_the_fields_with_their_types() {
    let name: Field<VirtualMachine, String> = VirtualMachine::NAME;
    let kind: Field<VirtualMachine, String> = VirtualMachine::TYPE;
    let size: Field<VirtualMachine, f64> = VirtualMachine::SIZE;
    let disks: Field<VirtualMachine, Vec<Disk>> = VirtualMachine::DATA_DISKS;
    assert_eq!([name.name(), kind.name(), size.name(), disks.name()], ["name", "type", "machine_size", "data_disks"]);
}

#[test]
fn a_resource_is_declared() {
    assert_eq!(<VirtualMachine as Resource>::NAME, "virtual_machine");
    assert_eq!(<VirtualMachine as Resource>::SPOKEN, "VM");
    assert_eq!(<VirtualMachine as Resource>::VERSION, 2);
    assert_eq!(
        <VirtualMachine as Resource>::IDENTITY,
        [IdentityAttribute { name: "region", required: false }, IdentityAttribute { name: "id", required: true }]
    );
    assert_eq!(
        <VirtualMachine as Resource>::TIMEOUTS,
        Timeouts {
            create: Some(Duration::from_secs(5400)),
            delete: Some(Duration::from_secs(90)),
            ..Timeouts::default()
        }
    );
    assert_eq!(<VirtualMachine as Resource>::PROTECTED_BY, Some("protected"));
}

#[test]
fn a_resource_needs_no_more_than_its_identity() {
    /// A key.
    #[derive(Clone, Resource)]
    #[resource(name = "api_key", identity(id))]
    struct Key {
        /// The id.
        #[attr(keep)]
        id: Computed<String>,
    }
    assert_eq!(<Key as Resource>::NAME, "api_key");
    assert_eq!(<Key as Resource>::SPOKEN, "api key");
    assert_eq!(<Key as Resource>::VERSION, 0);
    assert_eq!(<Key as Resource>::TIMEOUTS, Timeouts::default());
    assert_eq!(<Key as Resource>::PROTECTED_BY, None);
    assert_eq!(Key { id: Computed::default() }.to_members(), BTreeMap::from([("id".to_owned(), Value::Null)]));
}

#[test]
fn a_model_may_be_empty() {
    /// Nothing to say.
    #[derive(Clone, Debug, PartialEq, Model)]
    struct Nothing {}
    assert!(Nothing::attributes().is_empty());
    assert_eq!(Nothing {}.to_value(), Value::Object(BTreeMap::new()));
    assert_eq!(Nothing::from_value(Value::Object(BTreeMap::new()), &Path::root()), Ok(Nothing {}));
}

#[test]
fn a_string_enum_stands_for_its_strings() {
    assert_eq!(DiskCategory::VALUES, ["cloud_efficiency", "cloud_essd", "Auto"]);
    assert_eq!(DiskCategory::parse("cloud_essd"), Some(DiskCategory::Essd));
    assert_eq!(DiskCategory::parse("Essd"), None);
    assert_eq!(DiskCategory::Auto.as_str(), "Auto");
    assert_eq!(DiskCategory::Efficiency.to_string(), "cloud_efficiency");
    assert_eq!(DiskCategory::blank(), DiskCategory::Efficiency);
}

#[test]
fn a_string_enum_is_a_checked_string() {
    assert_eq!(DiskCategory::kind().ty(), Type::String);
    assert_eq!(DiskCategory::Essd.to_value(), Value::from("cloud_essd"));
    assert_eq!(DiskCategory::from_value(Value::from("Auto"), &Path::root()), Ok(DiskCategory::Auto));
    for value in [Value::from("tape"), Value::Null, Value::Unknown, Value::Bool(true)] {
        let error = DiskCategory::from_value(value, &Path::from("category")).unwrap_err();
        assert_eq!(error.path, Path::from("category"));
        assert_eq!(error.reason, r#"must be "cloud_efficiency", "cloud_essd" or "Auto""#);
    }
}
