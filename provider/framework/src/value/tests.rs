use proptest::prelude::*;

use super::*;
use strategies::Encoding;

fn number(text: &str) -> Value {
    Value::Number(text.parse().unwrap())
}

fn set(elements: &[&str]) -> Value {
    Value::Set(elements.iter().map(|text| Value::from(*text)).collect())
}

#[test]
fn sets_compare_without_order_and_doubles() {
    assert_eq!(set(&["a", "b"]), set(&["b", "a", "b"]));
    assert_ne!(set(&["a", "b"]), set(&["a", "c"]));
    assert_ne!(set(&["a"]), set(&["a", "b"]));
    assert_ne!(set(&["a"]), Value::List(vec![Value::from("a")]));

    let of_sets = |elements: &[Value]| Value::Set(elements.to_vec());
    assert_eq!(of_sets(&[set(&["a", "b"]), set(&["c"])]), of_sets(&[set(&["c"]), set(&["b", "a"])]));
}

#[test]
fn unknown_elements_of_a_set_do_not_merge() {
    let unknowns = |count| Value::Set(vec![Value::Unknown; count]);
    assert_eq!(unknowns(2), unknowns(2));
    assert_ne!(unknowns(2), unknowns(1));
}

#[test]
fn numbers_compare_by_value_and_strings_by_normal_form() {
    assert_eq!(number("1.50"), number("1.5"));
    assert_eq!(number("1e2"), Value::from(100));
    assert_ne!(number("1"), Value::from("1"));
    assert_eq!(Value::from(0.1), number("0.1"));
    assert_eq!(Value::from(f64::NAN), Value::Null);
    assert_eq!(Value::String("e\u{301}".to_owned()), Value::String("\u{e9}".to_owned()));
    assert_eq!(Value::from("e\u{301}").as_str(), Some("\u{e9}"));
    assert_ne!(Value::from("e"), Value::from("\u{e9}"));
}

#[test]
fn null_unknown_and_empty_are_three_things() {
    let values = [Value::Null, Value::Unknown, Value::from(""), Value::List(vec![]), Value::Set(vec![])];
    for (position, a) in values.iter().enumerate() {
        for (other, b) in values.iter().enumerate() {
            assert_eq!(a == b, position == other);
        }
    }
}

#[test]
fn accessors_look_through_dynamic() {
    let dynamic = |ty, value| Value::Dynamic(Box::new(Dynamic { ty, value }));
    assert_eq!(dynamic(Type::String, Value::from("a")).as_str(), Some("a"));
    assert!(dynamic(Type::String, Value::Null).is_null());
    assert!(!dynamic(Type::String, Value::Unknown).is_known());
    assert!(!dynamic(Type::list(Type::String), Value::List(vec![Value::Unknown])).is_wholly_known());
    assert_ne!(dynamic(Type::String, Value::Null), Value::Null);
    assert_ne!(dynamic(Type::String, Value::Null), dynamic(Type::Number, Value::Null));
}

#[test]
fn known_and_wholly_known_differ() {
    let nested = Value::object([("a", Value::List(vec![Value::Unknown]))]);
    assert!(nested.is_known());
    assert!(!nested.is_wholly_known());
    assert!(Value::Null.is_wholly_known());
}

#[test]
fn at_follows_each_kind_of_step() {
    let value = Value::object([
        ("disks", Value::List(vec![Value::object([("size", Value::from(40))])])),
        ("labels", Value::Map([("a".to_owned(), Value::from("b"))].into())),
        ("later", Value::Unknown),
    ]);
    let disks = Path::from("disks");
    assert_eq!(value.at(&Path::root()), Some(&value));
    assert_eq!(value.at(&disks.index(0).attribute("size")), Some(&Value::from(40)));
    assert_eq!(value.at(&Path::from("labels").key("a")), Some(&Value::from("b")));
    for nowhere in [
        disks.index(1),
        disks.index(-1),
        disks.key("0"),
        Path::from("labels").attribute("a"),
        Path::from("later").attribute("a"),
        Path::from("absent"),
    ] {
        assert_eq!(value.at(&nowhere), None, "{nowhere}");
    }
}

#[test]
fn only_collections_have_elements_and_members() {
    assert_eq!(set(&["a", "b"]).elements().map(<[_]>::len), Some(2));
    assert_eq!(Value::Tuple(vec![Value::Null]).elements(), Some(&[Value::Null][..]));
    for value in [Value::Null, Value::Unknown, Value::from("ab"), Value::object([("a", Value::Null)])] {
        assert_eq!(value.elements(), None);
    }
    assert_eq!(Value::object([("a", Value::from(1))]).get("a"), Some(&Value::from(1)));
    assert_eq!(set(&["a"]).get("a"), None);
}

#[test]
fn debug_shows_the_shape_and_no_content() {
    let secret = Value::object([
        ("password", Value::from("hunter2")),
        ("pin", Value::from(4711)),
        ("tokens", Value::List(vec![Value::from("hunter2")])),
        ("headers", Value::Map([("hunter2".to_owned(), Value::from("hunter2"))].into())),
        ("any", Value::Dynamic(Box::new(Dynamic { ty: Type::String, value: Value::from("hunter2") }))),
    ]);
    assert_eq!(
        format!("{secret:?}"),
        "object {\"any\": dynamic string, \"headers\": map(1), \"password\": string, \"pin\": number, \
         \"tokens\": list(1)}"
    );
}

#[test]
fn errors_say_where() {
    let error = ValueError { path: Path::from("scaling").attribute("min"), reason: "is missing".to_owned() };
    assert_eq!(error.to_string(), "scaling.min: is missing");
    assert_eq!(ValueError::new("expected bool").to_string(), "expected bool");
}

/// The same value with the elements of every set turned round.
fn with_sets_reversed(value: &Value) -> Value {
    let each = |elements: &[Value]| elements.iter().map(with_sets_reversed).collect::<Vec<_>>();
    let members = |members: &BTreeMap<String, Value>| {
        members.iter().map(|(name, value)| (name.clone(), with_sets_reversed(value))).collect()
    };
    match value {
        Value::Set(elements) => Value::Set(each(elements).into_iter().rev().collect()),
        Value::List(elements) => Value::List(each(elements)),
        Value::Tuple(elements) => Value::Tuple(each(elements)),
        Value::Map(map) => Value::Map(members(map)),
        Value::Object(object) => Value::Object(members(object)),
        other => other.clone(),
    }
}

proptest! {
    #[test]
    fn the_order_of_a_set_is_never_seen((_, value) in strategies::typed_values(Encoding::Msgpack)) {
        prop_assert_eq!(with_sets_reversed(&value), value);
    }

    #[test]
    fn the_order_of_values_is_total(
        (a, b, c) in strategies::types().prop_flat_map(|ty| {
            let values = strategies::values(&ty, Encoding::Msgpack);
            (values.clone(), values.clone(), values)
        }),
    ) {
        prop_assert_eq!(a.cmp(&b), b.cmp(&a).reverse());
        let mut sorted = [&a, &b, &c];
        sorted.sort();
        prop_assert!(sorted[0] <= sorted[1] && sorted[1] <= sorted[2] && sorted[0] <= sorted[2]);
    }
}
