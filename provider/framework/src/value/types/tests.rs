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
