//! MessagePack, the encoding of values in the plugin protocol.

use std::collections::BTreeMap;

use rmp::Marker;
use rmp::decode;
use rmp::encode::{self, ByteBuf};

use super::{
    Dynamic, MAX_DEPTH, Number, Refinement, Type, Value, ValueError, attribute, index, insert_once, key, normalised,
};

mod refined;

pub use refined::{encode_refined, refinements};

/// Plain unknown as Go writes it: an extension of one byte, type 0.
const UNKNOWN: [u8; 3] = [0xd4, 0, 0];

/// Reads the value of type `ty` that `bytes` are.
///
/// Every extension is read as [`Value::Unknown`]: what a refined unknown promises about itself may always be ignored. An
/// error names the place; no bytes make this panic or allocate much more than they are long.
pub fn decode(bytes: &[u8], ty: &Type) -> Result<Value, ValueError> {
    let mut reader = Reader { rest: bytes };
    let value = reader.value(ty, 0)?;
    match reader.rest.len() {
        0 => Ok(value),
        excess => Err(ValueError::new(format!("{excess} bytes follow the end of the value"))),
    }
}

/// Writes `value`, which must be of type `ty` exactly as [`Type::conforms`] has it.
pub fn encode(value: &Value, ty: &Type) -> Result<Vec<u8>, ValueError> {
    ty.conforms(value)?;
    let mut out = ByteBuf::new();
    write(&mut out, value, ty)?;
    Ok(out.into_vec())
}

struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    fn value(&mut self, ty: &Type, depth: usize) -> Result<Value, ValueError> {
        if depth > MAX_DEPTH {
            return Err(ValueError::too_deep());
        }
        let marker = self.peek()?;
        match (Kind::of(marker), ty) {
            (Kind::Null, _) => {
                self.take(1)?;
                Ok(Value::Null)
            }
            (Kind::Extension, _) => {
                let extension = decode::read_ext_meta(&mut self.rest).map_err(|_| ends_early())?;
                self.take(extension.size as usize)?;
                Ok(Value::Unknown)
            }
            (Kind::Bool, Type::Bool) => {
                self.take(1)?;
                Ok(Value::Bool(marker == Marker::True))
            }
            (Kind::Integer | Kind::Float | Kind::String, Type::Number) => self.number(marker).map(Value::Number),
            (Kind::String, Type::String) => self.text().map(Value::from),
            (Kind::Array, Type::Dynamic) => self.dynamic(depth),
            (Kind::Array, Type::List(element)) => {
                let length = self.array_length()?;
                self.collection(length, element, depth).map(Value::List)
            }
            (Kind::Array, Type::Set(element)) => {
                let length = self.array_length()?;
                self.collection(length, element, depth).map(Value::Set)
            }
            (Kind::Array, Type::Tuple(types)) => {
                let length = self.array_length()?;
                if length != types.len() {
                    return Err(ValueError::tuple_length(types.len(), length));
                }
                self.elements(length, |position| &types[position], depth).map(Value::Tuple)
            }
            (Kind::Map, Type::Map(element)) => self.map(element, depth),
            (Kind::Map, Type::Object(types)) => self.object(types, depth),
            (found, _) => Err(ValueError::expected(ty, found.name())),
        }
    }

    fn number(&mut self, marker: Marker) -> Result<Number, ValueError> {
        let number = match Kind::of(marker) {
            Kind::Integer => decode::read_int::<i128, _>(&mut self.rest)
                .map(|integer| Ok(Number::from(integer)))
                .map_err(|_| ends_early())?,
            Kind::Float if marker == Marker::F32 => decode::read_f32(&mut self.rest)
                .map(|float| Number::try_from(f64::from(float)))
                .map_err(|_| ends_early())?,
            Kind::Float => decode::read_f64(&mut self.rest).map(Number::try_from).map_err(|_| ends_early())?,
            _ => self.text()?.parse(),
        };
        number.map_err(|error| ValueError::new(error.to_string()))
    }

    /// An array of the type as JSON, in binary or in a string, and the value.
    fn dynamic(&mut self, depth: usize) -> Result<Value, ValueError> {
        let length = self.array_length()?;
        if length != 2 {
            return Err(ValueError::new(format!(
                "expected a dynamic value as an array of its type and the value, found {length} elements"
            )));
        }
        let json = match Kind::of(self.peek()?) {
            Kind::String => self.text()?.as_bytes(),
            Kind::Binary => {
                let length = decode::read_bin_len(&mut self.rest).map_err(|_| ends_early())?;
                self.take(length as usize)?
            }
            found => {
                return Err(ValueError::new(format!("expected a type as JSON, found {}", found.name())));
            }
        };
        let ty = Type::from_json(json)?;
        if ty == Type::Dynamic {
            return Err(ValueError::dynamic_of_dynamic());
        }
        let value = self.value(&ty, depth + 1)?;
        Ok(Value::Dynamic(Box::new(Dynamic { ty, value })))
    }

    /// `length` values, each of the type that `type_at` gives for its position.
    fn elements<'t>(
        &mut self,
        length: usize,
        type_at: impl Fn(usize) -> &'t Type,
        depth: usize,
    ) -> Result<Vec<Value>, ValueError> {
        // Collecting results reserves nothing ahead, so a length that is a lie costs nothing.
        (0..length)
            .map(|position| self.value(type_at(position), depth + 1).map_err(|error| error.inside(index(position))))
            .collect()
    }

    /// `length` values of one type.
    fn collection(&mut self, length: usize, element: &Type, depth: usize) -> Result<Vec<Value>, ValueError> {
        let elements = self.elements(length, |_| element, depth)?;
        element.is_one_for(elements.iter())?;
        Ok(elements)
    }

    fn map(&mut self, element: &Type, depth: usize) -> Result<Value, ValueError> {
        let mut members = BTreeMap::new();
        for _ in 0..self.map_length()? {
            let name = self.member_name()?;
            let value = self.value(element, depth + 1).map_err(|error| error.inside(key(&name)))?;
            insert_once(&mut members, name, value, key)?;
        }
        element.is_one_for(members.values())?;
        Ok(Value::Map(members))
    }

    fn object(&mut self, types: &BTreeMap<String, Type>, depth: usize) -> Result<Value, ValueError> {
        let mut attributes = BTreeMap::new();
        for _ in 0..self.map_length()? {
            let name = self.member_name()?;
            let value = types
                .get(&name)
                .ok_or_else(ValueError::unsupported)
                .and_then(|ty| self.value(ty, depth + 1))
                .map_err(|error| error.inside(attribute(&name)))?;
            insert_once(&mut attributes, name, value, attribute)?;
        }
        match types.keys().find(|name| !attributes.contains_key(*name)) {
            Some(name) => Err(ValueError::missing().inside(attribute(name))),
            None => Ok(Value::Object(attributes)),
        }
    }

    fn member_name(&mut self) -> Result<String, ValueError> {
        match Kind::of(self.peek()?) {
            Kind::String => Ok(normalised(self.text()?.to_owned())),
            found => Err(ValueError::new(format!("expected a string as the name of a member, found {}", found.name()))),
        }
    }

    fn array_length(&mut self) -> Result<usize, ValueError> {
        let length = decode::read_array_len(&mut self.rest).map_err(|_| ends_early())?;
        Ok(length as usize)
    }

    fn map_length(&mut self) -> Result<usize, ValueError> {
        let length = decode::read_map_len(&mut self.rest).map_err(|_| ends_early())?;
        Ok(length as usize)
    }

    fn text(&mut self) -> Result<&'a str, ValueError> {
        let length = decode::read_str_len(&mut self.rest).map_err(|_| ends_early())?;
        let bytes = self.take(length as usize)?;
        std::str::from_utf8(bytes).map_err(|_| ValueError::new("the string is not valid UTF-8"))
    }

    fn peek(&self) -> Result<Marker, ValueError> {
        self.rest.first().copied().map(Marker::from_u8).ok_or_else(ends_early)
    }

    fn take(&mut self, length: usize) -> Result<&'a [u8], ValueError> {
        let (taken, rest) = self.rest.split_at_checked(length).ok_or_else(ends_early)?;
        self.rest = rest;
        Ok(taken)
    }
}

fn ends_early() -> ValueError {
    ValueError::new("the bytes end in the middle of the value")
}

/// What a marker begins.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Null,
    Bool,
    Integer,
    Float,
    String,
    Binary,
    Array,
    Map,
    Extension,
    Reserved,
}

