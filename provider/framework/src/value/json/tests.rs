use proptest::prelude::*;

use super::*;
use crate::path::Path;
use crate::value::strategies::{self, Encoding};

use Strictness::{Lenient, Strict};

fn strict(json: &str, ty: &Type) -> Result<Value, ValueError> {
    decode(json.as_bytes(), ty, Strict)
}

fn lenient(json: &str, ty: &Type) -> Result<Value, ValueError> {
    decode(json.as_bytes(), ty, Lenient)
}

fn number(text: &str) -> Value {
    Value::Number(text.parse().unwrap())
}

#[test]
fn numbers_keep_their_digits() {
    let third = format!("0.{}", "3".repeat(154));
    for text in [third.as_str(), "18446744073709551616", "0.1", "-7", "1234567890123456789012345678901234567890"] {
        assert_eq!(strict(text, &Type::Number), Ok(number(text)));
        assert_eq!(encode(&number(text), &Type::Number), Ok(text.as_bytes().to_vec()));
    }
    assert_eq!(strict("1E+2", &Type::Number), Ok(Value::from(100)));
    assert_eq!(encode(&number("1e2000000000"), &Type::Number), Ok(b"1e2000000000".to_vec()));
    assert!(strict("1e99999999999", &Type::Number).is_err());
}

#[test]
fn every_kind_has_its_shape() {
    let ty = Type::object([
        ("any", Type::Dynamic),
        ("list", Type::list(Type::Bool)),
        ("map", Type::map(Type::String)),
        ("null", Type::String),
        ("set", Type::set(Type::String)),
        ("tuple", Type::Tuple(vec![Type::Number, Type::String])),
    ]);
    let value = Value::object([
        ("any", Value::Dynamic(Box::new(Dynamic { ty: Type::Number, value: Value::from(1) }))),
        ("list", Value::List(vec![Value::from(true), Value::from(false)])),
        ("map", Value::Map([("k\"".to_owned(), Value::from("v"))].into())),
        ("null", Value::Null),
        ("set", Value::Set(vec![Value::from("a")])),
        ("tuple", Value::Tuple(vec![Value::from(1), Value::from("\u{0}")])),
    ]);
    let json = r#"{"any":{"value":1,"type":"number"},"list":[true,false],"map":{"k\"":"v"},"null":null,"set":["a"],"tuple":[1,"\u0000"]}"#;
    assert_eq!(String::from_utf8(encode(&value, &ty).unwrap()).unwrap(), json);
    assert_eq!(strict(json, &ty), Ok(value.clone()));
    let spaced = json.replace(',', " ,\n\t").replace(':', " : ");
    assert_eq!(strict(&format!(" {spaced}\n"), &ty), Ok(value));
}

