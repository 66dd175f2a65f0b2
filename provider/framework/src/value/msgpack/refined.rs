//! Unknown values of which something is certain.
//!
//! One is an extension of type 12, a map by number: 1 is whether it may be null (`false`), 2 what a text begins with.

use std::collections::BTreeMap;

use rmp::encode::{self, ByteBuf};

use super::{Reader, Refinement, Type, Value, ValueError, ends_early, length, write, write_text};

const EXTENSION: i8 = 12;
const MAY_BE_NULL: u8 = 1;
const PREFIX: u8 = 2;

/// Terraform writes no longer ones, and reads bodies of up to 1024 bytes.
const LONGEST_PREFIX: usize = 256;

/// Writes an object as [`encode`](super::encode) does. What is certain of its unknown attributes goes along; the others,
/// and what is inside of an attribute, are plainly unknown.
///
/// # Errors
/// The value is not of the type.
pub fn encode_refined(
    value: &Value,
    ty: &Type,
    refinements: &BTreeMap<&str, Refinement>,
) -> Result<Vec<u8>, ValueError> {
    let (Value::Object(attributes), Type::Object(types)) = (value, ty) else {
        return super::encode(value, ty);
    };
    ty.conforms(value)?;
    let mut out = ByteBuf::new();
    let Ok(_) = encode::write_map_len(&mut out, length(attributes.len())?);
    for ((name, value), ty) in attributes.iter().zip(types.values()) {
        write_text(&mut out, name)?;
        match (value, refinements.get(name.as_str())) {
            (Value::Unknown, Some(refinement)) => write_refined(&mut out, refinement)?,
            _ => write(&mut out, value, ty)?,
        }
    }
    Ok(out.into_vec())
}

fn write_refined(out: &mut ByteBuf, refinement: &Refinement) -> Result<(), ValueError> {
    let prefix = refinement.prefix.as_deref().filter(|prefix| (1..=LONGEST_PREFIX).contains(&prefix.len()));
    let mut body = ByteBuf::new();
    let Ok(_) = encode::write_map_len(&mut body, if prefix.is_some() { 2 } else { 1 });
    let Ok(()) = encode::write_pfix(&mut body, MAY_BE_NULL);
    let Ok(()) = encode::write_bool(&mut body, false);
    if let Some(prefix) = prefix {
        let Ok(()) = encode::write_pfix(&mut body, PREFIX);
        write_text(&mut body, prefix)?;
    }
    let body = body.into_vec();
    let Ok(_) = encode::write_ext_meta(out, length(body.len())?, EXTENSION);
    out.as_mut_vec().extend(body);
    Ok(())
}

/// What is certain of the unknown attributes of an object that was written so.
///
/// # Errors
/// The bytes are no object.
pub fn refinements(bytes: &[u8], ty: &Type) -> Result<BTreeMap<String, Refinement>, ValueError> {
    let mut found = BTreeMap::new();
    let Type::Object(types) = ty else {
        return Ok(found);
    };
    let mut reader = Reader { rest: bytes };
    for _ in 0..reader.map_length()? {
        let name = reader.member_name()?;
        if let Ok(meta) = rmp::decode::read_ext_meta(&mut &*reader.rest)
            && meta.typeid == EXTENSION
        {
            let _ = rmp::decode::read_ext_meta(&mut reader.rest);
            let body = reader.take(meta.size as usize)?;
            found.extend(read_refined(body)?.map(|refinement| (name, refinement)));
        } else {
            let ty = types.get(&name).ok_or_else(ValueError::unsupported)?;
            reader.value(ty, 1)?;
        }
    }
    Ok(found)
}

/// A promise of another kind ends the reading: it may be ignored, with all that follows it.
fn read_refined(body: &[u8]) -> Result<Option<Refinement>, ValueError> {
    let mut reader = Reader { rest: body };
    let mut never_null = false;
    let mut refinement = Refinement::default();
    for _ in 0..reader.map_length()? {
        match rmp::decode::read_int::<u8, _>(&mut reader.rest).map_err(|_| ends_early())? {
            MAY_BE_NULL => {
                never_null = !rmp::decode::read_bool(&mut reader.rest).map_err(|_| ends_early())?;
            }
            PREFIX => refinement.prefix = Some(reader.text()?.to_owned()),
            _ => break,
        }
    }
    Ok(never_null.then_some(refinement))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_certain_goes_along_with_an_unknown_value_and_only_there() {
        let ty = Type::object([("a", Type::String), ("b", Type::String), ("c", Type::String)]);
        let value = Value::object([("a", Value::Unknown), ("b", Value::Unknown), ("c", Value::from("x"))]);
        let prefixed = Refinement { prefix: Some("w-".to_owned()) };
        let promised = BTreeMap::from([("a", Refinement::default()), ("b", prefixed.clone()), ("c", prefixed.clone())]);
        let bytes = encode_refined(&value, &ty, &promised).unwrap();
        // As Terraform writes it itself.
        assert_eq!(bytes, b"\x83\xa1a\xc7\x03\x0c\x81\x01\xc2\xa1b\xc7\x07\x0c\x82\x01\xc2\x02\xa2w-\xa1c\xa1x");
        assert_eq!(super::super::decode(&bytes, &ty), Ok(value.clone()));
        let read = refinements(&bytes, &ty).unwrap();
        assert_eq!(read, BTreeMap::from([("a".to_owned(), Refinement::default()), ("b".to_owned(), prefixed)]));
        assert_eq!(encode_refined(&value, &ty, &BTreeMap::new()), super::super::encode(&value, &ty));
        assert_eq!(encode_refined(&Value::Null, &ty, &promised), super::super::encode(&Value::Null, &ty));
    }

    #[test]
    fn a_prefix_that_is_too_long_is_left_out() {
        let ty = Type::object([("a", Type::String)]);
        let promised = BTreeMap::from([("a", Refinement { prefix: Some("x".repeat(257)) })]);
        let bytes = encode_refined(&Value::object([("a", Value::Unknown)]), &ty, &promised).unwrap();
        assert_eq!(refinements(&bytes, &ty).unwrap()["a"], Refinement::default());
    }

    #[test]
    fn broken_promises_are_errors_and_foreign_ones_are_ignored() {
        let ty = Type::object([("a", Type::String)]);
        for (body, found) in [
            (&b"\x81\xa1a\xc7\x03\x0c\x81\x01\xc3"[..], Some(0)),
            (b"\x81\xa1a\xc7\x05\x0c\x82\x01\xc2\x05\x01", Some(1)),
            (b"\x81\xa1a\xd4\x00\x00", Some(0)),
            (b"\x81\xa1a\xc7\x09\x0c\x81", None),
            (b"\x81\xa1a\xc7\x01\x0c\x82", None),
            (b"\xc0", None),
        ] {
            assert_eq!(refinements(body, &ty).ok().map(|found| found.len()), found, "{body:?}");
        }
    }
}
