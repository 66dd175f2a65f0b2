use proptest::prelude::*;

use super::*;
use crate::path::Path;
use crate::value::strategies::{self, Encoding};

fn text(text: &str) -> Vec<u8> {
    encode(&Value::from(text), &Type::String).unwrap()
}

fn number(text: &str) -> Number {
    text.parse().unwrap()
}

/// The same value by another library.
fn oracle(value: &Value) -> rmpv::Value {
    let all = |elements: &[Value]| rmpv::Value::Array(elements.iter().map(oracle).collect());
    match value {
        Value::Null => rmpv::Value::Nil,
        Value::Unknown => rmpv::Value::Ext(0, vec![0]),
        Value::Bool(truth) => rmpv::Value::from(*truth),
        Value::String(text) => rmpv::Value::from(text.as_str()),
        Value::Number(number) => match number.as_i64() {
            Some(integer) => rmpv::Value::from(integer),
            None if number.is_finite() => rmpv::Value::from(number.to_string()),
            None => rmpv::Value::from(number.as_f64()),
        },
        Value::List(elements) | Value::Set(elements) | Value::Tuple(elements) => all(elements),
        Value::Map(members) | Value::Object(members) => rmpv::Value::Map(
            members.iter().map(|(name, value)| (rmpv::Value::from(name.as_str()), oracle(value))).collect(),
        ),
        Value::Dynamic(dynamic) => {
            rmpv::Value::Array(vec![rmpv::Value::Binary(dynamic.ty.to_json()), oracle(&dynamic.value)])
        }
    }
}

fn oracle_bytes(value: &rmpv::Value) -> Vec<u8> {
    let mut bytes = Vec::new();
    rmpv::encode::write_value(&mut bytes, value).unwrap();
    bytes
}

#[test]
fn numbers_are_read_as_terraform_sends_them() {
    let third = format!("0.{}", "3".repeat(154));
    let googol = format!("1{}", "0".repeat(100));
    for (bytes, expected) in [
        (vec![0x05], "5"),
        (vec![0xe0], "-32"),
        (vec![0xcc, 0xff], "255"),
        (vec![0xd3, 0x80, 0, 0, 0, 0, 0, 0, 0], "-9223372036854775808"),
        (vec![0xcf, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], "18446744073709551615"),
        (vec![0xcb, 0x3f, 0xe0, 0, 0, 0, 0, 0, 0], "0.5"),
        (vec![0xca, 0x3f, 0, 0, 0], "0.5"),
        (vec![0xcb, 0x3f, 0xb9, 0x99, 0x99, 0x99, 0x99, 0x99, 0x9a], "0.1"),
        (text("0.1"), "0.1"),
        (text("18446744073709551615"), "18446744073709551615"),
        (text(&third), &third),
        (text(&googol), "1e100"),
    ] {
        assert_eq!(decode(&bytes, &Type::Number), Ok(Value::Number(number(expected))), "{expected}");
    }
}

#[test]
fn numbers_are_written_with_all_their_digits() {
    let third = format!("0.{}", "3".repeat(154));
    for (value, expected) in [
        ("5", vec![0x05]),
        ("-1.0", vec![0xff]),
        ("300", vec![0xcd, 0x01, 0x2c]),
        ("0.1", text("0.1")),
        ("1.50", text("1.5")),
        ("18446744073709551615", text("18446744073709551615")),
        ("1e100", text(&format!("1{}", "0".repeat(100)))),
        (&third, text(&third)),
    ] {
        assert_eq!(encode(&Value::Number(number(value)), &Type::Number), Ok(expected), "{value}");
    }
}

#[test]
fn infinity_is_a_float_and_nan_an_error() {
    let infinity = [0xcb, 0x7f, 0xf0, 0, 0, 0, 0, 0, 0];
    let value = decode(&infinity, &Type::Number).unwrap();
    assert_eq!(value.as_number().map(Number::as_f64), Some(f64::INFINITY));
    assert_eq!(encode(&value, &Type::Number), Ok(infinity.to_vec()));
    assert!(decode(&[0xcb, 0x7f, 0xf8, 0, 0, 0, 0, 0, 0], &Type::Number).is_err());
}

