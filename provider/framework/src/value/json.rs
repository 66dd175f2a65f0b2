//! JSON, the encoding of values in stored state.

use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::path::Step;

use super::{Dynamic, MAX_DEPTH, Number, Type, Value, ValueError, attribute, index, insert_once, key, normalised};

/// How closely JSON must follow the type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Strictness {
    /// Objects have exactly their attributes, and every value is of its type's kind.
    Strict,
    /// For state that another version of the schema may have written: unknown attributes are dropped, missing ones are
    /// null. A number or bool is read as a string, and a string as a number or bool, where its text is one; Terraform
    /// reads state the same way.
    Lenient,
}

/// Reads the value of type `ty` that the JSON text `json` is. Numbers keep all their digits.
///
/// An error names the place; no bytes make this panic.
pub fn decode(json: &[u8], ty: &Type, strictness: Strictness) -> Result<Value, ValueError> {
    let text = std::str::from_utf8(json).map_err(|_| ValueError::new("the JSON is not valid UTF-8"))?;
    Reader { strictness }.value(part(text)?, ty, 0)
}

/// Writes `value`, which must be of type `ty` exactly as [`Type::conforms`] has it. JSON has neither unknown values nor
/// infinities: they are errors.
pub fn encode(value: &Value, ty: &Type) -> Result<Vec<u8>, ValueError> {
    ty.conforms(value)?;
    let mut out = String::new();
    write(&mut out, value, ty)?;
    Ok(out.into_bytes())
}

/// Parses one level of JSON. What is below stays text, so that numbers reach us with the digits they were written with.
fn part<'a, T: Deserialize<'a>>(text: &'a str) -> Result<T, ValueError> {
    // Not the error's own text: it may quote the value.
    serde_json::from_str(text).map_err(|error| {
        ValueError::new(format!("is not valid JSON (line {}, column {})", error.line(), error.column()))
    })
}

struct Reader {
    strictness: Strictness,
}

impl Reader {
    fn value(&self, raw: &RawValue, ty: &Type, depth: usize) -> Result<Value, ValueError> {
        if depth > MAX_DEPTH {
            return Err(ValueError::too_deep());
        }
        let text = raw.get();
        let lenient = self.strictness == Strictness::Lenient;
        match (Kind::of(text), ty) {
            (Kind::Null, _) => Ok(Value::Null),
            (Kind::Bool, Type::Bool) => Ok(Value::Bool(text == "true")),
            (Kind::Number, Type::Number) => number(text),
            (Kind::String, Type::String) => part::<String>(text).map(Value::from),
            (Kind::String, Type::Number) if lenient => number(&part::<String>(text)?),
            (Kind::String, Type::Bool) if lenient => match part::<String>(text)?.as_str() {
                "true" | "1" => Ok(Value::Bool(true)),
                "false" | "0" => Ok(Value::Bool(false)),
                _ => Err(ValueError::expected(ty, "a string that is neither \"true\" nor \"false\"")),
            },
            (Kind::Bool | Kind::Number, Type::String) if lenient => Ok(Value::from(text)),
            (Kind::Object, Type::Dynamic) => self.dynamic(text, depth),
            (Kind::Array, Type::List(element)) => self.collection(text, element, depth).map(Value::List),
            (Kind::Array, Type::Set(element)) => self.collection(text, element, depth).map(Value::Set),
            (Kind::Array, Type::Tuple(types)) => {
                let elements: Vec<&RawValue> = part(text)?;
                if elements.len() != types.len() {
                    return Err(ValueError::tuple_length(types.len(), elements.len()));
                }
                self.elements(&elements, |position| &types[position], depth).map(Value::Tuple)
            }
            (Kind::Object, Type::Map(element)) => self.map(text, element, depth),
            (Kind::Object, Type::Object(types)) => self.object(text, types, depth),
            (found, _) => Err(ValueError::expected(ty, found.name())),
        }
    }

    fn elements<'t>(
        &self,
        elements: &[&RawValue],
        type_at: impl Fn(usize) -> &'t Type,
        depth: usize,
    ) -> Result<Vec<Value>, ValueError> {
        elements
            .iter()
            .enumerate()
            .map(|(position, raw)| {
                self.value(raw, type_at(position), depth + 1).map_err(|error| error.inside(index(position)))
            })
            .collect()
    }

    /// The elements of an array, all of one type.
    fn collection(&self, text: &str, element: &Type, depth: usize) -> Result<Vec<Value>, ValueError> {
        let elements = self.elements(&part::<Vec<&RawValue>>(text)?, |_| element, depth)?;
        element.is_one_for(elements.iter())?;
        Ok(elements)
    }

    fn map(&self, text: &str, element: &Type, depth: usize) -> Result<Value, ValueError> {
        let mut members = BTreeMap::new();
        for (name, raw) in part::<Members>(text)?.0 {
            let value = self.value(raw, element, depth + 1).map_err(|error| error.inside(key(&name)))?;
            insert_once(&mut members, name, value, key)?;
        }
        element.is_one_for(members.values())?;
        Ok(Value::Map(members))
    }

    fn object(&self, text: &str, types: &BTreeMap<String, Type>, depth: usize) -> Result<Value, ValueError> {
        let mut attributes = BTreeMap::new();
        for (name, raw) in part::<Members>(text)?.0 {
            let Some(ty) = types.get(&name) else {
                match self.strictness {
                    Strictness::Strict => {
                        return Err(ValueError::unsupported().inside(attribute(&name)));
                    }
                    Strictness::Lenient => continue,
                }
            };
            let value = self.value(raw, ty, depth + 1).map_err(|error| error.inside(attribute(&name)))?;
            insert_once(&mut attributes, name, value, attribute)?;
        }
        for name in types.keys() {
            if !attributes.contains_key(name) {
                match self.strictness {
                    Strictness::Strict => return Err(ValueError::missing().inside(attribute(name))),
                    Strictness::Lenient => attributes.insert(name.clone(), Value::Null),
                };
            }
        }
        Ok(Value::Object(attributes))
    }

    /// An object of `value` and `type`.
    fn dynamic(&self, text: &str, depth: usize) -> Result<Value, ValueError> {
        let mut members = part::<Members>(text)?.0;
        members.sort_by(|(a, _), (b, _)| a.cmp(b));
        let [(ty_name, ty), (value_name, value)] = members.as_slice() else {
            return Err(json_dynamic());
        };
        if ty_name != "type" || value_name != "value" {
            return Err(json_dynamic());
        }
        let ty = Type::from_json(ty.get().as_bytes())?;
        if ty == Type::Dynamic {
            return Err(ValueError::dynamic_of_dynamic());
        }
        let value = self.value(value, &ty, depth + 1)?;
        Ok(Value::Dynamic(Box::new(Dynamic { ty, value })))
    }
}