impl Kind {
    fn of(marker: Marker) -> Self {
        match marker {
            Marker::Null => Self::Null,
            Marker::True | Marker::False => Self::Bool,
            Marker::FixPos(_) | Marker::FixNeg(_) => Self::Integer,
            Marker::U8 | Marker::U16 | Marker::U32 | Marker::U64 => Self::Integer,
            Marker::I8 | Marker::I16 | Marker::I32 | Marker::I64 => Self::Integer,
            Marker::F32 | Marker::F64 => Self::Float,
            Marker::FixStr(_) | Marker::Str8 | Marker::Str16 | Marker::Str32 => Self::String,
            Marker::Bin8 | Marker::Bin16 | Marker::Bin32 => Self::Binary,
            Marker::FixArray(_) | Marker::Array16 | Marker::Array32 => Self::Array,
            Marker::FixMap(_) | Marker::Map16 | Marker::Map32 => Self::Map,
            Marker::FixExt1 | Marker::FixExt2 | Marker::FixExt4 | Marker::FixExt8 => Self::Extension,
            Marker::FixExt16 | Marker::Ext8 | Marker::Ext16 | Marker::Ext32 => Self::Extension,
            Marker::Reserved => Self::Reserved,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool => "bool",
            Self::Integer | Self::Float => "number",
            Self::String => "string",
            Self::Binary => "binary",
            Self::Array => "array",
            Self::Map => "map",
            Self::Extension => "extension",
            Self::Reserved => "a byte MessagePack does not use",
        }
    }
}

/// Writes a value that conforms to its type. Writing to memory cannot fail: the errors are for a value that does not.
fn write(out: &mut ByteBuf, value: &Value, ty: &Type) -> Result<(), ValueError> {
    match (value, ty) {
        (Value::Null, _) => {
            let Ok(()) = encode::write_nil(out);
        }
        (Value::Unknown, _) => out.as_mut_vec().extend(UNKNOWN),
        (Value::Bool(truth), Type::Bool) => {
            let Ok(()) = encode::write_bool(out, *truth);
        }
        (Value::Number(number), Type::Number) => write_number(out, number)?,
        (Value::String(text), Type::String) => write_text(out, text)?,
        (Value::List(elements), Type::List(element)) | (Value::Set(elements), Type::Set(element)) => {
            write_elements(out, elements.iter().map(|value| (value, &**element)))?;
        }
        (Value::Tuple(elements), Type::Tuple(types)) => {
            write_elements(out, elements.iter().zip(types))?;
        }
        (Value::Map(members), Type::Map(element)) => {
            let Ok(_) = encode::write_map_len(out, length(members.len())?);
            for (name, value) in members {
                write_text(out, name)?;
                write(out, value, element)?;
            }
        }
        // Both are sorted by name, and a value that conforms has exactly the names of its type.
        (Value::Object(attributes), Type::Object(types)) => {
            let Ok(_) = encode::write_map_len(out, length(attributes.len())?);
            for ((name, value), ty) in attributes.iter().zip(types.values()) {
                write_text(out, name)?;
                write(out, value, ty)?;
            }
        }
        (Value::Dynamic(dynamic), Type::Dynamic) => {
            let ty = dynamic.ty.to_json();
            let Ok(_) = encode::write_array_len(out, 2);
            let Ok(_) = encode::write_bin_len(out, length(ty.len())?);
            out.as_mut_vec().extend(ty);
            write(out, &dynamic.value, &dynamic.ty)?;
        }
        _ => return Err(ValueError::expected(ty, value.kind_name())),
    }
    Ok(())
}

/// Integers that fit are integers, infinities floats. All else goes as text, which alone keeps every digit.
fn write_number(out: &mut ByteBuf, number: &Number) -> Result<(), ValueError> {
    if let Some(integer) = number.as_i64() {
        let Ok(_) = encode::write_sint(out, integer);
    } else if number.is_finite() {
        write_text(out, &number.to_string())?;
    } else {
        let Ok(()) = encode::write_f64(out, number.as_f64());
    }
    Ok(())
}

fn write_text(out: &mut ByteBuf, text: &str) -> Result<(), ValueError> {
    let Ok(_) = encode::write_str_len(out, length(text.len())?);
    out.as_mut_vec().extend(text.as_bytes());
    Ok(())
}

fn write_elements<'v>(
    out: &mut ByteBuf,
    elements: impl ExactSizeIterator<Item = (&'v Value, &'v Type)>,
) -> Result<(), ValueError> {
    let Ok(_) = encode::write_array_len(out, length(elements.len())?);
    for (value, ty) in elements {
        write(out, value, ty)?;
    }
    Ok(())
}

fn length(length: usize) -> Result<u32, ValueError> {
    u32::try_from(length).map_err(|_| ValueError::new("is longer than MessagePack can say; split it"))
}

#[cfg(test)]
mod tests;