#[test]
fn strings_and_keys_are_normalised() {
    let ty = Type::map(Type::String);
    let value = strict(r#"{"e\u0301":"e\u0301"}"#, &ty).unwrap();
    assert_eq!(value.get("\u{e9}").and_then(Value::as_str), Some("\u{e9}"));
}

#[test]
fn strict_wants_exactly_the_attributes() {
    let ty = Type::object([("a", Type::list(Type::Number)), ("b", Type::Bool)]);
    for (json, place, reason) in [
        (r#"{"a":[]}"#, Path::from("b"), "is missing"),
        (r#"{"a":[],"b":true,"c":1}"#, Path::from("c"), "is not an attribute"),
        (r#"{"a":[],"a":[],"b":true}"#, Path::from("a"), "is given twice"),
        (r#"{"a":[1,"2"],"b":true}"#, Path::from("a").index(1), "expected number, found string"),
        (r#"{"a":{},"b":true}"#, Path::from("a"), "expected list of number, found object"),
        (r#"{"a":[],"b":1}"#, Path::from("b"), "expected bool, found number"),
        ("[]", Path::root(), "expected object, found array"),
    ] {
        let error = strict(json, &ty).unwrap_err();
        assert_eq!(error.path, place, "{error}");
        assert!(error.reason.starts_with(reason), "{error}");
    }
}

#[test]
fn lenient_reads_the_state_of_another_schema() {
    let ty = Type::object([("gone", Type::String), ("disks", Type::list(Type::object([("size", Type::Number)])))]);
    let value = lenient(r#"{"old":{"x":[1]},"disks":[{"size":1,"old":2},{}]}"#, &ty).unwrap();
    let disk = |size| Value::object([("size", size)]);
    assert_eq!(
        value,
        Value::object([("gone", Value::Null), ("disks", Value::List(vec![disk(Value::from(1)), disk(Value::Null)])),])
    );
}

#[test]
fn lenient_reads_scalars_of_another_kind() {
    for (json, ty, value) in [
        (r#""12.50""#, Type::Number, number("12.5")),
        (r#""true""#, Type::Bool, Value::from(true)),
        (r#""0""#, Type::Bool, Value::from(false)),
        ("12", Type::String, Value::from("12")),
        ("false", Type::String, Value::from("false")),
    ] {
        assert_eq!(lenient(json, &ty), Ok(value));
        assert!(strict(json, &ty).is_err(), "{json}");
    }
    assert!(lenient(r#""yes""#, &Type::Bool).is_err());
    assert!(lenient(r#""many""#, &Type::Number).is_err());
    assert!(lenient("[]", &Type::String).is_err());
}

#[test]
fn dynamic_needs_type_and_value() {
    let string = Value::Dynamic(Box::new(Dynamic { ty: Type::String, value: Value::from("a") }));
    assert_eq!(strict(r#"{"type":"string","value":"a"}"#, &Type::Dynamic), Ok(string));
    assert_eq!(strict("null", &Type::Dynamic), Ok(Value::Null));
    for wrong in [
        r#""a""#,
        "{}",
        r#"{"value":"a"}"#,
        r#"{"value":"a","value":"a"}"#,
        r#"{"type":"string","value":"a","x":1}"#,
        r#"{"type":"text","value":"a"}"#,
        r#"{"type":"dynamic","value":null}"#,
        r#"{"type":"number","value":"a"}"#,
    ] {
        assert!(strict(wrong, &Type::Dynamic).is_err(), "{wrong}");
    }
}

#[test]
fn what_is_not_json_is_an_error() {
    let ty = Type::list(Type::String);
    for json in [&b""[..], b"[", b"[\"a\"]x", b"[\"a\",]", b"nul", b"[\"\\ud800\"]", b"\xff", b"[01]"] {
        assert!(decode(json, &ty, Lenient).is_err(), "{json:?}");
    }
}

#[test]
fn nesting_without_end_is_an_error() {
    let nested = |levels: usize| {
        let open = r#"{"type":["tuple",["dynamic"]],"value":["#;
        [open.repeat(levels), "null".to_owned(), "]}".repeat(levels)].concat()
    };
    assert!(strict(&nested(MAX_DEPTH / 2), &Type::Dynamic).is_ok());
    let error = strict(&nested(MAX_DEPTH), &Type::Dynamic).unwrap_err();
    assert!(error.reason.starts_with("values are nested more than 128 levels deep"), "{error}");
    assert!(lenient(&"[".repeat(100_000), &Type::list(Type::String)).is_err());
}

#[test]
fn json_has_no_unknown_and_no_infinity() {
    let ty = Type::object([("a", Type::list(Type::Number))]);
    let infinity = Value::Number(Number::try_from(f64::INFINITY).unwrap());
    for value in [Value::Unknown, infinity] {
        let error = encode(&Value::object([("a", Value::List(vec![value]))]), &ty).unwrap_err();
        assert_eq!(error.path, Path::from("a").index(0));
    }
}

#[test]
fn errors_do_not_quote_the_value() {
    for (json, ty) in [
        (r#"{"a":"hunter2"}"#, Type::object([("a", Type::Number)])),
        (r#"{"a":"hunter2"}"#, Type::object([("a", Type::Bool)])),
        (r#"{"a":"hunter2""#, Type::object([("a", Type::String)])),
        (r#"{"type":"hunter2","value":"hunter2"}"#, Type::Dynamic),
    ] {
        let error = lenient(json, &ty).unwrap_err();
        assert!(!error.to_string().contains("hunter2"), "{error}");
    }
}

proptest! {
    #[test]
    fn any_value_survives((ty, value) in strategies::typed_values(Encoding::Json)) {
        let json = encode(&value, &ty).unwrap();
        prop_assert_eq!(decode(&json, &ty, Strict), Ok(value.clone()));
        prop_assert_eq!(decode(&json, &ty, Lenient), Ok(value));
    }

    #[test]
    fn what_is_written_is_json((ty, value) in strategies::typed_values(Encoding::Json)) {
        let json = encode(&value, &ty).unwrap();
        prop_assert!(serde_json::from_slice::<serde::de::IgnoredAny>(&json).is_ok());
    }

    #[test]
    fn any_text_is_read_or_refused(ty in strategies::types(), json in "[\\[\\]{}\",:0-9a-z.\\\\ -]{0,40}") {
        if let Ok(value) = decode(json.as_bytes(), &ty, Strict) {
            prop_assert!(ty.conforms(&value).is_ok());
        }
    }

    #[test]
    fn a_damaged_value_is_read_or_refused(
        (ty, value) in strategies::typed_values(Encoding::Json),
        place: prop::sample::Index,
        byte: u8,
    ) {
        let mut json = encode(&value, &ty).unwrap();
        let place = place.index(json.len());
        json[place] = byte;
        let _ = decode(&json, &ty, Strict);
        let _ = decode(&json, &ty, Lenient);
    }
}
