use proptest::prelude::*;

use super::*;
use crate::path::Path;
use crate::value::strategies;

#[test]
fn json_is_the_protocols() {
    for (ty, json) in [
        (Type::String, r#""string""#),
        (Type::Dynamic, r#""dynamic""#),
        (Type::list(Type::set(Type::Number)), r#"["list",["set","number"]]"#),
        (Type::map(Type::Bool), r#"["map","bool"]"#),
        (Type::Tuple(vec![Type::Bool, Type::String]), r#"["tuple",["bool","string"]]"#),
        (Type::Tuple(vec![]), r#"["tuple",[]]"#),
        (Type::object([("b", Type::Bool), ("a", Type::Number)]), r#"["object",{"a":"number","b":"bool"}]"#),
    ] {
        assert_eq!(String::from_utf8(ty.to_json()).unwrap(), json);
        assert_eq!(Type::from_json(json.as_bytes()), Ok(ty));
    }
}

#[test]
fn optional_attributes_are_read_and_dropped() {
    assert_eq!(Type::from_json(br#"["object",{"a":"string"},["a"]]"#), Ok(Type::object([("a", Type::String)])));
}

#[test]
fn what_is_no_type_is_refused() {
    for json in [
        "",
        "null",
        "{}",
        "[]",
        "1",
        r#""text""#,
        r#"["list"]"#,
        r#"["list","string","string"]"#,
        r#"["list",["text"]]"#,
        r#"["tuple","string"]"#,
        r#"["object",["string"]]"#,
        r#"["object",{"a":1}]"#,
        r#"["object",{},1]"#,
        r#""string" "#.repeat(2).as_str(),
        "\u{0}",
    ] {
        assert!(Type::from_json(json.as_bytes()).is_err(), "{json}");
    }
    let deep = "[\"list\",".repeat(100_000);
    assert!(Type::from_json(deep.as_bytes()).is_err());
}

#[test]
fn displays_in_terraforms_words() {
    assert_eq!(Type::list(Type::map(Type::String)).to_string(), "list of map of string");
    assert_eq!(Type::set(Type::object([("a", Type::Bool)])).to_string(), "set of object");
}

#[test]
fn names_the_place_that_does_not_conform() {
    let disk = Type::object([("size", Type::Number)]);
    let ty = Type::object([("disks", Type::list(disk)), ("labels", Type::map(Type::String))]);
    let value = |disk: Value, label: Value| {
        Value::object([("disks", Value::List(vec![disk])), ("labels", Value::Map([("a".to_owned(), label)].into()))])
    };
    let good_disk = Value::object([("size", Value::from(1))]);
    assert_eq!(ty.conforms(&value(good_disk.clone(), Value::Unknown)), Ok(()));

    for (value, place, reason) in [
        (
            value(Value::object([("size", Value::from("1"))]), Value::Null),
            Path::from("disks").index(0).attribute("size"),
            "expected number, found string",
        ),
        (value(good_disk.clone(), Value::from(true)), Path::from("labels").key("a"), "expected string, found bool"),
        (
            value(Value::object::<&str>([]), Value::Null),
            Path::from("disks").index(0).attribute("size"),
            "is missing; every attribute must be present, as null when it is not set",
        ),
        (
            value(Value::object([("size", Value::Null), ("sise", Value::Null)]), Value::Null),
            Path::from("disks").index(0).attribute("sise"),
            "is not an attribute of this object; remove it or check its spelling",
        ),
    ] {
        let error = ty.conforms(&value).unwrap_err();
        assert_eq!((error.path, error.reason.as_str()), (place, reason));
    }
}

#[test]
fn dynamic_values_carry_a_type() {
    let dynamic = |ty, value| Value::Dynamic(Box::new(super::super::Dynamic { ty, value }));
    let string = dynamic(Type::String, Value::from("a"));
    assert_eq!(Type::Dynamic.conforms(&string), Ok(()));
    assert!(Type::Dynamic.conforms(&Value::from("a")).is_err());
    assert!(Type::Dynamic.conforms(&dynamic(Type::Bool, Value::from("a"))).is_err());
    assert!(Type::Dynamic.conforms(&dynamic(Type::Dynamic, Value::Null)).is_err());
    assert!(Type::String.conforms(&string).is_err());

    let number = dynamic(Type::Number, Value::from(1));
    let list = Type::list(Type::Dynamic);
    assert_eq!(list.conforms(&Value::List(vec![string.clone(), string.clone()])), Ok(()));
    assert!(list.conforms(&Value::List(vec![string.clone(), number.clone()])).is_err());
    let pair = Type::Tuple(vec![Type::Dynamic, Type::Dynamic]);
    assert_eq!(pair.conforms(&Value::Tuple(vec![string, number])), Ok(()));
}

/// Pairs of values of one type, and whether they can be elements of one collection: Terraform's decoder compares whole
/// types, so that a null of unknown type differs from a string, unless it is the element itself.
fn pairs() -> Vec<(Type, Value, Value, bool)> {
    let dynamic = |ty, value| Value::Dynamic(Box::new(super::super::Dynamic { ty, value }));
    let (text, number) = (dynamic(Type::String, "a".into()), dynamic(Type::Number, 1.into()));
    let object = |value: &Value| Value::object([("a", value.clone())]);
    let list = |value: &Value| Value::List(vec![value.clone()]);
    let objects = Type::object([("a", Type::Dynamic)]);
    let lists = Type::list(Type::Dynamic);
    let inside = |value: &Value| dynamic(lists.clone(), list(value));
    vec![
        (Type::Dynamic, text.clone(), text.clone(), true),
        (Type::Dynamic, text.clone(), number.clone(), false),
        (Type::Dynamic, text.clone(), Value::Null, true),
        (Type::Dynamic, inside(&text), inside(&text), true),
        (Type::Dynamic, inside(&text), inside(&number), false),
        (objects.clone(), object(&text), object(&text), true),
        (objects.clone(), object(&text), object(&number), false),
        (objects.clone(), object(&text), object(&Value::Null), false),
        (objects, object(&text), Value::Unknown, false),
        (lists.clone(), list(&text), list(&number), false),
        (lists.clone(), list(&text), list(&Value::Null), false),
        (lists, Value::List(vec![Value::Null, text.clone()]), list(&text), true),
        (Type::Tuple(vec![Type::Dynamic]), Value::Tuple(vec![text]), Value::Tuple(vec![number]), false),
    ]
}

#[test]
fn elements_of_a_collection_carry_one_type_at_any_depth() {
    for (element, a, b, agree) in pairs() {
        let keyed = [("a".to_owned(), a.clone()), ("b".to_owned(), b.clone())].into();
        let map = Type::map(element.clone()).conforms(&Value::Map(keyed));
        let list = Type::list(element.clone()).conforms(&Value::List(vec![a.clone(), b.clone()]));
        let set = Type::set(element.clone()).conforms(&Value::Set(vec![a, b]));
        assert_eq!([map.is_ok(), list.is_ok(), set.is_ok()], [agree; 3], "{element:?}");
    }
}

#[test]
fn what_carries_several_types_in_a_collection_is_not_decoded() {
    use super::super::{json, msgpack};
    for (element, a, b, agree) in pairs() {
        // A tuple is encoded as a list is, and may hold both.
        let pair = Type::Tuple(vec![element.clone(), element.clone()]);
        let both = Value::Tuple(vec![a.clone(), b.clone()]);
        for ty in [Type::list(element.clone()), Type::set(element.clone())] {
            let bytes = msgpack::encode(&both, &pair).unwrap();
            assert_eq!(msgpack::decode(&bytes, &ty).is_ok(), agree, "{ty:?}");
            if let Ok(text) = json::encode(&both, &pair) {
                assert_eq!(json::decode(&text, &ty, json::Strictness::Lenient).is_ok(), agree, "{ty:?}");
            }
        }
        // So is an object, as a map.
        let types = Type::object([("a", element.clone()), ("b", element.clone())]);
        let value = Value::object([("a", a), ("b", b)]);
        let (bytes, ty) = (msgpack::encode(&value, &types).unwrap(), Type::map(element));
        assert_eq!(msgpack::decode(&bytes, &ty).is_ok(), agree, "{ty:?}");
        if let Ok(text) = json::encode(&value, &types) {
            assert_eq!(json::decode(&text, &ty, json::Strictness::Strict).is_ok(), agree, "{ty:?}");
        }
    }
}

proptest! {
    #[test]
    fn any_type_survives_json(ty in strategies::types()) {
        prop_assert_eq!(Type::from_json(&ty.to_json()), Ok(ty));
    }

    #[test]
    fn generated_values_conform((ty, value) in strategies::typed_values(strategies::Encoding::Msgpack)) {
        prop_assert_eq!(ty.conforms(&value), Ok(()));
    }
}