#[test]
fn every_extension_is_unknown() {
    for bytes in [
        &[0xd4, 0, 0][..],
        &[0xc7, 0, 0],
        &[0xc7, 0, 9],
        &[0xd4, 9, 1],
        &[0xc7, 3, 12, 0x81, 0x01, 0xc2],
        &[0xd5, 12, 0x80, 0x80],
        b"\xc7\x07\x0c\x82\x01\xc2\x02\xa2ab",
    ] {
        for ty in [Type::String, Type::Dynamic, Type::list(Type::Bool), Type::object([("a", Type::Bool)])] {
            assert_eq!(decode(bytes, &ty), Ok(Value::Unknown));
        }
    }
    assert_eq!(encode(&Value::Unknown, &Type::String), Ok(vec![0xd4, 0, 0]));
}

#[test]
fn null_is_nil_for_every_type() {
    for ty in [Type::Bool, Type::Dynamic, Type::Tuple(vec![Type::Bool]), Type::object([("a", Type::Bool)])] {
        assert_eq!(decode(&[0xc0], &ty), Ok(Value::Null));
        assert_eq!(encode(&Value::Null, &ty), Ok(vec![0xc0]));
    }
}

#[test]
fn strings_and_keys_are_normalised() {
    let decoded = decode(b"\xa3e\xcc\x81", &Type::String).unwrap();
    assert_eq!(decoded.as_str(), Some("\u{e9}"));
    let decoded = decode(b"\x81\xa3e\xcc\x81\xc3", &Type::map(Type::Bool)).unwrap();
    assert_eq!(decoded.get("\u{e9}"), Some(&Value::from(true)));
}

#[test]
fn dynamic_carries_its_type_in_binary_or_text() {
    let value = Value::Dynamic(Box::new(Dynamic { ty: Type::String, value: Value::from("a") }));
    assert_eq!(encode(&value, &Type::Dynamic), Ok(b"\x92\xc4\x08\"string\"\xa1a".to_vec()));
    assert_eq!(decode(b"\x92\xc4\x08\"string\"\xa1a", &Type::Dynamic), Ok(value.clone()));
    assert_eq!(decode(b"\x92\xa8\"string\"\xa1a", &Type::Dynamic), Ok(value));
    for wrong in [
        &b"\xa1a"[..],
        b"\x91\xa8\"string\"",
        b"\x92\x01\xa1a",
        b"\x92\xa3any\xa1a",
        b"\x92\xa9\"dynamic\"\xc0",
        b"\x92\xa8\"number\"\xc3",
    ] {
        assert!(decode(wrong, &Type::Dynamic).is_err());
    }
}

#[test]
fn objects_have_exactly_their_attributes() {
    let ty = Type::object([("a", Type::Bool), ("b", Type::list(Type::Number))]);
    for (bytes, place, reason) in [
        (&b"\x81\xa1a\xc3"[..], Path::from("b"), "is missing"),
        (b"\x83\xa1a\xc3\xa1b\xc0\xa1c\xc0", Path::from("c"), "is not an attribute"),
        (b"\x82\xa1a\xc3\xa1a\xc3", Path::from("a"), "is given twice"),
        (b"\x82\xa1a\xa1x\xa1b\xc0", Path::from("a"), "expected bool, found string"),
        (b"\x82\xa1a\xc3\xa1b\x92\x01\xc2", Path::from("b").index(1), "expected number, found bool"),
        (b"\x82\xa1a\xc3\xa1b\x81\xa1a\xc0", Path::from("b"), "expected list of number, found map"),
        (b"\x82\x01\xc3\xa1b\xc0", Path::root(), "expected a string as the name of a member"),
        (b"\x90", Path::root(), "expected object, found array"),
    ] {
        let error = decode(bytes, &ty).unwrap_err();
        assert_eq!(error.path, place, "{error}");
        assert!(error.reason.starts_with(reason), "{error}");
    }
}

#[test]
fn members_of_maps_and_tuples_are_checked() {
    let error = decode(b"\x82\xa1a\xc3\xa1a\xc3", &Type::map(Type::Bool)).unwrap_err();
    assert_eq!(error.path, Path::root().key("a"));
    let pair = Type::Tuple(vec![Type::Bool, Type::Number]);
    assert_eq!(decode(&[0x92, 0xc3, 0x01], &pair), Ok(Value::Tuple(vec![Value::from(true), Value::from(1)])));
    assert!(decode(&[0x91, 0xc3], &pair).is_err());
    assert_eq!(decode(&[0x92, 0xc3, 0xc3], &pair).unwrap_err().path, Path::root().index(1));
}