fn json_dynamic() -> ValueError {
    ValueError::new("expected a dynamic value as an object of exactly \"type\" and \"value\"")
}

fn number(text: &str) -> Result<Value, ValueError> {
    text.parse::<Number>().map(Value::Number).map_err(|error| ValueError::new(error.to_string()))
}

/// The members of an object, in the order of the text and with doubles, which a map would hide.
struct Members<'a>(Vec<(String, &'a RawValue)>);

impl<'de: 'a, 'a> Deserialize<'de> for Members<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Collect;

        impl<'de> Visitor<'de> for Collect {
            type Value = Members<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members<'de>, A::Error> {
                let mut members = Vec::new();
                while let Some((name, raw)) = map.next_entry::<String, &RawValue>()? {
                    members.push((normalised(name), raw));
                }
                Ok(Members(members))
            }
        }

        deserializer.deserialize_map(Collect)
    }
}

/// What a JSON text is, told by its first byte: the text is known to be valid.
#[derive(Clone, Copy)]
enum Kind {
    Null,
    Bool,
    Number,
    String,
    Array,
    Object,
}

impl Kind {
    fn of(text: &str) -> Self {
        match text.as_bytes().first() {
            Some(b'n') | None => Self::Null,
            Some(b't' | b'f') => Self::Bool,
            Some(b'"') => Self::String,
            Some(b'[') => Self::Array,
            Some(b'{') => Self::Object,
            Some(_) => Self::Number,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool => "bool",
            Self::Number => "number",
            Self::String => "string",
            Self::Array => "array",
            Self::Object => "object",
        }
    }
}

/// Writes a value that conforms to its type.
fn write(out: &mut String, value: &Value, ty: &Type) -> Result<(), ValueError> {
    match (value, ty) {
        (Value::Null, _) => out.push_str("null"),
        (Value::Unknown, _) => {
            return Err(ValueError::new("is not known; JSON holds known values only"));
        }
        (Value::Bool(truth), Type::Bool) => out.push_str(if *truth { "true" } else { "false" }),
        (Value::Number(number), Type::Number) if number.is_finite() => {
            out.push_str(&number.to_string());
        }
        (Value::Number(_), Type::Number) => {
            return Err(ValueError::new("is infinite; JSON holds finite numbers only"));
        }
        (Value::String(text), Type::String) => write_text(out, text),
        (Value::List(elements), Type::List(element)) | (Value::Set(elements), Type::Set(element)) => {
            write_elements(out, elements.iter().map(|value| (value, &**element)))?;
        }
        (Value::Tuple(elements), Type::Tuple(types)) => {
            write_elements(out, elements.iter().zip(types))?;
        }
        (Value::Map(members), Type::Map(element)) => {
            let members = members.iter().map(|(name, value)| (name, value, &**element));
            write_members(out, members, key)?;
        }
        // Both are sorted by name, and a value that conforms has exactly the names of its type.
        (Value::Object(attributes), Type::Object(types)) => {
            let attributes = attributes.iter().zip(types.values());
            write_members(out, attributes.map(|((name, value), ty)| (name, value, ty)), attribute)?;
        }
        (Value::Dynamic(dynamic), Type::Dynamic) => {
            out.push_str("{\"value\":");
            write(out, &dynamic.value, &dynamic.ty)?;
            out.push_str(",\"type\":");
            out.push_str(&dynamic.ty.to_json_value().to_string());
            out.push('}');
        }
        _ => return Err(ValueError::expected(ty, value.kind_name())),
    }
    Ok(())
}

fn write_text(out: &mut String, text: &str) {
    out.push_str(&serde_json::Value::from(text).to_string());
}

fn write_elements<'v>(
    out: &mut String,
    elements: impl Iterator<Item = (&'v Value, &'v Type)>,
) -> Result<(), ValueError> {
    out.push('[');
    for (position, (value, ty)) in elements.enumerate() {
        if position > 0 {
            out.push(',');
        }
        write(out, value, ty).map_err(|error| error.inside(index(position)))?;
    }
    out.push(']');
    Ok(())
}

fn write_members<'v>(
    out: &mut String,
    members: impl Iterator<Item = (&'v String, &'v Value, &'v Type)>,
    step: fn(&str) -> Step,
) -> Result<(), ValueError> {
    out.push('{');
    for (position, (name, value, ty)) in members.enumerate() {
        if position > 0 {
            out.push(',');
        }
        write_text(out, name);
        out.push(':');
        write(out, value, ty).map_err(|error| error.inside(step(name)))?;
    }
    out.push('}');
    Ok(())
}

#[cfg(test)]
mod tests;
