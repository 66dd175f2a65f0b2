//! What must hold for any bytes: they are a value or an error, and a value survives every way through the wire. The fuzz
//! target and a test share it.

use tf_provider::value::json::{self, Strictness};
use tf_provider::value::{Type, Value, msgpack};

/// How many types may stand inside of one another.
const DEEPEST: usize = 6;

/// Checks one input: a type, see [`ty`], and after it a value of that type, as MessagePack or as JSON.
///
/// # Panics
/// What must hold does not.
pub(crate) fn holds(input: &[u8]) {
    let mut rest = input;
    let ty = ty(&mut rest, 0);
    if let Ok(value) = msgpack::decode(rest, &ty) {
        ty.conforms(&value).expect("what was decoded has its type");
        let bytes = msgpack::encode(&value, &ty).expect("what was decoded can be encoded");
        assert_eq!(msgpack::decode(&bytes, &ty).as_ref(), Ok(&value), "MessagePack, as {ty:?}");
        if let Ok(text) = json::encode(&value, &ty) {
            assert_eq!(json::decode(&text, &ty, Strictness::Strict).as_ref(), Ok(&value), "JSON, as {ty:?}");
        } else {
            assert!(!value.is_wholly_known() || is_infinite(&value), "has no JSON, as {ty:?}");
        }
    }
    for strictness in [Strictness::Strict, Strictness::Lenient] {
        if let Ok(value) = json::decode(rest, &ty, strictness) {
            ty.conforms(&value).expect("what was decoded has its type");
            let bytes = msgpack::encode(&value, &ty).expect("what was decoded can be encoded");
            assert_eq!(msgpack::decode(&bytes, &ty).as_ref(), Ok(&value), "from JSON, as {ty:?}");
        }
    }
}

/// Whether there is an infinity in a value. JSON has none.
fn is_infinite(value: &Value) -> bool {
    match value {
        Value::Number(number) => !number.is_finite(),
        Value::List(elements) | Value::Set(elements) | Value::Tuple(elements) => elements.iter().any(is_infinite),
        Value::Map(members) | Value::Object(members) => members.values().any(is_infinite),
        Value::Dynamic(dynamic) => is_infinite(&dynamic.value),
        Value::Null | Value::Unknown | Value::Bool(_) | Value::String(_) => false,
    }
}

/// Takes a type off the input: a byte says which, and for objects and tuples another one says how many members.
fn ty(input: &mut &[u8], depth: usize) -> Type {
    let mut byte = || {
        let (first, rest) = input.split_first().unwrap_or((&0, &[]));
        *input = rest;
        *first
    };
    let kind = byte() % 9;
    if kind < 4 || depth == DEEPEST {
        return match kind % 4 {
            0 => Type::String,
            1 => Type::Number,
            2 => Type::Bool,
            _ => Type::Dynamic,
        };
    }
    match kind {
        4 => Type::list(ty(input, depth + 1)),
        5 => Type::set(ty(input, depth + 1)),
        6 => Type::map(ty(input, depth + 1)),
        7 => {
            let members = byte() % 4;
            Type::object((0..members).map(|i| (char::from(b'a' + i), ty(input, depth + 1))).collect::<Vec<_>>())
        }
        _ => {
            let members = byte() % 4;
            Type::Tuple((0..members).map(|_| ty(input, depth + 1)).collect())
        }
    }
}