#[test]
fn bytes_after_the_value_are_an_error() {
    assert!(decode(&[0xc3, 0xc3], &Type::Bool).is_err());
    assert!(decode(&[], &Type::Bool).is_err());
}

#[test]
fn invalid_text_is_an_error() {
    assert!(decode(&[0xa1, 0xff], &Type::String).is_err());
    assert!(decode(&text("twelve"), &Type::Number).is_err());
    assert!(decode(&[0xc4, 0x01, b'a'], &Type::String).is_err());
    assert!(decode(&[0xc1], &Type::String).is_err());
}

#[test]
fn lengths_that_lie_are_errors_and_cost_nothing() {
    let list = Type::list(Type::list(Type::String));
    let map = Type::map(Type::String);
    for (bytes, ty) in [
        (&[0xdd, 0xff, 0xff, 0xff, 0xff][..], &list),
        (&[0xdd, 0xff, 0xff, 0xff, 0xff, 0xdd, 0xff, 0xff, 0xff, 0xff], &list),
        (&[0xdf, 0xff, 0xff, 0xff, 0xff], &map),
        (&[0xdb, 0xff, 0xff, 0xff, 0xff, b'a'], &Type::String),
        (&[0xc9, 0xff, 0xff, 0xff, 0xff, 0x0c], &Type::String),
        (&[0x92, 0xc6, 0xff, 0xff, 0xff, 0xff], &Type::Dynamic),
    ] {
        let error = decode(bytes, ty).unwrap_err();
        assert_eq!(error.reason, "the bytes end in the middle of the value");
    }
}

#[test]
fn nesting_without_end_is_an_error() {
    let nested = |levels: usize| {
        let level = b"\x92\xc4\x15[\"tuple\",[\"dynamic\"]]\x91";
        [level.repeat(levels), vec![0xc0]].concat()
    };
    assert!(decode(&nested(MAX_DEPTH / 2), &Type::Dynamic).is_ok());
    let error = decode(&nested(100_000), &Type::Dynamic).unwrap_err();
    assert!(error.reason.starts_with("values are nested more than 128 levels deep"), "{error}");
}

#[test]
fn only_values_of_the_type_are_written() {
    let ty = Type::object([("a", Type::list(Type::Bool))]);
    let value = Value::object([("a", Value::List(vec![Value::from(true), Value::from("x")]))]);
    assert_eq!(encode(&value, &ty).unwrap_err().path, Path::from("a").index(1));
    assert!(encode(&Value::object::<&str>([]), &ty).is_err());
}

#[test]
fn errors_do_not_quote_the_value() {
    let ty = Type::object([("pin", Type::Number)]);
    let bytes = [b"\x81\xa3pin\xa7".as_slice(), b"hunter2"].concat();
    assert!(!decode(&bytes, &ty).unwrap_err().to_string().contains("hunter2"));
}

proptest! {
    #[test]
    fn any_value_survives((ty, value) in strategies::typed_values(Encoding::Msgpack)) {
        let bytes = encode(&value, &ty).unwrap();
        prop_assert_eq!(decode(&bytes, &ty), Ok(value));
    }

    #[test]
    fn the_bytes_are_those_of_another_library((ty, value) in strategies::typed_values(Encoding::Msgpack)) {
        prop_assert_eq!(encode(&value, &ty).unwrap(), oracle_bytes(&oracle(&value)));
    }

    #[test]
    fn any_bytes_are_read_or_refused(ty in strategies::types(), bytes in proptest::collection::vec(any::<u8>(), 0..64)) {
        if let Ok(value) = decode(&bytes, &ty) {
            prop_assert_eq!(ty.conforms(&value).map_err(|error| error.reason), Ok(()));
        }
    }

    #[test]
    fn a_damaged_value_is_read_or_refused(
        (ty, value) in strategies::typed_values(Encoding::Msgpack),
        place: prop::sample::Index,
        byte: u8,
    ) {
        let mut bytes = encode(&value, &ty).unwrap();
        let place = place.index(bytes.len());
        prop_assert!(decode(&bytes[..place], &ty).is_err());
        bytes[place] = byte;
        let _ = decode(&bytes, &ty);
    }
}
